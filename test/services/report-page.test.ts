/* The page of `redress simulate --html` in a real browser: that it asks for nothing, draws everything and can be read. */
import type { Page } from "playwright-core";
import { Policy } from "redress";
import { scenarios } from "redress/simulate";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import type { ReportData } from "../../report/data.ts";
import { type ReportBrowser, reportBrowser } from "./report-browser.ts";
import { adapting, careful, guarded, reportOf, retries } from "./report-data.ts";

let browser: ReportBrowser;
beforeAll(async () => {
  browser = await reportBrowser();
});
afterEach(() => browser.closePages());
afterAll(() => browser?.close());

const TWO = reportOf({ "retries only": retries, "retries, breaker & budget": careful });
const ONE = reportOf({ careful });
const PLAIN = reportOf({ plain: retries });
const THREE = reportOf(
  { retries, careful, "for an hour, under a name-that-goes-on-and-on-and-on-and-on-without-a-break": careful },
  { scenario: scenarios.outage({ callsPerSecond: 10 }), durationMs: 3_600_000 },
);

const GUARDED = reportOf({ guarded }, { scenario: scenarios.slowReplica({ callsPerSecond: 120 }) });
const BESIDE = reportOf({ retries, guarded }, { scenario: scenarios.slowReplica({ callsPerSecond: 120 }) });

const STEP = reportOf({ plain: new Policy(), adapting }, { scenario: scenarios.overloadStep() });

const REPORTS: [string, ReportData, number][] = [
  ["two policies", TWO, 10],
  ["one policy", ONE, 6],
  ["a policy without breaker and budget", PLAIN, 4],
  ["three policies for an hour", THREE, 16],
  ["a policy with a hedge and limiters", GUARDED, 9],
  ["a policy with a limit that adapts, beside one without", STEP, 10],
];

describe.each(REPORTS)("a report of %s", (_of, data, charts) => {
  test.each([
    [400, "light"],
    [400, "dark"],
    [1400, "light"],
    [1400, "dark"],
  ] as const)("is drawn, fits and can be read at %i px, %s", async (width, colorScheme) => {
    const { page, complaints } = await browser.open(data, { width, colorScheme });
    expect(await linesNotDrawn(page)).toEqual(Array(charts).fill([]));
    expect(await widthBeyond(page)).toBe(0);
    expect(await faintTexts(page)).toEqual([]);
    expect(complaints).toEqual([]);
  });
});

test("names what a policy does not have instead of drawing an empty chart", async () => {
  const { page } = await browser.open(PLAIN);
  expect(await page.locator(".row", { hasText: "Circuits" }).innerText()).toContain("No circuit breaker.");
  expect(await page.locator(".row", { hasText: "Retry budget" }).innerText()).toContain("No retry budget.");
});

test("says nothing of hedges and limiters where no policy has any", async () => {
  const { page } = await browser.open(TWO);
  const said = (await page.locator("h3, th, .legend button").allInnerTexts()).join("\n");
  expect(said).toContain("Circuits");
  expect(said).not.toMatch(/hedge|limiter|queue|turned away/i);
});

test("tells of hedges, of queues and of what turned calls away", async () => {
  const { page, complaints } = await browser.open(BESIDE);
  const { hedges, limited, stopReasons } = BESIDE.policies["guarded"] as (typeof BESIDE.policies)[string];
  const count = (many = 0) => many.toLocaleString("en-US");
  const lines = (await page.locator(".summary tbody tr").allInnerTexts()).map((line) => line.replace(/\s+/g, " "));
  expect(lines).toContainEqual(
    expect.stringContaining(
      `Hedges no hedge ${count(hedges?.started)} ${count(hedges?.won)} won, ${count(hedges?.cut)} attempts cut`,
    ),
  );
  expect(lines).toContainEqual(expect.stringMatching(/^Time in queues p99 no limiter \d+(\.\d+)? ms [\d,]+ calls waited$/));
  expect(lines).toContainEqual(`Turned away no limiter ${count(stopReasons.LIMITED)} per second, db`);

  expect(limited.length).toBe(3);
  const bars = await page.locator(".reasons .row", { hasText: "What turned calls away" }).innerText();
  for (const { limiter, reason, count: many } of limited)
    expect(bars.replace(/\s+/g, " ")).toContain(`${limiter}: ${reason} ${count(many)}`);
  for (const id of ["hedges", "queues", "waits", "rejections"])
    expect(await page.locator(`.row[aria-labelledby=chart-${id}]`).innerText()).toMatch(/No hedge\.|No limiter\./);
  expect(complaints).toEqual([]);
});

