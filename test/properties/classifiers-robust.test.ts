/* Whatever is thrown, every classifier answers, and asks a bounded number of questions. */
import { createContext, runInContext } from "node:vm";
import { type Classifier, ErrorClass, PermanentError, RateLimitError, TransientError } from "redress";
import * as extras from "redress/extras";
import { describe, expect, test } from "vitest";
import { classOf } from "../extras/recorded.ts";
import { everyError } from "../fixtures/recordings.ts";

const classifiers = Object.entries(extras).filter(
  (entry): entry is [string, Classifier] => entry[0].endsWith("Classifier") && entry[0] !== "responseClassifier",
);

test("every classifier goes by its own name, which describe() shows", () => {
  for (const [name, classifier] of classifiers) expect(classifier.name).toBe(name);
});

/** Every question that is asked of a value counts, and every answer is another such value. */
function interrogated(answer: (key: PropertyKey, inner: () => object) => unknown): { value: object; questions: () => number } {
  let questions = 0;
  const make = (): object =>
    new Proxy(() => {}, {
      get: (_, key) => {
        questions++;
        return answer(key, make);
      },
      has: () => {
        questions++;
        return true;
      },
      ownKeys: () => {
        questions++;
        return ["prototype"];
      },
    });
  return { value: make(), questions: () => questions };
}

const deep = (depth: number, innermost: unknown): Error => {
  let error = new Error("innermost", { cause: innermost });
  for (let i = 0; i < depth; i++) error = new Error(`${i}`, { cause: error });
  return error;
};

const circle = (): Error => {
  const errors = Array.from({ length: 5 }, (_, i) => new Error(`${i}`));
  errors.forEach((error, i) => Object.assign(error, { cause: errors[(i + 1) % 5], parent: error, errors }));
  return errors[0] as Error;
};

describe.each(classifiers)("%s", (_name, classifier) => {
  test.each<[string, () => unknown]>([
    ["undefined", () => undefined],
    ["null", () => null],
    ["a text that says nothing", () => "it failed"],
    ["a number", () => 503],
    ["a symbol", () => Symbol("error")],
    ["a bigint", () => 14n],
    ["an empty object", () => ({})],
    ["an object without a prototype", () => Object.create(null)],
    ["a frozen error", () => Object.freeze(new Error("frozen"))],
    ["a circle of causes", circle],
    ["10,000 causes", () => deep(10_000, new TransientError())],
    ["100,000 errors in one", () => new AggregateError(new Array(1e5).fill(new Error("one")), "many")],
    [
      "fields of the wrong types",
      () => ({ name: 1n, code: Symbol("code"), message: {}, cause: 5, errors: "many", $metadata: 7 }),
    ],
  ])("knows nothing of %s", (_what, make) => {
    expect(classOf(classifier, make())).toBe("UNKNOWN");
  });

  test.each<[string, () => unknown]>([
    ["getters that throw", () => new Proxy({}, { get: () => raise() })],
    ["a proxy that was revoked", revoked],
    ["toString that throws", () => ({ name: { toString: raise }, code: { toString: raise }, message: { toString: raise } })],
    ["a message of a million words", () => new Error("connection lost ".repeat(1e6))],
    ["a message of one endless word", () => new Error("a".repeat(1e6))],
    ["a name of a million words", () => Object.assign(new Error("x"), { name: "aB".repeat(5e5) })],
    ["a code of a million signs", () => Object.assign(new Error("x"), { code: "-".repeat(1e6) })],
    ["numbers in writing", () => Object.assign(new Error("x"), { status: "4".repeat(1e6), retryAfter: "1e999" })],
    ["a body that is nested 10,000 deep", () => Object.assign(new Error("x"), { body: "[".repeat(1e4) + "]".repeat(1e4) })],
    ["a body with a prototype in it", () => Object.assign(new Error("x"), { body: '{"__proto__":{"status":429}}' })],
    [
      "a list that was revoked",
      () => Object.assign(new Error("x"), { data: revokedList(), errors: revokedList(), issues: revokedList() }),
    ],
    ["a date that is none", () => Object.assign(new Error("x"), { status: 429, retryAfter: new Proxy(new Date(), {}) })],
    ["a million things in a list", () => Object.assign(new Error("x"), { data: new Array(1e6).fill({ code: 1 }) })],
    [
      "ten million bytes",
      () => Object.assign(new Error("x"), { data: new Uint8Array(1e7), response: { body: new Uint8Array(1e7) } }),
    ],
    [
      "a message that many patterns almost match",
      () => new Error("connection socket Operation failed: 403 (SQLSTATE[08".repeat(1e4)),
    ],
  ])("answers in spite of %s", (_what, make) => {
    expect(classOf(classifier, make()) in ErrorClass).toBe(true);
  });

  test("asks an object that throws at every question only a few", () => {
    const hostile = interrogated(() => raise());
    classifier(hostile.value);
    expect(hostile.questions()).toBeLessThan(10);
  });

  test("asks an endless chain a bounded number of questions", () => {
    const endless = interrogated((_key, inner) => inner());
    classifier(endless.value);
    expect(endless.questions()).toBeLessThan(5_000);
  });

  test("writes no more than a few values of what an error holds", () => {
    let written = 0;
    const counted = (): object => ({
      toJSON: () => {
        written++;
        return [counted()];
      },
    });
    classifier(Object.assign(new Error("x"), { details: [counted()], errors: [counted()], statusDetails: [counted()] }));
    expect(written).toBeLessThan(5_000);
  });

  test("believes an error of ours anywhere on the chain before anything else", () => {
    const wrapped = (cause: Error): Error =>
      Object.assign(new Error("wrapped", { cause }), { code: "ECONNREFUSED", status: 503 });
    expect(classOf(classifier, wrapped(new PermanentError()))).toBe("PERMANENT");
    expect(classifier(wrapped(new RateLimitError("slow", { retryAfterMs: 9 })))).toEqual({
      errorClass: "RATE_LIMIT",
      retryAfterMs: 9,
    });
  });

  test("knows what happens to any connection, and what was aborted", () => {
    if (classifier.name === "odbcClassifier") return;
    expect(classOf(classifier, Object.assign(new Error("connect ECONNREFUSED"), { code: "ECONNREFUSED" }))).toBe("TRANSIENT");
    expect(classOf(classifier, Object.assign(new Error("expired"), { code: "CERT_HAS_EXPIRED" }))).toBe("PERMANENT");
    expect(classOf(classifier, new DOMException("aborted", "AbortError"))).toBe("PERMANENT");
    expect(classOf(classifier, new DOMException("timed out", "TimeoutError"))).toBe("TRANSIENT");
    expect(
      classOf(classifier, new Error("mine", { cause: AbortSignal.abort(new DOMException("", "TimeoutError")).reason })),
    ).toBe("TRANSIENT");
  });
});

