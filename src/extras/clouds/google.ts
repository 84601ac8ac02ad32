/*
 * Google: an HTTP status or, where the call went over gRPC, its code; the reason that the API gives outweighs both, for a 403 may be a
 * rate limit and a 400 a bad key.
 *   gaxios 4 to 7, googleapis     { code: "503" or 503, status, response: { status, headers, data: { error } }, cause: the API's error }
 *   google-gax                    GoogleError { code: 8, reason, domain, statusDetails: [RetryInfo] }
 *   @google/genai                 ApiError { status, message: the API's error as JSON }
 *   @google-cloud/*, googleapis   { code: 403, errors: [{ domain, reason }] }
 * Sources: google.rpc.Code and error_details.proto (AIP-193), "Resolve errors" of the APIs for usage limits, gaxios' common.ts, gax's
 * googleError.ts and retries.ts.
 */
import type { Classifier } from "../../core/failure/classification.ts";
import type { ErrorClass } from "../../core/failure/error-class.ts";
import {
  asText,
  judgeAs,
  type Library,
  type Link,
  type Meaning,
  millisUntil,
  retryAfterIn,
  type Verdict,
  withDelay,
} from "../shared/index.ts";

// Of an error's HTTP status or gRPC code, its name and all that it says: the first that matches.
const SAYS: Readonly<Record<string, RegExp>> = {
  RATE_LIMIT: /^(8(?!.*larger)|429)|rate.?limit.?ex/i,
  AUTH: /^(16|401)|key_?inv|_grant/i,
  CONCURRENCY: /^(10|409(?!.*already)|412)/i,
  TRANSIENT: /^(4 |14|408)/,
  PERMISSION: /^(7|403)/,
  SERVER_ERROR: /^(1[35]|5\d)/,
  PERMANENT: /^[13-9]/,
};

export function googleRule(link: Link): Verdict {
  const { error, name, code, message: text, reader } = link;
  const read = (object: unknown, key: PropertyKey): unknown => reader.read(object, key);
  const response = read(error, "response");
  const status = asText(read(error, "status") ?? read(response, "status") ?? code);
  // gax's and node-fetch's, which has no code.
  if (/^(network|Total) timeout/.test(text)) return "TRANSIENT";
  if (
    (!response || code !== status) &&
    (!(+status < 17) || !read(error, "details")) &&
    !read(error, Symbol.for("gaxios-gaxios-error")) &&
    !read(read(read(error, "errors"), 0), "domain") &&
    !/^ApiError.*{\W+error/.test(name + text)
  )
    return undefined;
  let id = `${status} `;
  try {
    for (const body of [error, read(error, "cause"), read(read(response, "data"), "error")]) {
      id += asText(body) + asText(read(body, "message")).slice(0, 5000);
      // A few of each, for a list may be endless.
      for (const key of ["errors", "details", "statusDetails"])
        for (const i of [0, 1, 2]) id += JSON.stringify(read(read(body, key), i));
    }
  } catch {
    // What cannot be written has nothing to say.
  }
  // The delay is "34s", or seconds as a number, a string or a Long's low half; what has an "a" on the way to it is nanos.
  // As lookUp does, in fewer bytes.
  for (const errorClass in SAYS)
    if (SAYS[errorClass]?.test(id))
      return withDelay(
        errorClass as ErrorClass,
        millisUntil(/retryDelay[^\da]+([\d.]+)/.exec(id)?.[1], Date.now()) ?? retryAfterIn(read(response, "headers")),
      );
  return undefined;
}

const meaning: Meaning = {
  rule: googleRule,
  wrappers: ["error"],
};

export const google: Library = {
  name: "google",
  looks: {
    fields: ["details", "domain", "errors", "response", "statusDetails"],
    names: ["ApiError", "APIError"],
    beginnings: ["network timeout", "Total timeout"],
  },
  meaning,
};

/**
 * Classifies the errors of Google's clients (gaxios 4 to 7, googleapis, google-gax, `@google-cloud/*`, `@google/genai`) by status or code and
 * reason, and reads `Retry-After` and `RetryInfo` into `retryAfterMs`. What it does not know is `UNKNOWN`: compose with
 * `firstKnown(googleClassifier, defaultClassifier)`.
 */
export const googleClassifier: Classifier = (error) => judgeAs(meaning, error);
