/* The browser, and a web site for it. */
import { httpServer } from "../../servers.mjs";

export const CHROMIUM = "/usr/bin/chromium";
export const FLAGS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  "--disable-dev-shm-usage",
  "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1",
];

/** A page with a button that is covered, one that never shows, and links that download or hang. */
const PAGE = `<!doctype html><title>shop</title><button id=a>Buy</button><button id=a2 class=twice>1</button><button class=twice>2</button>
<button id=hidden style="display:none">Pay</button><div id=cover style="position:fixed;inset:0;z-index:9"></div>`;
export const site = async () =>
  (
    await httpServer((request, response) => {
      const path = request.url;
      if (path === "/hang") return;
      if (path === "/cut") return void request.socket.destroy();
      if (path === "/loop") return void response.writeHead(302, { location: "/loop" }).end();
      if (path === "/204") return void response.writeHead(204).end();
      if (path === "/download")
        return void response
          .writeHead(200, { "content-type": "application/octet-stream", "content-disposition": "attachment; filename=a.bin" })
          .end("x");
      if (path === "/empty") return void request.socket.end();
      response.writeHead(200, { "content-type": "text/html" }).end(PAGE);
    })
  ).url;
