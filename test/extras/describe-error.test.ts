/* describeError: which rule gave an error its class, by which fields of which error of the chain. */
import { AbortRetryError, type Classifier, defaultClassifier, firstKnown, RateLimitError } from "redress";
import { describeError, networkClassifier } from "redress/extras";
import { expect, test } from "vitest";

const failed = (message: string, fields: object = {}, cause?: unknown): Error =>
  Object.assign(new Error(message, cause === undefined ? {} : { cause }), fields);

test.each<[string, unknown, string]>([
  [
    "a status and the header beside it",
    failed("x", { response: { status: 429, headers: { "retry-after": "2" } } }),
    'RATE_LIMIT, in 2000 ms: "http" knows it by error.response.status = 429 and error.response.headers["retry-after"] = "2".',
  ],
  [
    "a header that is asked for",
    failed("x", { status: 503, headers: new Headers({ "retry-after": "1" }) }),
    'SERVER_ERROR, in 1000 ms: "http" knows it by error.status = 503 and error.headers.get("retry-after") = "1".',
  ],
  [
    "the code of a cause",
    failed("fetch failed", {}, failed("x", { code: "ECONNRESET" })),
    'TRANSIENT: "network" knows it by error.cause.code = "ECONNRESET".',
  ],
  [
    "the code of an error among several",
    new AggregateError([failed("x"), failed("y", { code: "40001", severity: "ERROR" })], "all failed"),
    'CONCURRENCY: "sqlstate" knows it by error.errors[1].code = "40001".',
  ],
  [
    "the words that decide, of a long message",
    failed("We could not do what you asked for: the service said 429 Too Many Requests to us, which is a pity"),
    'RATE_LIMIT: "common" knows it by error.message = "Too Many Requests".',
  ],
  ["a timeout", failed("x", { code: "ETIMEDOUT" }), 'TRANSIENT, a timeout: "network" knows it by error.code = "ETIMEDOUT".'],
  [
    "an answer that forbids a retry",
    failed("x", { status: 503, headers: new Headers({ "x-should-retry": "false" }) }),
    'SERVER_ERROR, not to be retried: "http" knows it by error.status = 503 and error.headers.get("x-should-retry") = "false".',
  ],
  ["an error that nothing knows", failed("x"), "UNKNOWN: no rule knows it."],
  ["what is no error", 503, "UNKNOWN: no rule knows it."],
  ["a text that was thrown", "connect ECONNRESET", 'TRANSIENT: "common" knows it by error = "ECONNRESET".'],
])("says of %s what decided", (_what, error, because) => {
  expect(describeError(error).because).toBe(because);
});

test("names a date that decided", () => {
  const retryAt = new Date(Date.now() + 60_000);
  const { by } = describeError(failed("x", { status: 429, retryAt }));
  expect(by).toEqual([
    { field: "error.status", value: 429 },
    { field: "error.retryAt", value: retryAt },
  ]);
});

test("gives the same facts as data", () => {
  const error = failed("fetch failed", {}, failed("x", { code: "ETIMEDOUT" }));
  expect(describeError(error)).toEqual({
    errorClass: "TRANSIENT",
    timeout: true,
    rule: "network",
    at: "error.cause",
    by: [{ field: "error.cause.code", value: "ETIMEDOUT" }],
    because: 'TRANSIENT, a timeout: "network" knows it by error.cause.code = "ETIMEDOUT".',
  });
  expect(describeError(failed("x"))).toEqual({
    errorClass: "UNKNOWN",
    rule: null,
    at: null,
    by: [],
    because: "UNKNOWN: no rule knows it.",
  });
});

test("names redress where an error of its own decided", () => {
  expect(describeError(failed("wrapped", {}, new RateLimitError("slow", { retryAfterMs: 9 })))).toMatchObject({
    errorClass: "RATE_LIMIT",
    retryAfterMs: 9,
    rule: "redress",
  });
  expect(describeError(new AbortRetryError()).rule).toBe("redress");
});

test.each<[string, Classifier]>([
  ["defaultClassifier", defaultClassifier],
  ["networkClassifier", networkClassifier],
])("describes what %s says, too", (name, classifier) => {
  expect(describeError(failed("x", {}, failed("y", { code: "ECONNRESET" })), classifier)).toMatchObject({
    errorClass: "TRANSIENT",
    rule: name,
    by: [{ field: "error.cause.code", value: "ECONNRESET" }],
  });
});

test("describes what a classifier of the user's own says", () => {
  const mine: Classifier = (error) => ((error as { sorry?: boolean }).sorry ? "CONCURRENCY" : "UNKNOWN");
  expect(describeError(failed("x", { sorry: true }), firstKnown(mine, defaultClassifier))).toMatchObject({
    errorClass: "CONCURRENCY",
    by: [{ field: "error.sorry", value: true }],
  });
});

test.each<[string, () => unknown]>([
  ["getters that throw", () => new Proxy({}, { get: () => raise() })],
  ["a frozen error in a circle", () => Object.freeze(circle())],
  ["an error with private fields", () => new Private()],
  ["100,000 errors in one", () => new AggregateError(new Array(1e5).fill(new Error("one")), "many")],
])("answers in spite of %s", (_what, make) => {
  expect(describeError(make()).because).toMatch(/^[A-Z_]+/);
});

const raise = (): never => {
  throw new Error("do not touch");
};

function circle(): Error {
  const error = failed("x", { code: "ECONNRESET" });
  return Object.assign(error, { cause: failed("y", {}, error) });
}

class Private extends Error {
  readonly #status = 503;
  get status(): number {
    return this.#status;
  }
}
