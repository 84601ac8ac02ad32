/* Any value at all gets a class: objects that throw at every question, and what costs to ask. */
import { AuthError, type Classifier, defaultClassifier, strictClassifier } from "redress";
import { beforeEach, describe, expect, test } from "vitest";

const FIELDS = ["cause", "errors", "name", "code", "status", "statusCode", "response", "$metadata", "errorClass"];

/** What is read of an error besides, where these say nothing. */
const FURTHER_FIELDS: readonly PropertyKey[] = ["message", "responseCode", "classId", "errorCode"];

const withCause = (cause: unknown): Error => new Error("outer", { cause });
const coded = (code: string): Error => Object.assign(new Error(code), { code });

describe.each<[string, Classifier]>([
  ["default", defaultClassifier],
  ["strict", strictClassifier],
])("to the %s classifier", (_which, classifier) => {
  const throwing = (): never => {
    throw new Error("no");
  };
  test.each<[string, unknown]>([
    ["undefined", undefined],
    ["null", null],
    ["nothing but a text", "ECONNRESET"],
    ["a number", 503],
    ["a bigint", 503n],
    ["a boolean", false],
    ["a symbol", Symbol("ECONNRESET")],
    ["a function", () => {}],
    ["a frozen object", Object.freeze({})],
    ["an object without a prototype", Object.create(null)],
    ["a proxy that throws", new Proxy({}, { get: throwing, has: throwing, getPrototypeOf: throwing, ownKeys: throwing })],
    ["a revoked proxy", revoked()],
    ["getters that throw", Object.defineProperties({}, Object.fromEntries(FIELDS.map((field) => [field, { get: throwing }])))],
    ["fields that are null", Object.fromEntries(FIELDS.map((field) => [field, null]))],
    ["fields that are texts", Object.fromEntries(FIELDS.map((field) => [field, "?"]))],
  ])("any value at all gets an answer: %s", (_what, value) => {
    expect(classifier(value)).toBe("UNKNOWN");
    expect(classifier(withCause(value))).toBe("UNKNOWN");
  });

  test("what was read before, however often it threw, changes no answer: in any order, and within one another", () => {
    const hostile = new Proxy({}, { get: throwing });
    const reset = coded("ECONNRESET");
    for (const errors of [
      [hostile, reset],
      [reset, hostile],
      [hostile, hostile, reset],
    ])
      expect(errors.map((error) => classifier(error))).toEqual(
        errors.map((error) => (error === reset ? "TRANSIENT" : "UNKNOWN")),
      );
    // While this one is read, the hostile one is.
    const nested = {
      code: "ECONNRESET",
      get name() {
        return `asked of the other: ${JSON.stringify(classifier(hostile))}`;
      },
    };
    expect(classifier(nested)).toBe("TRANSIENT");
  });

  test("a throwing getter hides nothing but itself", () => {
    const error = Object.defineProperty({ code: "ECONNRESET" }, "status", { get: throwing });
    expect(classifier(error)).toBe("TRANSIENT");
  });

  test.each(FIELDS.filter((field) => field !== "cause"))(
    "a throwing getter for %s above a cause hides neither the cause nor the rest",
    (field) => {
      const above = (fields: object): object => Object.defineProperty(fields, field, { get: throwing });
      expect(classifier(above({ cause: coded("ECONNRESET") }))).toBe("TRANSIENT");
      expect(classifier(above({ cause: above({ cause: above({ cause: new AuthError() }) }) }))).toBe("AUTH");
      if (field !== "code") expect(classifier(above({ code: "ECONNRESET", cause: { status: 404 } }))).toBe("TRANSIENT");
    },
  );

  test("an object whose getters all throw hides nothing of what it wraps", () => {
    const hostile = (cause: unknown): object =>
      Object.defineProperties({ cause }, Object.fromEntries(FIELDS.slice(1).map((field) => [field, { get: throwing }])));
    expect(classifier(hostile(coded("ECONNRESET")))).toBe("TRANSIENT");
    expect(classifier(hostile(hostile(hostile(coded("ECONNRESET")))))).toBe("TRANSIENT");
  });

  test("a chain of objects that throw at every question costs a bounded number of questions", () => {
    let questions = 0;
    const hostile = (depth: number): object =>
      new Proxy(
        {},
        {
          get: (_, key) => {
            questions++;
            if (key === "cause" && depth > 0) return hostile(depth - 1);
            throw new Error("no");
          },
        },
      );
    classifier(hostile(1_000));
    expect(questions).toBeLessThan(100);
  });

  describe("questions that throw are given up", () => {
    let thrown = 0;
    beforeEach(() => {
      thrown = 0;
    });
    const hostile = (): object =>
      new Proxy(
        {},
        {
          get: () => {
            thrown++;
            throw new Error("no");
          },
        },
      );

    test("after three of one object", () => {
      classifier(hostile());
      expect(thrown).toBe(3);
    });

    test("after forty of all objects together", () => {
      const chainOf = (length: number): object => ({
        errors: hostile(),
        response: hostile(),
        ...(length > 1 && { cause: chainOf(length - 1) }),
      });
      classifier(chainOf(12));
      expect(thrown).toBe(40);
    });
  });

  test("nothing else of an error is read than this", () => {
    const read = new Set<PropertyKey>();
    const error = new Proxy(new Error("failed"), {
      get: (_, key) => {
        read.add(key);
        return undefined;
      },
    });
    expect(classifier(error)).toBe("UNKNOWN");
    const known = [...FIELDS.filter((field) => field !== "errorClass"), Symbol.for("redress.error"), ...FURTHER_FIELDS];
    expect([...read].filter((key) => !known.includes(key))).toEqual([]);
  });
});

function revoked(): object {
  const { proxy, revoke } = Proxy.revocable({}, {});
  revoke();
  return proxy;
}
