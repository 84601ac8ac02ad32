/*
 * Google: an HTTP status or, where the call went over gRPC, its code; the reason that the API gives outweighs both, for a 403 may be a
 * rate limit and a 400 a bad key.
 *   gaxios 4 to 7, googleapis     { code: "503" or 503, status, response: { status, headers, data: { error } }, cause: the API's error }
 *   google-gax                    GoogleError { code: 8, reason, domain, statusDetails: [RetryInfo] }
 *   @google/genai                 ApiError { status, message: the API's error as JSON }
 *   @google-cloud/*, googleapis   { code: 403, errors: [{ domain, reason }] }
 */
import type { Classifier } from "../../core/failure/classification.ts";
import { kindOfHttpStatus } from "../../core/failure/http/status.ts";
import { classificationWith, type Kind } from "../../core/failure/kind.ts";
import { kindOfRpcCode } from "../rpc/status-codes.ts";
import {
  asText,
  classifierOfLibrary,
  kindOfPattern,
  type Library,
  type Link,
  type Meaning,
  millisFromNow,
  type Patterns,
  type Verdict,
  withRetryAfter,
} from "../shared/index.ts";

/*
 * Reasons, in the words of the API, wherever its error keeps them: rateLimitExceeded, userRateLimitExceeded, jobRateLimitExceeded and
 * RATE_LIMIT_EXCEEDED; API_KEY_INVALID and keyInvalid.
 * Sources: "Resolve errors" of the APIs for usage limits; google.rpc.ErrorInfo (error_details.proto, AIP-193); OAuth 2.0 (invalid_grant).
 */
export const REASONS: Patterns = {
  RATE_LIMIT: /rate.?limit.?exceeded/i,
  AUTH: /key_?invalid|invalid_grant/i,
};

// google.rpc.RetryInfo: a delay is "34s", or seconds as a number, a string or a Long's low half; what has an "a" on the way to it is nanos.
const RETRY_DELAY = /retryDelay[^\da]+([\d.]+)/;

// google.rpc.QuotaFailure: no call outlasts a quota of the day. GenerateRequestsPerDayPerProjectPerModel-FreeTier.
const DAY_USED_UP = /"quotaId":\s*"\w*PerDay/;

/* What redress/google-genai writes into the body of an answer that its policy gave up on. */
const GAVE_UP = '"redress":{"ok":false';

// gax's and node-fetch's timeouts, which have no code. Sources: gax's retries.ts; node-fetch 2 lib/index.js.
export const TIMEOUTS: readonly string[] = ["network timeout", "Total timeout"];

function googleRule(link: Link): Verdict {
  const { message, reader } = link;
  if (TIMEOUTS.some((words) => message.startsWith(words))) return "TIMEOUT";
  const status = asText(link.read("status") ?? link.read("response", "status") ?? link.read("code"));
  if (!isGoogles(link, status)) return undefined;
  const said = saidBy(link);
  if (DAY_USED_UP.test(said)) return "PERMANENT";
  const byStatus = kindOfStatus(Number(status), said, message);
  const kind = byStatus === "RATE_LIMIT" ? byStatus : (kindOfPattern(REASONS, said) ?? byStatus);
  if (kind === undefined) return undefined;
  const delayMs = millisFromNow(RETRY_DELAY.exec(said)?.[1]);
  const isRefused = message.includes(GAVE_UP);
  if (delayMs !== undefined || isRefused) return classificationWith(kind, delayMs, isRefused);
  return withRetryAfter(kind, reader.read(link.read("response"), "headers"));
}

/** Told by gaxios's mark or response, by the details of a gRPC error, by a `domain`, or by JSON for a message. */
function isGoogles(link: Link, status: string): unknown {
  const { reader } = link;
  return (
    (link.read("response") && link.code === status) ||
    (Number(status) < 17 && link.read("details")) ||
    link.read(Symbol.for("gaxios-gaxios-error")) ||
    reader.read(link.read("errors", 0), "domain") ||
    (link.name === "ApiError" && /^.*{\W+error/.test(link.message))
  );
}

/** The code of gRPC below 17, and HTTP's status above. */
function kindOfStatus(status: number, said: string, message: string): Kind | undefined {
  // What exists already stays so.
  if (status === 409 && /already/i.test(said)) return "PERMANENT";
  return status < 17 ? kindOfRpcCode(status, message) : kindOfHttpStatus(status);
}

/** All that an error says of itself: its message and details, and those of the API's error, which clients keep in three places. */
function saidBy({ error, reader }: Link): string {
  let said = "";
  const data = reader.read(reader.read(error, "response"), "data");
  for (const body of [error, reader.read(error, "cause"), reader.read(data, "error")]) {
    said += asText(body) + asText(reader.read(body, "message")).slice(0, 5000);
    // A few of each, for a list may be endless.
    for (const key of ["errors", "details", "statusDetails"])
      for (const place of [0, 1, 2]) said += written(reader.read(reader.read(body, key), place));
  }
  return said;
}

// A detail of Google's has some twenty values. What has more may be anybody's, with a client and half of the program in it.
const MOST_VALUES = 200;

function written(value: unknown): string {
  let values = 0;
  const few = (_key: string, inner: unknown): unknown => {
    if (++values > MOST_VALUES) throw new RangeError("too much to be a detail");
    return inner;
  };
  try {
    return JSON.stringify(value, few) ?? "";
  } catch {
    // What cannot be written has nothing to say.
    return "";
  }
}

const meaning: Meaning = { rule: googleRule, wrappers: ["error"] };

export const google: Library = {
  name: "google",
  looks: {
    fields: ["details", "domain", "errors", "response", "statusDetails"],
    names: ["ApiError", "APIError"],
    beginnings: TIMEOUTS,
  },
  meaning,
};

/**
 * Classifies the errors of Google's clients (gaxios 4 to 7, googleapis, google-gax, `@google-cloud/*`, `@google/genai`) by status or code and
 * reason, and reads `Retry-After` and `RetryInfo` into `retryAfterMs`. What it does not know is `UNKNOWN`: compose with
 * `firstKnown(googleClassifier, defaultClassifier)`.
 */
export const googleClassifier: Classifier = /* @__PURE__ */ classifierOfLibrary("googleClassifier", meaning);
