/*
 * Playwright and Puppeteer, whose errors have no codes: what the browser says of the network, then what the two say of pages, contexts and
 * selectors. A page that went elsewhere or crashed may be loaded again; one that the program closed may not. Only the first line counts,
 * for Playwright writes its log below it. Both name their timeouts TimeoutError.
 */
import { kindOfHttpStatus } from "../../core/failure/http/status.ts";
import { kindOfPattern, type Library, type Link, type Patterns, type Verdict } from "../shared/index.ts";
import { kindOfNetError } from "./net-errors.ts";

/* Sources: Playwright packages/playwright-core/src (client, server/frames.ts, errors.ts); Puppeteer packages/puppeteer-core/src. */
const WORDS: Patterns = {
  TRANSIENT:
    /\bExecution context was destroyed\b|\b(Target|Page|page) crashed\b|\bBrowser closed\b|\bbrowser has disconnected\b|\bTarget closed\b|\bProtocol error: Connection closed\b|\bpage is navigating and changing the content\b|\bis interrupted by another navigation\b|\bNavigating frame was detached\b|\bNode is detached from document\b|\bElement is not attached to the DOM\b/,
  TIMEOUT: /\btimed out\. Increase the 'protocolTimeout' setting\b|: Timeout \d+ms exceeded\b/,
  PERMANENT:
    /\bTarget page, context or browser has been closed\b|\bMost likely the \w+ has been closed\b|\bPage has been closed\b|\bDownload is starting\b|\bNo element found for selector\b|\bfailed to find elements? matching selector\b|\bis not a valid selector\b|\bstrict mode violation\b|\bUnknown engine\b|\bwhile parsing (css )?selector\b|\bexecutable doesn't exist\b|\bBrowser was not found at the configured executablePath\b|\bCould not find (Chrome|Chromium|browser)\b|\bCannot navigate to invalid URL\b|\bJSHandle is disposed\b|\bNode is either not clickable or not an Element\b|\bElement is not an? \b|\bAttempted to use detached Frame\b/i,
};

/* A script in the page that is wrong. Its own errors are told apart by the language's names. */
const SCRIPT =
  /^[a-zA-Z]+\.(evaluate|evaluateHandle|evaluateAll|\$eval|\$\$eval|waitForFunction): (TypeError|ReferenceError|SyntaxError|RangeError): /;

/* How Playwright quotes the answer of a service that lets no browser be connected to. Source: playwright-core src/server/transport.ts. */
const REFUSED = /\bWebSocket error: \S+ ([45]\d\d)\b/;

function browsersFallback({ message }: Link): Verdict {
  const line = message.split("\n", 1)[0] as string;
  if (SCRIPT.test(line)) return "PERMANENT";
  return kindOfHttpStatus(Number(REFUSED.exec(line)?.[1])) ?? kindOfNetError(line) ?? kindOfPattern(WORDS, line);
}

export const browsers: Library = {
  name: "browsers",
  looks: {},
  meaning: { fallbacks: [browsersFallback] },
};
