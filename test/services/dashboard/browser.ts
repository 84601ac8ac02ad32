/* A real browser with the dashboard in it, and everything that the page complains of or asks for. */
import { existsSync } from "node:fs";
import { type Browser, chromium, type Page } from "playwright-core";

const CHROMIUM = "/usr/bin/chromium";

interface OpenPage {
  readonly page: Page;
  /** Errors and warnings. */
  readonly complaints: readonly string[];
  /** What it asked for, without the page itself. */
  readonly requests: readonly string[];
}

interface View {
  readonly width?: number;
  readonly colorScheme?: "light" | "dark";
}

function launch(): Promise<Browser> {
  if (!existsSync(CHROMIUM)) throw new Error(`The dashboard is tested in Chromium, which must be at ${CHROMIUM}.`);
  return chromium.launch({
    executablePath: CHROMIUM,
    args: ["--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking"],
  });
}

async function openPage(browser: Browser, url: string, { width = 1400, colorScheme = "light" }: View = {}): Promise<OpenPage> {
  const context = await browser.newContext({ viewport: { width, height: 900 }, colorScheme });
  const page = await context.newPage();
  const complaints: string[] = [];
  const requests: string[] = [];
  page.on("console", (message) => {
    if (["error", "warning"].includes(message.type())) complaints.push(`${message.type()}: ${message.text()}`);
  });
  page.on("pageerror", (error) => complaints.push(`threw: ${error.message}`));
  page.on("request", (request) => {
    if (request.url() !== url && !request.url().startsWith("data:")) requests.push(`${request.method()} ${request.url()}`);
  });
  await page.goto(url);
  return { page, complaints, requests };
}

export { launch, openPage, type View };