test("draws the limits that adapt, by the names of their limiters", async () => {
  const { page } = await browser.open(STEP);
  const row = page.locator(".row[aria-labelledby=chart-limits]");
  expect(await row.locator(".legend button").allInnerTexts()).toEqual(["shop"]);
  expect(await row.innerText()).toContain("No limit that adapts.");
});

test("stacks what limiters turned away: the line on top is drawn at the sum, and told by itself", async () => {
  const { page } = await browser.open(GUARDED);
  const row = page.locator(".row[aria-labelledby=chart-rejections]");
  const labels = await row.locator(".legend button").allInnerTexts();
  const { limited } = GUARDED.policies["guarded"] as (typeof GUARDED.policies)[string];
  const sorted = [...limited].sort((one, other) => other.count - one.count);
  expect(labels).toEqual(sorted.map(({ limiter, reason }) => `${limiter}: ${reason}`));

  await row.getByText("Numbers").click();
  await soon(() => row.locator("tbody tr").count()).toBeGreaterThan(0);
  const told = (await row.locator("tbody tr").allInnerTexts()).map((line) => line.split(/\s+/).slice(-3).map(Number.parseFloat));
  const sums = told.reduce((sum, cells) => sum.map((total, index) => total + (cells[index] ?? 0)), [0, 0, 0]);
  expect(sums).toEqual(sorted.map(({ count }) => count));
});

test("compares the policies in numbers for people", async () => {
  const { page } = await browser.open(TWO);
  const columns = await page.locator(".summary thead th").allInnerTexts();
  expect(columns).toEqual(Object.keys(TWO.policies));
  const lines = await page.locator(".summary tbody tr").allInnerTexts();
  const said = lines.map((line) => line.replace(/\s+/g, " "));
  expect(said[0]).toMatch(/^Calls 1\d,\d{3} /);
  expect(said[1]).toMatch(/^Succeeded \d\d(\.\d)? % \d\d(\.\d)? %$/);
  expect(said).toContainEqual(expect.stringMatching(/^Latency p99 \d+(\.\d+)? (ms|s) \d+(\.\d+)? (ms|s)$/));
  expect(said).toContainEqual(expect.stringMatching(/^Circuits opened no breaker \d+ times$/));
});

test("a drag over one chart zooms all of them, and a double click shows the whole run again", async () => {
  const { page, complaints } = await browser.open(TWO);
  const before = await pictures(page);
  const box = await boxOf(page, 0);
  await page.mouse.move(box.x + box.width * 0.4, box.y + 80);
  await page.mouse.down();
  await page.mouse.move(box.x + box.width * 0.6, box.y + 80, { steps: 5 });
  await page.mouse.up();
  await soon(() => page.locator(".shown").innerText()).toMatch(/^(71|72|73)(\.\d+)? s to (107|108|109)(\.\d+)? s$/);
  await soon(async () => (await pictures(page)).filter((picture, index) => picture === before[index])).toEqual([]);

  await page.mouse.move(box.x + box.width / 2, box.y + 80);
  await page.mouse.dblclick(box.x + box.width / 2, box.y + 80);
  await page.mouse.move(0, 0);
  await soon(() => page.locator(".shown").innerText()).toBe("0 s to 180 s");
  await soon(() => pictures(page)).toEqual(before);
  expect(complaints).toEqual([]);
});

