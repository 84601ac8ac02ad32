/* describeError: which rule gave an error its class, by which fields of which error of the chain. */
import { AbortRetryError, type Classifier, defaultClassifier, firstKnown, RateLimitError } from "redress";
import { describeError, networkClassifier, responseClassifier } from "redress/extras";
import { describe, expect, test } from "vitest";

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

describe("the sentence", () => {
  const answers =
    (answer: ReturnType<Classifier>, ...fields: readonly string[]): Classifier =>
    (error) => {
      const given = error as Readonly<Record<string, unknown>>;
      return fields.every((field) => given[field] !== undefined) ? answer : "UNKNOWN";
    };
  const because = (error: unknown, classifier: Classifier): string => describeError(error, classifier).because;

  test("lists fields as people do, with texts in quotation marks", () => {
    const error = failed("x", { one: "1", two: 2, three: true });
    expect(because(error, answers("AUTH"))).toBe('AUTH: "the classifier" knows it by what it is.');
    expect(because(error, answers("AUTH", "one"))).toBe('AUTH: "the classifier" knows it by error.one = "1".');
    expect(because(error, answers("AUTH", "one", "two"))).toBe(
      'AUTH: "the classifier" knows it by error.one = "1" and error.two = 2.',
    );
    expect(because(error, answers("AUTH", "one", "two", "three"))).toBe(
      'AUTH: "the classifier" knows it by error.one = "1", error.two = 2 and error.three = true.',
    );
  });

  test("writes what is no text as it writes itself", () => {
    const at = new Date(0);
    expect(because(failed("x", { at }), answers("AUTH", "at"))).toBe(
      `AUTH: "the classifier" knows it by error.at = ${String(at)}.`,
    );
    expect(because(failed("x", { row: 5n }), answers("AUTH", "row"))).toBe('AUTH: "the classifier" knows it by error.row = 5.');
  });

  test("has the marks of the answer in their order, with a delay in whole milliseconds", () => {
    const error = failed("x", { one: 1 });
    const by = '"the classifier" knows it by error.one = 1.';
    const all = { errorClass: "SERVER_ERROR", timeout: true, retry: false, retryAfterMs: 8.2 } as const;
    expect(because(error, answers(all, "one"))).toBe(`SERVER_ERROR, a timeout, not to be retried, in 9 ms: ${by}`);
    expect(because(error, answers({ errorClass: "AUTH", retryAfterMs: 0 }, "one"))).toBe(`AUTH, in 0 ms: ${by}`);
    expect(because(error, answers({ errorClass: "AUTH", timeout: false }, "one"))).toBe(`AUTH: ${by}`);
  });
});

describe("the facts", () => {
  const UNKNOWN = { errorClass: "UNKNOWN", rule: null, at: null, by: [], because: "UNKNOWN: no rule knows it." };

  test("have no mark that the answer has not", () => {
    const of = (answer: ReturnType<Classifier>): object => describeError({}, () => answer);
    const plain = { rule: "the classifier", at: "error", by: [] };
    const what = '"the classifier" knows it by what it is.';
    expect(of("AUTH")).toStrictEqual({ errorClass: "AUTH", ...plain, because: `AUTH: ${what}` });
    expect(of({ errorClass: "AUTH", timeout: false, retryAfterMs: undefined, retry: undefined })).toStrictEqual(of("AUTH"));
    expect(of({ errorClass: "AUTH", timeout: true, retry: false, retryAfterMs: 5 })).toStrictEqual({
      errorClass: "AUTH",
      retryAfterMs: 5,
      timeout: true,
      retry: false,
      ...plain,
      because: `AUTH, a timeout, not to be retried, in 5 ms: ${what}`,
    });
  });

  test("are none where nothing is known, of which a classifier is asked once", () => {
    let asks = 0;
    const knowsNothing: Classifier = () => {
      asks++;
      return "UNKNOWN";
    };
    expect(describeError(failed("x", { code: "y" }), knowsNothing)).toStrictEqual(UNKNOWN);
    expect(asks).toBe(1);
    expect(describeError(failed("x"))).toStrictEqual(UNKNOWN);
    expect(describeError(failed("x"), () => ({ errorClass: "UNKNOWN" }))).toStrictEqual(UNKNOWN);
  });

  test("name the classifier where it has a name", () => {
    const mine: Classifier = () => "AUTH";
    expect([describeError({}, mine).rule, describeError({}, () => "AUTH").rule]).toEqual(["mine", "the classifier"]);
  });
});

