import { byType, type Classifier, defaultClassifier, firstKnown, PermanentError, Policy, strictClassifier } from "redress";
import { describe, expect, test } from "vitest";

const unknown: Classifier = () => "UNKNOWN";
const silent: Classifier = () => undefined as never;
const broken: Classifier = () => {
  throw new Error("broken classifier");
};
const classOf = (classifier: Classifier, error: unknown): string => {
  const answer = classifier(error);
  return typeof answer === "string" ? answer : answer.errorClass;
};

describe("firstKnown", () => {
  test("gives the first answer that is not UNKNOWN", () => {
    expect(
      classOf(
        firstKnown(
          unknown,
          () => "AUTH",
          () => "TRANSIENT",
        ),
        new Error("failed"),
      ),
    ).toBe("AUTH");
  });

  test("gives UNKNOWN when nobody knows", () => {
    expect(classOf(firstKnown(unknown, unknown), new Error("failed"))).toBe("UNKNOWN");
    expect(classOf(firstKnown(), new Error("failed"))).toBe("UNKNOWN");
  });

  test("keeps the whole answer, the waiting time and the details too", () => {
    const answer = { errorClass: "RATE_LIMIT", retryAfterMs: 700, details: { code: "slow_down" } } as const;
    expect(firstKnown(unknown, () => answer)(new Error("failed"))).toEqual(answer);
    expect(
      firstKnown(
        () => ({ errorClass: "UNKNOWN", retryAfterMs: 5 }),
        () => answer,
      )(new Error("failed")),
    ).toEqual(answer);
  });

  test("asks the next one when a classifier throws or answers no class", () => {
    expect(
      classOf(
        firstKnown(
          broken,
          silent,
          () => "nonsense" as never,
          () => "SERVER_ERROR",
        ),
        new Error("failed"),
      ),
    ).toBe("SERVER_ERROR");
  });

  test("does not ask further than it must", () => {
    expect(
      classOf(
        firstKnown(() => "TRANSIENT", broken),
        new Error("failed"),
      ),
    ).toBe("TRANSIENT");
  });

  test("adds a classifier to the built-in ones instead of replacing them: a 404 is still not retried", () => {
    const classifier = firstKnown((error) => ((error as { mine?: boolean }).mine ? "TRANSIENT" : "UNKNOWN"), defaultClassifier);
    expect(classOf(classifier, { status: 404 })).toBe("PERMANENT");
    expect(classOf(classifier, { mine: true })).toBe("TRANSIENT");
  });
});

describe("byType", () => {
  class Base extends Error {}
  class Derived extends Base {}
  abstract class Abstract extends Error {
    abstract detail(): string;
  }
  class Concrete extends Abstract {
    detail(): string {
      return "";
    }
  }

  test("classifies by the type of the error, subclasses included", () => {
    const classifier = byType([[Base, "CONCURRENCY"]]);
    expect(classOf(classifier, new Base())).toBe("CONCURRENCY");
    expect(classOf(classifier, new Derived())).toBe("CONCURRENCY");
  });

  test("goes by the first pair that fits", () => {
    expect(
      classOf(
        byType([
          [Derived, "AUTH"],
          [Base, "PERMISSION"],
        ]),
        new Derived(),
      ),
    ).toBe("AUTH");
    expect(
      classOf(
        byType([
          [Base, "PERMISSION"],
          [Derived, "AUTH"],
        ]),
        new Derived(),
      ),
    ).toBe("PERMISSION");
  });

  test("takes abstract classes, and built-in ones", () => {
    expect(classOf(byType([[Abstract, "SERVER_ERROR"]]), new Concrete())).toBe("SERVER_ERROR");
    expect(
      classOf(
        byType([
          [TypeError, "PERMANENT"],
          [DOMException, "TRANSIENT"],
        ]),
        new TypeError("failed"),
      ),
    ).toBe("PERMANENT");
    expect(classOf(byType([[DOMException, "SERVER_ERROR"]]), new DOMException("", "AbortError"))).toBe("SERVER_ERROR");
  });

  test("takes constructors of before classes, and what has an instanceof of its own", () => {
    function Old(this: object): void {}
    class Odd {}
    Object.defineProperty(Odd, Symbol.hasInstance, { value: (value: unknown) => typeof value === "string" });
    expect(classOf(byType([[Old as never, "TRANSIENT"]]), Object.create(Old.prototype))).toBe("TRANSIENT");
    expect(classOf(byType([[Odd, "TRANSIENT"]]), "text")).toBe("TRANSIENT");
  });

  test("asks the default classifier about everything else", () => {
    const classifier = byType([[Base, "CONCURRENCY"]]);
    expect(classOf(classifier, { status: 503 })).toBe("SERVER_ERROR");
    expect(classOf(classifier, Object.assign(new Error("failed"), { name: "ConnectionError" }))).toBe("TRANSIENT");
    expect(classOf(classifier, new PermanentError())).toBe("PERMANENT");
    expect(classOf(classifier, undefined)).toBe("UNKNOWN");
  });

  test("or whom it was told to ask", () => {
    expect(classOf(byType([], strictClassifier), Object.assign(new Error("failed"), { name: "ConnectionError" }))).toBe(
      "UNKNOWN",
    );
    expect(
      classOf(
        byType([[Base, "AUTH"]], () => "PERMANENT"),
        new TypeError("failed"),
      ),
    ).toBe("PERMANENT");
    expect(byType([], () => ({ errorClass: "RATE_LIMIT", retryAfterMs: 5 }))(1)).toEqual({
      errorClass: "RATE_LIMIT",
      retryAfterMs: 5,
    });
  });

  test("does not see what becomes of the array it was given", () => {
    const pairs: [typeof Error, "AUTH" | "PERMISSION"][] = [[Error, "AUTH"]];
    const classifier = byType(pairs);
    pairs[0] = [Error, "PERMISSION"];
    expect(classOf(classifier, new Error("failed"))).toBe("AUTH");
  });
});

describe("a user's classifier", () => {
  test("that throws counts as UNKNOWN, and does not hide the failure", () => {
    const failure = new Error("the real one");
    const outcome = new Policy({ retry: { classifier: broken, maxUnknownRetries: 0 } }).executeSync(() => {
      throw failure;
    });
    expect(outcome).toMatchObject({ ok: false, lastClass: "UNKNOWN", lastError: failure, stopReason: "MAX_UNKNOWN_ATTEMPTS" });
  });

  test.each([undefined, null, "", "transient", "toString", 5, {}, { errorClass: "nope" }, { errorClass: null }])(
    "that answers %j counts as UNKNOWN",
    (answer) => {
      const outcome = new Policy({ retry: { classifier: () => answer as never, maxUnknownRetries: 0 } }).executeSync(() => {
        throw new Error("failed");
      });
      expect(outcome).toMatchObject({ ok: false, lastClass: "UNKNOWN" });
    },
  );

  test.each([
    [-5, 0],
    [Number.NaN, undefined],
    ["100", undefined],
    [null, undefined],
    [250.5, 250.5],
  ])("that says retryAfterMs %s is heard as %s", (given, heard) => {
    let seen: unknown;
    new Policy({
      retry: {
        classifier: () => ({ errorClass: "TRANSIENT", retryAfterMs: given as number }),
        maxAttempts: 2,
        strategy: ({ classification }) => {
          seen = classification.retryAfterMs;
          return 0;
        },
      },
    }).executeSync(() => {
      throw new Error("failed");
    });
    expect(seen).toBe(heard);
  });
});
