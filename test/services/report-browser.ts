/* A real browser with a page in it, and everything that the page complains of or asks for. */
import { existsSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { type Browser, chromium, type Page } from "playwright-core";
import { buildPage } from "../../report/build.mjs";
import type { ReportData } from "../../report/data.ts";
import { fill } from "../../src/cli/print/report-page.ts";

const CHROMIUM = "/usr/bin/chromium";

interface OpenPage {
  readonly page: Page;
  /** Errors, warnings and requests to anywhere but the file itself. */
  readonly complaints: readonly string[];
}

interface View {
  readonly width?: number;
  readonly colorScheme?: "light" | "dark";
}

interface ReportBrowser {
  /** Opens the report of the data; the template itself for `null`. */
  open(data: ReportData | null, view?: View): Promise<OpenPage>;
  closePages(): Promise<void>;
  close(): Promise<void>;
}

async function reportBrowser(): Promise<ReportBrowser> {
  if (!existsSync(CHROMIUM)) throw new Error(`The report is tested in Chromium, which must be at ${CHROMIUM}.`);
  const template = await buildPage();
  const folder = await mkdtemp(join(tmpdir(), "redress-report-"));
  const browser: Browser = await chromium.launch({
    executablePath: CHROMIUM,
    args: ["--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking"],
  });
  let opened = 0;

  return {
    async open(data, { width = 1400, colorScheme = "light" } = {}) {
      opened += 1;
      const file = join(folder, `report-${opened}.html`);
      await writeFile(file, data === null ? template : fill(template, data));
      const url = pathToFileURL(file).href;
      const context = await browser.newContext({ viewport: { width, height: 900 }, colorScheme });
      const page = await context.newPage();
      const complaints: string[] = [];
      page.on("console", (message) => {
        if (["error", "warning"].includes(message.type())) complaints.push(`${message.type()}: ${message.text()}`);
      });
      page.on("pageerror", (error) => complaints.push(`threw: ${error.message}`));
      page.on("request", (request) => {
        if (request.url() !== url && !request.url().startsWith("data:")) complaints.push(`asked for ${request.url()}`);
      });
      await page.goto(url);
      return { page, complaints };
    },
    async closePages() {
      for (const context of browser.contexts()) await context.close();
    },
    async close() {
      await browser.close();
      await rm(folder, { recursive: true });
    },
  };
}

export { type ReportBrowser, reportBrowser };