describe("the error that a field belongs to", () => {
  const reading =
    (...path: readonly (string | number)[]): Classifier =>
    (error) => {
      const value = path.reduce<unknown>((object, key) => (object as Readonly<Record<string | number, unknown>>)[key], error);
      return value === "x" ? "AUTH" : "UNKNOWN";
    };
  /** An error that has the text "x" at the end of this way. */
  const having = (...path: readonly (string | number)[]): unknown =>
    path.reduceRight<unknown>((value, key) => (typeof key === "number" ? Array(key).concat(value) : { [key]: value }), "x");

  test.each<[string, ...(readonly (string | number)[])]>([
    ["error", "code"],
    ["error", "cause"],
    ["error.cause", "cause", "code"],
    ["error.cause.cause", "cause", "cause", "code"],
    ["error.errors[0]", "errors", 0, "code"],
    ["error.errors[12]", "errors", 12, "code"],
    ["error.errors[1].cause", "errors", 1, "cause", "code"],
    ["error.parent", "parent", "code"],
    ["error.original", "original", "code"],
    ["error.driverError", "driverError", "code"],
    ["error.originalError", "originalError", "code"],
    ["error.reason", "reason", "code"],
    ["error.lastError", "lastError", "code"],
    ["error.lastError", "lastError", "retry-after"],
    ["error", "retry-after"],
    ["error", "response", "cause", "code"],
    ["error.cause", "cause", "response", "code"],
    ["error", "causes", "code"],
    ["error", "errors", "x", "code"],
  ])("is %s", (at, ...path) => {
    expect(describeError(having(...path), reading(...path))).toMatchObject({ errorClass: "AUTH", at, by: [{ value: "x" }] });
  });

  test("is the one that was thrown, if a text was", () => {
    expect(describeError("x", (error) => (error === "x" ? "AUTH" : "UNKNOWN"))).toMatchObject({
      at: "error",
      by: [{ field: "error", value: "x" }],
    });
  });
});

describe("a classifier of the user's own", () => {
  test("may take a field for granted", () => {
    const mine: Classifier = (error) => ((error as Error).message.includes("sorry") ? "CONCURRENCY" : "UNKNOWN");
    expect(describeError(failed("we are sorry to say so"), mine)).toStrictEqual({
      errorClass: "CONCURRENCY",
      rule: "mine",
      at: "error",
      by: [{ field: "error.message", value: "sorry" }],
      because: 'CONCURRENCY: "mine" knows it by error.message = "sorry".',
    });
    expect(describeError(null, mine).errorClass).toBe("UNKNOWN");
  });

  test("may go through lists, and ask what is there", () => {
    const mine: Classifier = (error) => {
      const { errors } = error as { readonly errors: readonly { readonly code?: string }[] };
      return errors.some(({ code }) => code === "LOCKED") ? "CONCURRENCY" : "UNKNOWN";
    };
    expect(describeError(failed("x", { errors: [{ code: "y" }, { code: "LOCKED" }] }), mine).by).toEqual([
      { field: "error.errors.length", value: 2 },
      { field: "error.errors[1].code", value: "LOCKED" },
    ]);
  });
});

test("a proxy that was revoked hides nothing of the error that holds it", () => {
  const { proxy, revoke } = Proxy.revocable({}, {});
  revoke();
  expect(describeError(failed("x", { code: "ECONNRESET", response: proxy }, proxy)).because).toBe(
    'TRANSIENT: "network" knows it by error.code = "ECONNRESET".',
  );
});

test.each<[string, unknown]>([
  ["7", 7],
  ["null", null],
  ['"universal"', "universal"],
])("%s is no classifier", (shown, classifier) => {
  expect(() => describeError(new Error("m"), classifier as Classifier)).toThrow(
    new TypeError(`describeError.classifier must be a function, got ${shown}.`),
  );
});

test("a classifier of returned values is refused: what an error is, it cannot say", () => {
  expect(() => describeError(new Error("m"), responseClassifier as unknown as Classifier)).toThrow(
    /^describeError\.classifier must be a classifier of errors, got a function.*responseClassifier classifies returned values/,
  );
});