test("charts side by side have the same scale", async () => {
  const { page } = await browser.open(TWO);
  // What callers ask for is the same for both policies, so it must stand at the same height.
  const heights = () =>
    page.evaluate(() =>
      [...document.querySelectorAll(".row[aria-labelledby=chart-load] figure")].map((figure) => {
        const point = [...figure.querySelectorAll(".u-cursor-pt")].at(-1);
        return (point?.getBoundingClientRect().top ?? 0) - figure.getBoundingClientRect().top;
      }),
    );
  const atRest = await heights();
  expect(atRest).toHaveLength(2);
  const box = await boxOf(page, 0);
  await page.mouse.move(box.x + box.width / 2, box.y + 60);
  await soon(async () => (await heights()).filter((height, index) => height === atRest[index])).toEqual([]);
  const [one, other] = await heights();
  expect(one).toBe(other);
});

test("the legends of all charts tell the values under the cursor", async () => {
  const { page } = await browser.open(TWO);
  expect((await page.locator(".value").allInnerTexts()).join("")).toBe("");
  const box = await boxOf(page, 0);
  await page.mouse.move(box.x + box.width / 2, box.y + 60);
  await soon(async () => (await page.locator(".value").allInnerTexts()).filter((value) => value === "")).toEqual([]);
  expect(new Set(await page.locator(".when").allInnerTexts()).size).toBe(1);
});

test("charts have names, keys and numbers for those who cannot see them", async () => {
  const { page } = await browser.open(ONE);
  const chart = page.getByRole("slider", { name: "Load and goodput: careful" });
  await chart.focus();
  await page.keyboard.press("ArrowRight");
  await page.keyboard.press("ArrowRight");
  await soon(() => chart.getAttribute("aria-valuetext")).toMatch(/^1 s: goodput \d+\/s, requests \d+\/s, offered \d+\/s$/);
  await page.keyboard.press("+");
  await soon(() => page.locator(".shown").innerText()).not.toBe("0 s to 180 s");
  await page.keyboard.press("Escape");
  await soon(() => page.locator(".shown").innerText()).toBe("0 s to 180 s");

  await page.getByText("Numbers").first().click();
  await soon(() => page.locator("table.numbers").first().locator("tbody tr").count()).toBe(180);
  expect(await widthBeyond(page)).toBe(0);
});

test("the numbers of an hour are a choice of them, until the reader zooms in", async () => {
  const { page } = await browser.open(THREE);
  await page.getByText("Numbers").first().click();
  const table = page.locator("table.numbers").first();
  await soon(() => table.locator("tbody tr").count()).toBe(360);
  expect(await table.locator("caption").innerText()).toContain("One line out of 10");
  await page.getByRole("button", { name: "Disturbance" }).click();
  await soon(() => table.locator("caption").innerText()).not.toContain("One line");
  await soon(() => table.locator("tbody th").first().innerText()).not.toBe("0 s");
});

test("a line that is hidden is hidden for all policies", async () => {
  const { page } = await browser.open(TWO);
  const before = await pictures(page);
  await page.getByRole("button", { name: "requests" }).first().click();
  await soon(() => page.locator('button[aria-pressed="false"]').allInnerTexts()).toEqual(["requests", "requests"]);
  const changed = async () => (await pictures(page)).map((picture, index) => picture !== before[index]);
  await soon(changed).toEqual(before.map((_, index) => index < 2));
});

test("names of policies are text, whatever they look like", async () => {
  const name = '</script><img src="https://example.com/x.png" onerror="alert(1)"><b>$&';
  const { page, complaints } = await browser.open(reportOf({ [name]: careful }));
  expect(await page.locator(".summary thead th").innerText()).toBe(name);
  expect(await page.locator("img, b").count()).toBe(0);
  expect(complaints).toEqual([]);
});

test("the page forbids itself every other script and every request", async () => {
  const { page, complaints } = await browser.open(ONE);
  const fetched = await page.evaluate(() =>
    fetch("https://example.com/").then(
      () => "fetched",
      () => "refused",
    ),
  );
  expect(fetched).toBe("refused");
  await page.evaluate(() => {
    const script = document.createElement("script");
    script.textContent = "document.title = 'smuggled'";
    document.body.append(script);
  });
  expect(await page.title()).not.toBe("smuggled");
  expect(complaints.filter((complaint) => !complaint.includes("Content Security Policy"))).toEqual([]);
});

