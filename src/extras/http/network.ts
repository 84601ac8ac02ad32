/*
 * What happens on the way to a server, as Node, undici, Bun, Deno, browsers and the HTTP clients on top of them say it. Codes are facts and
 * are asked first, of every cause. Words are all that Deno, browsers and fetch's own TypeErrors have; the certain ones come before the
 * vague, so that "fetch failed" speaks only where no cause did. That an error is a TypeError says nothing: most are bugs of the caller.
 */
import type { Classifier } from "../../core/failure/classification.ts";
import { kindOfPlatformCode, SYSTEM_PERMANENT, SYSTEM_TIMEOUTS, SYSTEM_TRANSIENT } from "../../core/failure/error-codes.ts";
import { WRONG_REQUEST } from "../../core/failure/fetch-words.ts";
import {
  CLAUSE_END,
  type Codes,
  classifierOfLibrary,
  connectionRule,
  kindOfCode,
  type Library,
  type Link,
  type Meaning,
  ownWords,
  type Rule,
  speaksOfValues,
  type Verdict,
} from "../shared/index.ts";

/*
 * Codes of the system that say something else than that an argument was wrong: it is short of something, or somebody holds what is wanted.
 * Sources: errno(3); proper-lockfile (ELOCKED, ECOMPROMISED, ENOTACQUIRED).
 */
export const SHORT_OR_BUSY: Codes = {
  TRANSIENT: ["EAGAIN", "EWOULDBLOCK", "EMFILE", "ENFILE", "ENOBUFS", "ENOMEM", "ENOTCONN", "EINTR"],
  CONCURRENCY: ["EBUSY", "ETXTBSY", "EDEADLK", "ENOLCK", "ELOCKED", "ECOMPROMISED"],
  PERMANENT: ["EROFS", "ENOSPC", "EDQUOT", "ENAMETOOLONG", "ENOTEMPTY", "EMSGSIZE", "ECANCELED", "ENOTACQUIRED"],
};

/** Codes of Node, undici, the HTTP parser, and the rest of the system's. */
export const platformRule: Rule = ({ code }) => kindOfPlatformCode(code) ?? kindOfCode(SHORT_OR_BUSY, code);

/* Codes and names of requests that are wrong. Sources: axios lib/core/AxiosError.js; undici docs/api/Errors.md. */
export const REQUEST_CODES: readonly string[] = [
  "ERR_BAD_REQUEST",
  "ERR_BAD_OPTION",
  "ERR_BAD_OPTION_VALUE",
  "ERR_NOT_SUPPORT",
  // The names of a parser's own errors: no JSON, or no HTTP, in the answer.
  "SyntaxError",
  "HTTPParserError",
];

/** A child process has no code for being killed when its time was up, and a number for a failure of its own. */
function clientRule(link: Link): Verdict {
  const { name, code, message } = link;
  const command = link.read("cmd");
  if (command && link.read("killed") === true) return "TIMEOUT";
  const wrong = REQUEST_CODES.includes(code || name) || WRONG_REQUEST.test(message) || (command && code);
  return wrong ? "PERMANENT" : undefined;
}

// How messages begin that say nothing else: of undici, Chrome, Safari, Firefox, React Native and Bun.
const WAY_BEGINNINGS = /* @__PURE__ */ new RegExp(
  `^(fetch failed|failed to fetch|load failed|terminated|network ?error|network ?request failed|unable to connect)${CLAUSE_END}`,
  "i",
);

// And what stands in them: of Deno, axios and others, "Connection was reset", "socket connection was closed".
const WAY_WORDS = /* @__PURE__ */ new RegExp(
  `(error sending request|offline|been aborted|(connection|socket)[ _].{0,8}(lost|closed|reset|refused))${CLAUSE_END}`,
  "i",
);

const TIMED_OUT = /* @__PURE__ */ new RegExp(`timed out${CLAUSE_END}`, "i");

/** What the wrappers say, where nothing that they wrap said more. */
const vagueRule: Rule = (link) => {
  if (speaksOfValues(link)) return undefined;
  const message = ownWords(link.message);
  if (TIMED_OUT.test(message)) return "TIMEOUT";
  return WAY_BEGINNINGS.test(message) || WAY_WORDS.test(message) ? "TRANSIENT" : undefined;
};

const meaning: Meaning = {
  rule: connectionRule,
  fallbacks: [platformRule, clientRule],
  lastResort: vagueRule,
};

export const network: Library = {
  name: "network",
  looks: {
    names: ["AbortError", "TimeoutError"],
    codes: [SYSTEM_TRANSIENT, SYSTEM_TIMEOUTS, SYSTEM_PERMANENT],
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
export const networkClassifier: Classifier = /* @__PURE__ */ classifierOfLibrary("networkClassifier", meaning);
