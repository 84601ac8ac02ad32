import puppeteer from "puppeteer-core";
import { selfSigned } from "../certificate.mjs";
import { hanging, refusing } from "../servers.mjs";
import { CHROMIUM, FLAGS, site } from "./servers/site.mjs";

const launch = (more = {}) => puppeteer.launch({ executablePath: CHROMIUM, headless: true, args: FLAGS, ...more });
let shared;
async function page() {
  shared ??= launch();
  return (await shared).newPage();
}
const onSite = async () => {
  const made = await page();
  await made.goto(await site());
  return made;
};
const whileIt = async (made, happens) => {
  const waiting = made.evaluate(() => new Promise(() => {}));
  waiting.catch(() => {});
  await happens();
  return waiting;
};

export default {
  library: "puppeteer",
  packages: ["puppeteer-core"],
  close: async () => (await shared)?.close(),
  cases: [
    {
      id: "goto.refused",
      provoked: "page.goto to a port where nobody listens",
      how: "provoked",
      expected: "TRANSIENT",
      because: "nobody listens there now",
      run: async () => (await page()).goto(await refusing()),
    },
    {
      id: "goto.timeout",
      provoked: "page.goto to a server that never answers, timeout 300",
      how: "provoked",
      expected: "TRANSIENT",
      timeout: true,
      because: "the client gave up waiting for the page",
      run: async () => (await page()).goto(await hanging(), { timeout: 300 }),
    },
    {
      id: "goto.empty-response",
      provoked: "page.goto, the server cuts the connection",
      how: "provoked",
      expected: "TRANSIENT",
      because: "the connection was closed without an answer",
      run: async () => (await page()).goto(`${await site()}/cut`),
    },
    {
      id: "goto.certificate",
      provoked: "page.goto to a server with a self-signed certificate",
      how: "provoked",
      expected: "PERMANENT",
      because: "the certificate will be the same at the next attempt",
      run: async () => (await page()).goto(await selfSigned()),
    },
    {
      id: "goto.too-many-redirects",
      provoked: "page.goto to an address that redirects to itself",
      how: "provoked",
      expected: "PERMANENT",
      because: "the address leads in a circle",
      run: async () => (await page()).goto(`${await site()}/loop`),
    },
    {
      id: "goto.invalid-url",
      provoked: "page.goto with a text that is no URL",
      how: "provoked",
      expected: "PERMANENT",
      because: "the address is wrong",
      run: async () => (await page()).goto("shop page"),
    },
    {
      id: "goto.detached",
      provoked: "page.goto while the page is closed",
      how: "provoked",
      expected: "PERMANENT",
      because: "the program closed this page itself",
      run: async () => {
        const made = await onSite();
        const waiting = made.goto(await hanging());
        waiting.catch(() => {});
        setTimeout(() => made.close(), 200);
        return waiting;
      },
    },
    {
      id: "selector.timeout",
      provoked: "waitForSelector of an element that does not come, timeout 300",
      how: "provoked",
      expected: "TRANSIENT",
      timeout: true,
      because: "the client gave up waiting for the element",
      run: async () => (await onSite()).waitForSelector("#never", { timeout: 300 }),
    },
    {
      id: "selector.none",
      provoked: "page.click of an element that is not there",
      how: "provoked",
      expected: "PERMANENT",
      because: "nothing on the page has this selector",
      run: async () => (await onSite()).click("#never"),
    },
    {
      id: "selector.not-clickable",
      provoked: "page.click of an element that is not shown",
      how: "provoked",
      expected: "PERMANENT",
      because: "the element has no place on the page to click on",
      run: async () => (await onSite()).click("#hidden"),
    },
    {
      id: "selector.syntax",
      provoked: "page.$ with a selector that is no CSS",
      how: "provoked",
      expected: "PERMANENT",
      because: "the selector is wrong",
      run: async () => (await onSite()).$("div["),
    },
    {
      id: "evaluate.thrown",
      provoked: "page.evaluate of a script that throws",
      how: "provoked",
      expected: "PERMANENT",
      because: "the script itself threw: a property of undefined",
      run: async () => (await onSite()).evaluate(() => globalThis.cart.items.length),
    },
    {
      id: "evaluate.navigated",
      provoked: "page.evaluate that a navigation destroys",
      how: "provoked",
      expected: "TRANSIENT",
      because: "the page went elsewhere while the script ran; it runs on the new page",
      run: async () => {
        const made = await onSite();
        return whileIt(made, async () => made.goto(`${await site()}/second`));
      },
    },
    {
      id: "closed.target",
      provoked: "page.screenshot of a page that was closed",
      how: "provoked",
      expected: "PERMANENT",
      because: "the program closed this page itself",
      run: async () => {
        const made = await onSite();
        await made.close();
        return made.screenshot();
      },
    },
    {
      id: "closed.browser-killed",
      provoked: "page.evaluate while the browser's process is killed",
      how: "provoked",
      expected: "TRANSIENT",
      because: "the browser died while it worked; a new one works",
      run: async () => {
        const browser = await launch();
        const made = await browser.newPage();
        return whileIt(made, async () => browser.process().kill("SIGKILL"));
      },
    },
    {
      id: "crashed.page",
      provoked: "the error event of a page whose process crashes",
      how: "provoked",
      expected: "TRANSIENT",
      because: "the page's process crashed; a new page works",
      run: async () => {
        const made = await onSite();
        const event = new Promise((resolve) => made.once("error", resolve));
        made.goto("chrome://crash").catch(() => {});
        throw await event;
      },
    },
    {
      id: "protocol.timeout",
      provoked: "page.evaluate that does not end, protocolTimeout 800",
      how: "provoked",
      expected: "TRANSIENT",
      timeout: true,
      because: "the client gave up waiting for the browser's answer",
      run: async () => {
        const browser = await launch({ protocolTimeout: 800 });
        try {
          const made = await browser.newPage();
          return await made.evaluate(() => new Promise(() => {}));
        } finally {
          browser.process().kill("SIGKILL");
        }
      },
    },
    {
      id: "connect.refused",
      provoked: "puppeteer.connect to a port where nobody listens",
      how: "provoked",
      expected: "TRANSIENT",
      because: "nobody listens there now",
      run: async () => puppeteer.connect({ browserURL: await refusing() }),
    },
    {
      id: "connect.ws-refused",
      provoked: "puppeteer.connect by WebSocket to a port where nobody listens: rejects with an ErrorEvent",
      how: "provoked",
      expected: "TRANSIENT",
      because: "nobody listens there now",
      run: async () => puppeteer.connect({ browserWSEndpoint: (await refusing()).replace("http", "ws") }),
    },
    {
      id: "launch.no-executable",
      provoked: "launch with an executable that is not there",
      how: "provoked",
      expected: "PERMANENT",
      because: "there is no browser at that path",
      run: () => puppeteer.launch({ executablePath: "/opt/no/chrome" }),
    },
    {
      id: "launch.failed",
      provoked: "launch of a program that ends at once",
      how: "provoked",
      expected: "UNKNOWN",
      because: "the browser did not start; nothing in the error says why",
      run: () => puppeteer.launch({ executablePath: "/bin/false" }),
    },
  ],
};
