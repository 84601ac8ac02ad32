/* The dashboard in a real browser: that it shows what is, stays up to date, asks for nothing else, and that names do no harm. */
import type { Browser, Page } from "playwright-core";
import { type DashboardOptions, dashboard } from "redress/dashboard";
import { Registry } from "redress/registry";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { launch, openPage, type View } from "./browser.ts";
import { type Listening, listen } from "./listen.ts";
import { HOSTILE, type Scene, scene } from "./scene.ts";

let browser: Browser;
let live: Scene;
let listening: Listening | undefined;
beforeAll(async () => {
  browser = await launch();
});
afterAll(() => browser?.close());
afterEach(async () => {
  for (const context of browser.contexts()) await context.close();
  await listening?.close();
  await live?.end();
});

async function open(options: DashboardOptions = {}, view: View = {}, path = "/") {
  live = await scene();
  const { node } = dashboard({ registry: live.registry, title: "redress on web-1", intervalMs: 50, path, ...options });
  listening = await listen(node);
  const url = `${listening.url}${path}`;
  const opened = await openPage(browser, url, view);
  await opened.page.waitForSelector("article, .nothing");
  return { ...opened, url };
}

const card = (page: Page, name: string) =>
  page.locator("article").filter({ has: page.getByRole("heading", { level: 2, name, exact: true }) });

describe.each([
  [400, "light"],
  [400, "dark"],
  [1400, "light"],
  [1400, "dark"],
] as const)("at %i px, %s", (width, colorScheme) => {
  test("every policy has its card, which fits and can be read", async () => {
    const { page, complaints } = await open({ authorize: () => true }, { width, colorScheme });
    expect(await page.getByRole("heading", { level: 2 }).allTextContents()).toEqual([
      ...["load_user", "save_user", "charge_card", "build_report", "search", "tenants"],
      HOSTILE,
    ]);
    expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBeLessThanOrEqual(0);
    expect(await faintTexts(page)).toEqual([]);
    expect(complaints).toEqual([]);
  });
});

test("the states of what policies share are said in words", async () => {
  const { page } = await open();
  const says = async (name: string) => (await card(page, name).innerText()).replaceAll("\u00a0", " ");
  expect(await says("load_user")).toMatch(/Open for \d+ m?s, by SERVER_ERROR, next probe in (9 min|10 min 0 s)/);
  expect(await says("load_user")).toContain("CIRCUIT_OPEN");
  expect(await says("save_user")).toContain("Shared with load_user.");
  expect(await says("charge_card")).toMatch(/0 of 10 left · drained, no retries/);
  expect(await says("build_report")).toContain("4 of 4 in use, 3 of 10 waiting · full");
  expect(await says("build_report")).toContain("7 in flight");
  expect(await says("search")).toMatch(/3 hedges, 3 won \(100%\)/);
  expect(await says("tenants")).toContain("1 key kept");
  const strip = card(page, "load_user").getByRole("img");
  expect(await strip.getAttribute("aria-label")).toBe("Open now; 3 changes of state in the last 15 minutes.");
});

test("names that mean harm are shown as they are, and do none", async () => {
  const { page, complaints } = await open({ authorize: () => true, title: HOSTILE });
  await page.getByRole("button", { name: `Trip circuit ${HOSTILE}` }).click();
  await page.locator("article").last().getByText("Open", { exact: true }).waitFor();
  expect(await page.title()).toBe(HOSTILE);
  expect(await page.locator("img, article script").count()).toBe(0);
  expect(complaints).toEqual([]);
});

test.each(["/", "/ops/redress", "/ops/redress/"])("mounted at %s, it asks for its events and for nothing else", async (path) => {
  const { requests, url } = await open({}, {}, path);
  expect(requests).toEqual([`GET ${url.replace(/\/$/, "")}/events`]);
});

test("it shows what changes, without being asked", async () => {
  const { page } = await open();
  expect(await card(page, "load_user").innerText()).toContain("192");
  live.breaker.reset();
  live.users.executeSync(() => 1);
  await card(page, "load_user").getByText("193", { exact: true }).waitFor();
  await card(page, "load_user").getByText("Closed", { exact: true }).waitFor();
});

