/*
 * Playwright and Puppeteer, whose errors have no codes: what the browser says of the network, then what the two say of pages, contexts and
 * selectors. A page that went elsewhere or crashed may be loaded again; one that the program closed may not. Playwright's "Target page,
 * context or browser has been closed" and Puppeteer's "Attempted to use detached Frame" say the same of a browser that was killed: UNKNOWN.
 * Only the first line counts, for Playwright writes its log below it. Both name their timeouts TimeoutError.
 */
import { kindOfHttpStatus } from "../../core/failure/http/status.ts";
import type { Kind } from "../../core/failure/kind.ts";
import type { Beginnings, Library, Link, Verdict } from "../shared/index.ts";
import { kindOfNetError } from "./net-errors.ts";

/*
 * What stands in the line, behind the name of a method or of a command. Sources: Playwright packages/playwright-core/src/server (frames,
 * dom, page, browserType, registry) and src/client; Puppeteer packages/puppeteer-core/src (api, cdp, common, node).
 */
export const PHRASES: Beginnings = {
  TIMEOUT: ["Increase the 'protocolTimeout' setting"],
  TRANSIENT: [
    "Execution context was destroyed",
    "Cannot find context with specified id",
    "page is navigating and changing the content",
    "is interrupted by another navigation",
    "Navigating frame was detached",
    "Waiting failed: Frame detached",
    "Node is detached from document",
    "Element is not attached to the DOM",
    "Target crashed",
    "Page crashed",
    "page crashed",
    "Target closed",
    "Browser closed",
    "browser has disconnected",
    "Protocol error: Connection closed",
  ],
  PERMANENT: [
    "Most likely the page has been closed",
    "Most likely the worker has been closed",
    "Page has been closed",
    "Download is starting",
    "Cannot navigate to invalid URL",
    "No element found for selector",
    "failed to find element matching selector",
    "is not a valid selector",
    "while parsing selector",
    "while parsing css selector",
    "strict mode violation",
    "Unknown engine",
    "JSHandle is disposed",
    "Request is already handled!",
    "Node is either not clickable or not an Element",
    "Element is not an <",
    "Element is not a <",
    "executable doesn't exist",
    "Executable doesn't exist",
    "Browser was not found at the configured executablePath",
    "Could not find Chrome",
    "Could not find Chromium",
  ],
};

/* A script in the page that is wrong. Its own errors are told apart by the language's names. */
const SCRIPT =
  /^(?:Evaluation failed|[a-zA-Z]+\.(?:evaluate|evaluateHandle|evaluateAll|\$eval|\$\$eval|waitForFunction)): (TypeError|ReferenceError|SyntaxError|RangeError): /;

/* How Playwright quotes the answer of a service that lets no browser be connected to. Source: playwright-core src/server/transport.ts. */
const REFUSED = /\bWebSocket error: \S+ ([45]\d\d)\b/;

function browsersFallback({ message }: Link): Verdict {
  const line = message.split("\n", 1)[0] as string;
  if (SCRIPT.test(line)) return "PERMANENT";
  return kindOfHttpStatus(Number(REFUSED.exec(line)?.[1])) ?? kindOfNetError(line) ?? kindOfPhrase(line);
}

function kindOfPhrase(line: string): Verdict {
  for (const kind in PHRASES)
    if ((PHRASES[kind as Kind] as readonly string[]).some((phrase) => line.includes(phrase))) return kind as Kind;
  return undefined;
}

export const browsers: Library = {
  name: "browsers",
  looks: {},
  meaning: { fallbacks: [browsersFallback] },
};
