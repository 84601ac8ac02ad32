/*
 * What happens on the way to a server, as Node, undici, Bun, Deno, browsers and the HTTP clients on top of them say it. Codes are facts and
 * are asked first, of every cause. Words are all that Deno, browsers and fetch's own TypeErrors have; the certain ones come before the
 * vague, so that "fetch failed" speaks only where no cause did. That an error is a TypeError says nothing: most are bugs of the caller.
 */
import type { Classifier } from "../../core/failure/classification.ts";
import { classOfPlatformCode, SYSTEM_PERMANENT, SYSTEM_TRANSIENT } from "../../core/failure/error-codes.ts";
import { connectionRule, judgeAs, type Library, type Link, type Meaning, type Rule, type Verdict } from "../shared/index.ts";

/** Codes of Node, undici and the HTTP parser. */
export const platformRule: Rule = ({ code }) => classOfPlatformCode(code);

// axios has codes for it, a parser's own error its name, and fetch only words.
const REQUEST_CODES = /^(ERR_(BAD_(REQ|OPT)|NOT_SUPPORT)|SyntaxError|HTTPParserError)/;
const REQUEST_WORDS = /unknown scheme|bad port|redirect|unusable|already been|peer certificate|contentLength/i;

/** A child process has no code for being killed when its time was up, and a number for a failure of its own. */
function clientRule(link: Link): Verdict {
  const { name, code, message } = link;
  if (link.read("cmd") && link.read("killed") === true) return "TRANSIENT";
  return REQUEST_CODES.test(code || name) || REQUEST_WORDS.test(message) || (code && link.read("cmd")) ? "PERMANENT" : undefined;
}

const WAY_WORDS =
  /^(fetch failed|failed to fetch|load failed|terminated|network ?(error|request failed)|unable to connect)|error sending request|(connection|socket).{1,9}(lost|closed|reset|refused)|offline|timed out|been aborted/i;

/** What the wrappers say, where nothing that they wrap said more. */
const vagueRule: Rule = ({ message }) => (WAY_WORDS.test(message) ? "TRANSIENT" : undefined);

const meaning: Meaning = {
  rule: connectionRule,
  fallbacks: [platformRule, clientRule],
  lastResort: vagueRule,
};

export const network: Library = {
  name: "network",
  looks: {
    names: ["AbortError", "TimeoutError"],
    codes: [SYSTEM_TRANSIENT, SYSTEM_PERMANENT],
  },
  // fetch says the same of everything: its causes know.
  onlyWraps: (link) => link.name === "TypeError" && vagueRule(link) !== undefined,
  meaning,
};

/** undici's own errors, which are certain of what they are. */
export const undici: Library = {
  name: "undici",
  looks: { codes: [/^UND_/] },
  meaning: { rule: platformRule },
};

/**
 * Classifies what happens between a client and a server, with no answer of the server: refused and cut connections, names, certificates,
 * timeouts, aborts, malformed requests. Knows Node, undici, Bun, Deno, browsers, axios, got, ky, ofetch, superagent and node-fetch.
 * What it does not know is `UNKNOWN`; statuses are `httpClassifier`'s.
 */
export const networkClassifier: Classifier = (error) => judgeAs(meaning, error);