const raise = (): never => {
  throw new Error("do not touch");
};

function revokedList(): object {
  const { proxy, revoke } = Proxy.revocable([], {});
  revoke();
  return proxy;
}

function revoked(): object {
  const { proxy, revoke } = Proxy.revocable({}, {});
  revoke();
  return proxy;
}

/* Each pattern sees 500 letters of a message at most: one that backtracks would not be done before the test runs out of time. */
test("no pattern backtracks over a message of repeated words", () => {
  const words = [
    "a ",
    "1s ",
    "1.1.",
    "retry in 1s",
    "connection to a ",
    "rate limit ",
    "timeout of 1.",
    "status 40",
    '"a b c d" ',
    "ECONN_A",
    "404 not ",
    ")]",
    "token ",
  ];
  for (const word of words)
    for (const end of ["", "!", " lock", "ms x"]) {
      const message = word.repeat(500).slice(0, 490) + end;
      const limited = Object.assign(new Error(message), { status: 429, response: { error: message } });
      expect(classOf(extras.universalClassifier, limited)).toBe("RATE_LIMIT");
      expect(classOf(extras.universalClassifier, new Error(message)) in ErrorClass).toBe(true);
    }
});

describe("universalClassifier gives the same class", () => {
  const { universalClassifier } = extras;
  // Some throw a text, or nothing that could be frozen or copied.
  const cases = everyError.map(({ id, revive }) => [id, revive] as const).filter(([, revive]) => revive() instanceof Error);

  /** The same fields, on an error of another realm. */
  const context = createContext({});
  const foreign = (error: object): object => {
    const other = runInContext("new Error('x')", context) as object;
    const copy = Object.defineProperties(other, Object.getOwnPropertyDescriptors(error));
    for (const key of ["name", "message", "code", "errorLabels"])
      if (key in error && !Object.hasOwn(error, key))
        Object.defineProperty(copy, key, { value: (error as Record<string, unknown>)[key] });
    return copy;
  };

  // BigQuery tells its 403s apart by the class too: without it, HTTP says what they are.
  const BY_CLASS = ["field/google-cloud-bigquery: 403.quotaExceeded"];

  test.each(cases)("%s: of another realm, frozen, and wrapped by somebody else", (id, revive) => {
    const error = revive() as object;
    const answer = classOf(universalClassifier, error);
    // node-redis and Drizzle tell some of theirs by the class alone, which such a copy loses.
    if (!(error instanceof DOMException)) {
      const other = classOf(universalClassifier, foreign(error));
      if (other !== answer && !BY_CLASS.includes(id)) expect(other).toBe("UNKNOWN");
    }
    expect(classOf(universalClassifier, Object.freeze(error))).toBe(answer);
    expect(classOf(universalClassifier, new Error("could not do it", { cause: error }))).toBe(answer);
    expect(classOf(universalClassifier, new AggregateError([error], "none of them"))).toBe(answer);
  });
});