test("a circuit is tripped and reset by its buttons, by keyboard too, and the focus stays", async () => {
  const { page } = await open({ authorize: () => true });
  const users = card(page, "load_user");
  const reset = users.getByRole("button", { name: "Reset circuit users-db: close it and forget its failures" });
  await reset.focus();
  await page.keyboard.press("Enter");
  await users.getByText("Closed", { exact: true }).waitFor();
  expect(live.breaker.state).toBe("closed");
  expect(await page.evaluate(() => document.activeElement?.getAttribute("data-key"))).toBe("reset users-db");
  await users.getByRole("button", { name: /^Trip/ }).click();
  await users.getByText("Open", { exact: true }).waitFor();
  expect(live.breaker.isHeld).toBe(true);
});

test("what is redrawn while a button is pressed loses no click", async () => {
  const { page } = await open({ authorize: () => true });
  await card(page, "save_user")
    .getByRole("button", { name: /^Reset/ })
    .hover();
  await page.mouse.down();
  live.users.executeSync(() => 1);
  await page.waitForTimeout(200);
  await page.mouse.up();
  await card(page, "save_user").getByText("Closed", { exact: true }).waitFor();
});

test("without authorize there are no buttons", async () => {
  const { page } = await open();
  expect(await page.getByRole("button").count()).toBe(0);
});

test("who may no more is told so", async () => {
  let may = true;
  const { page } = await open({ authorize: () => may });
  may = false;
  await card(page, "load_user")
    .getByRole("button", { name: /^Reset/ })
    .click();
  await page
    .getByRole("alert")
    .getByText("Circuit users-db was not reset: The application does not let you move circuits.")
    .waitFor();
  expect(live.breaker.state).toBe("open");
});

test("a lost connection is said, with how old the facts are, and found again", async () => {
  const { page, url } = await open();
  const status = page.getByRole("status");
  await status.getByText("Live", { exact: true }).waitFor();
  const { port } = new URL(url);
  await listening?.close();
  await status.getByText(/^Connection lost\. As of \d\d:\d\d:\d\d\. Trying again\.$/).waitFor();
  listening = await listen(dashboard({ registry: live.registry }).node, Number(port));
  await status.getByText("Live", { exact: true }).waitFor({ timeout: 15_000 });
});

test("a connection that ends without a word is missed after two heartbeats", async () => {
  const registry = new Registry();
  const silent = {
    snapshot: () => registry.snapshot(),
    subscribe: registry.subscribe.bind(registry),
    trip: () => {},
    reset: () => {},
  };
  const { node } = dashboard({ registry: silent, heartbeatMs: 400 });
  let streams = 0;
  listening = await listen((request, response) => {
    // Only the beginning of what is written arrives; whoever connects again hears nothing at all.
    if (request.url === "/events" && ++streams > 1) return;
    const write = response.write.bind(response);
    let wrote = 0;
    response.write = ((chunk: Uint8Array) =>
      request.url !== "/events" || wrote++ === 0 ? write(chunk) : true) as typeof response.write;
    void node(request, response);
  });
  const { page } = await openPage(browser, `${listening.url}/`);
  await page
    .getByRole("status")
    .getByText(/^Connection lost/)
    .waitFor();
  await page.getByText("No policy has been added to the registry.").waitFor();
});

/** Texts whose contrast with what is behind them is below 4.5:1. */
function faintTexts(page: Page): Promise<readonly string[]> {
  return page.evaluate(() => {
    const parts = (colour: string) => (colour.match(/[\d.]+/g) ?? []).map(Number);
    const luminance = (colour: string) =>
      parts(colour)
        .slice(0, 3)
        .map((part) => part / 255)
        .map((part) => (part <= 0.03928 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4))
        .reduce((sum, part, index) => sum + part * ([0.2126, 0.7152, 0.0722][index] ?? 0), 0);
    const behind = (element: Element | null): string => {
      if (element === null) return "rgb(255, 255, 255)";
      const { backgroundColor } = getComputedStyle(element);
      return (parts(backgroundColor)[3] ?? 1) === 0 ? behind(element.parentElement) : backgroundColor;
    };
    const texts = [...document.querySelectorAll("body *")].filter((each) =>
      [...each.childNodes].some((node) => node.nodeType === Node.TEXT_NODE && (node.textContent ?? "").trim() !== ""),
    );
    return texts
      .filter((each) => !["SCRIPT", "STYLE", "NOSCRIPT"].includes(each.tagName) && !each.classList.contains("sign"))
      .filter((each) => {
        const [dark = 0, light = 0] = [luminance(getComputedStyle(each).color), luminance(behind(each))].sort((a, b) => a - b);
        return (light + 0.05) / (dark + 0.05) < 4.5;
      })
      .map((each) => each.textContent ?? "");
  });
}
