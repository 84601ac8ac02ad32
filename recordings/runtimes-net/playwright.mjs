import { chromium, request } from "playwright-core";
import { selfSigned } from "../certificate.mjs";
import { answering, hanging, refusing } from "../servers.mjs";
import { CHROMIUM, FLAGS, site } from "./servers/site.mjs";

const launch = () => chromium.launch({ executablePath: CHROMIUM, headless: true, args: FLAGS });
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

export default {
  library: "playwright",
  packages: ["playwright-core"],
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
      id: "goto.name-not-resolved",
      provoked: "page.goto to a name that does not exist",
      how: "provoked",
      expected: "TRANSIENT",
      because: "the name could not be resolved now",
      run: async () => (await page()).goto("http://nowhere.invalid/"),
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
      id: "goto.aborted",
      provoked: "page.goto to a download",
      how: "provoked",
      expected: "PERMANENT",
      because: "the address is a download, not a page",
      run: async () => (await page()).goto(`${await site()}/download`),
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
      id: "goto.interrupted",
      provoked: "page.goto that a second goto of the same page interrupts",
      how: "provoked",
      expected: "PERMANENT",
      because: "the program itself went somewhere else",
      run: async () => {
        const made = await onSite();
        const first = made.goto(await hanging());
        const held = first.then(
          () => "nothing",
          (error) => {
            throw error;
          },
        );
        held.catch(() => {});
        await new Promise((resolve) => setTimeout(resolve, 200));
        await made.goto(`${await site()}/second`);
        return held;
      },
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
      id: "click.timeout",
      provoked: "locator.click of a button that something covers, timeout 400",
      how: "provoked",
      expected: "TRANSIENT",
      timeout: true,
      because: "the client gave up waiting for the button",
      run: async () => (await onSite()).locator("#a").click({ timeout: 400 }),
    },
    {
      id: "locator.strict",
      provoked: "locator.textContent where two elements match",
      how: "provoked",
      expected: "PERMANENT",
      because: "the selector means more than one element",
      run: async () => (await onSite()).locator(".twice").textContent({ timeout: 1000 }),
    },
    {
      id: "locator.syntax",
      provoked: "locator with a selector that is no CSS",
      how: "provoked",
      expected: "PERMANENT",
      because: "the selector is wrong",
      run: async () => (await onSite()).locator("div[").count(),
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
        const waiting = made.evaluate(() => new Promise(() => {}));
        waiting.catch(() => {});
        await made.goto(`${await site()}/second`);
        return waiting;
      },
    },
    {
      id: "closed.page",
      provoked: "page.title on a page that was closed",
      how: "provoked",
      expected: "UNKNOWN",
      because:
        "the program closed this page itself; but Playwright says the same of a browser that was killed, for which a new one works",
      run: async () => {
        const made = await onSite();
        await made.close();
        return made.title();
      },
    },
    {
      id: "closed.browser-killed",
      provoked: "page.evaluate while the browser's process is killed",
      how: "provoked",
      expected: "TRANSIENT",
      because: "the browser died while it worked; a new one works",
      run: async () => {
        const server = await chromium.launchServer({ executablePath: CHROMIUM, headless: true, args: FLAGS });
        const browser = await chromium.connect(server.wsEndpoint());
        const made = await browser.newPage();
        const waiting = made.evaluate(() => new Promise(() => {}));
        waiting.catch(() => {});
        setTimeout(() => server.kill(), 200);
        return waiting;
      },
    },
    {
      id: "crashed.page",
      provoked: "page.evaluate while the page's process crashes",
      how: "provoked",
      expected: "TRANSIENT",
      because: "the page's process crashed; a new page works",
      run: async () => {
        const made = await onSite();
        const waiting = made.evaluate(() => new Promise(() => {}));
        waiting.catch(() => {});
        made.goto("chrome://crash", { timeout: 5000 }).catch(() => {});
        return waiting;
      },
    },
    {
      id: "launch.no-executable",
      provoked: "launch with an executable that is not there",
      how: "provoked",
      expected: "PERMANENT",
      because: "there is no browser at that path",
      run: () => chromium.launch({ executablePath: "/opt/no/chrome" }),
    },
    {
      id: "connect.refused",
      provoked: "chromium.connectOverCDP to a port where nobody listens",
      how: "provoked",
      expected: "TRANSIENT",
      because: "nobody listens there now",
      run: async () => chromium.connectOverCDP(await refusing()),
    },
    {
      id: "connect.429",
      provoked: "chromium.connect to a browser service that answers 429 with words",
      how: "provoked",
      expected: "RATE_LIMIT",
      because: "the service has no more sessions for this caller",
      run: async () =>
        chromium.connect((await answering(429, "Too many concurrent sessions", { "retry-after": "10" })).replace("http", "ws")),
    },
    {
      id: "request.refused",
      provoked: "APIRequestContext.get of a port where nobody listens",
      how: "provoked",
      expected: "TRANSIENT",
      because: "nobody listens there now",
      run: async () => (await request.newContext()).get(await refusing()),
    },
    {
      id: "request.fail-on-status",
      provoked: "APIRequestContext.get with failOnStatusCode, answered 503",
      how: "provoked",
      expected: "SERVER_ERROR",
      because: "the server answers 503",
      run: async () => (await request.newContext()).get(await answering(503, "busy"), { failOnStatusCode: true }),
    },
  ],
};