test("follows the reader from light to dark", async () => {
  const { page } = await browser.open(ONE);
  const light = await pictures(page);
  await page.emulateMedia({ colorScheme: "dark" });
  await page.waitForFunction((was) => document.querySelector("canvas")?.toDataURL() !== was, light[0]);
  expect(await faintTexts(page)).toEqual([]);
});

test("the template tells how to make a report", async () => {
  const { page, complaints } = await browser.open(null);
  expect(await page.locator("main").innerText()).toMatch(/npx redress simulate .* --html report\.html/);
  expect(complaints).toEqual([]);
});

/** What a browser does upon an event is there soon, not at once. */
const soon = <T>(read: () => Promise<T>) => expect.poll(read, { timeout: 10_000 });

/** How far the page is wider than the window. */
function widthBeyond(page: Page): Promise<number> {
  return page.evaluate(() => Math.max(0, document.documentElement.scrollWidth - innerWidth));
}

/** Chart by chart, the lines of the legend whose colour is nowhere on the canvas. */
function linesNotDrawn(page: Page): Promise<string[][]> {
  return page.evaluate(() => {
    const tolerance = 24;
    return [...document.querySelectorAll("figure")].map((figure) => {
      const canvas = figure.querySelector("canvas");
      const pixels = canvas?.getContext("2d")?.getImageData(0, 0, canvas.width, canvas.height).data ?? [];
      const isDrawn = (colour: readonly number[]) => {
        for (let at = 0; at < pixels.length; at += 4)
          if (colour.every((value, channel) => Math.abs((pixels[at + channel] ?? 0) - value) <= tolerance)) return true;
        return false;
      };
      return [...figure.querySelectorAll(".legend button")]
        .filter((button) => {
          const [red = 0, green = 0, blue = 0] = (
            getComputedStyle(button.querySelector("svg") ?? button).color.match(/\d+/g) ?? []
          ).map(Number);
          return !isDrawn([red, green, blue, 255]);
        })
        .map((button) => button.textContent);
    });
  });
}

/** What each canvas shows, once the charts have had the time to draw it. */
function pictures(page: Page): Promise<string[]> {
  return page.evaluate(async () => {
    await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
    return [...document.querySelectorAll("canvas")].map((canvas) => canvas.toDataURL());
  });
}

/** Where the plotting area of a chart is. */
async function boxOf(page: Page, index: number) {
  const area = page.locator(".u-over").nth(index);
  await area.scrollIntoViewIfNeeded();
  const box = await area.boundingBox();
  if (box === null) throw new Error(`Chart ${index} is not on the page.`);
  return box;
}

/** The texts whose contrast with what is behind them is below 4.5. */
function faintTexts(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const channels = (colour: string) => (colour.match(/[\d.]+/g) ?? []).map(Number);
    const luminance = (colour: string) => {
      const [red = 0, green = 0, blue = 0] = channels(colour).map((value) => {
        const share = value / 255;
        return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
      });
      return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
    };
    const background = (from: Element | null): string => {
      if (from === null) return "rgb(255, 255, 255)";
      const { backgroundColor } = getComputedStyle(from);
      return channels(backgroundColor)[3] === 0 ? background(from.parentElement) : backgroundColor;
    };
    const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    const faint: string[] = [];
    let seen = 0;
    while (texts.nextNode()) {
      const { textContent, parentElement } = texts.currentNode;
      if (!textContent?.trim() || !parentElement?.checkVisibility() || parentElement.closest("script, style")) continue;
      seen += 1;
      const [low = 0, high = 0] = [luminance(getComputedStyle(parentElement).color), luminance(background(parentElement))].sort(
        (one, other) => one - other,
      );
      const contrast = (high + 0.05) / (low + 0.05);
      if (contrast < 4.5) faint.push(`${contrast.toFixed(2)}: ${textContent}`);
    }
    return seen > 20 ? faint : [`only ${seen} texts`];
  });
}
