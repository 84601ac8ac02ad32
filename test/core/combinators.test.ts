import {
  byType,
  type Classifier,
  defaultClassifier,
  firstKnown,
  type Hooks,
  PermanentError,
  Policy,
  strictClassifier,
} from "redress";
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

  test("keeps the last word not to retry of those that do not know the class, and nothing else that they say", () => {
    const says =
      (more: object): Classifier =>
      () => ({ errorClass: "UNKNOWN", ...more });
    const first = says({ retry: false, details: { code: "first" } });
    const last = says({ retry: false, details: { code: "last" } });
    const error = new Error("failed");
    expect(firstKnown(unknown, first, unknown)(error)).toEqual(first(error));
    expect(firstKnown(first, last, says({ retryAfterMs: 5 }))(error)).toEqual(last(error));
    expect(firstKnown(says({ retryAfterMs: 5 }), unknown)(error)).toBe("UNKNOWN");
    expect(firstKnown(first, () => "AUTH")(error)).toEqual({ errorClass: "AUTH" });
  });

  test("tells whom it asks, and refuses what is no list of classifiers", () => {
    const { retry } = new Policy({ retry: { classifier: firstKnown(strictClassifier, defaultClassifier) } }).describe();
    const [strict, byDefault] = [strictClassifier, defaultClassifier].map(({ name }) => ({ name, settings: {} }));
    expect(retry?.classifier).toEqual({ name: "firstKnown", settings: { classifiers: [strict, byDefault] } });
    expect(() => firstKnown(3 as never)).toThrow("firstKnown.classifiers[0] must be a function, got 3.");
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

  test("takes an error whose prototype cannot be read for none of the types", () => {
    const unreadable = new Proxy(new Base(), {
      getPrototypeOf: () => {
        throw new Error("never");
      },
    });
    expect(byType([[Base, "AUTH"]], () => "PERMANENT")(unreadable)).toBe("PERMANENT");
  });

  test("tells its pairs, and whom it asks about the rest", () => {
    const classifier = byType(
      [
        [Derived, "AUTH"],
        [TypeError, "PERMANENT"],
      ],
      strictClassifier,
    );
    expect(new Policy({ retry: { classifier } }).describe().retry?.classifier).toEqual({
      name: "byType",
      settings: {
        pairs: [
          ["Derived", "AUTH"],
          ["TypeError", "PERMANENT"],
        ],
        otherwise: { name: strictClassifier.name, settings: {} },
      },
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

test.each<[string, object, object]>([
  ["only the class", { errorClass: "AUTH" }, { errorClass: "AUTH" }],
  ["details", { errorClass: "AUTH", details: { code: "7" } }, { errorClass: "AUTH", details: { code: "7" } }],
  ["a delay", { errorClass: "AUTH", retryAfterMs: 7, timeout: false }, { errorClass: "AUTH", retryAfterMs: 7 }],
  ["a timeout", { errorClass: "AUTH", timeout: true, retry: true }, { errorClass: "AUTH", timeout: true }],
  ["a refusal", { errorClass: "AUTH", retry: false, retryAfterMs: NaN }, { errorClass: "AUTH", retry: false }],
  ["marks that are none", { errorClass: "AUTH", timeout: "yes", retry: 0, details: {} }, { errorClass: "AUTH", details: {} }],
  [
    "something beside a class that there is not",
    { errorClass: "TRANSIENTT", details: { code: "7" } },
    { errorClass: "UNKNOWN", details: { code: "7" } },
  ],
  ["something beside a class in a list", { errorClass: ["AUTH"], retry: false }, { errorClass: "UNKNOWN", retry: false }],
])("of what a classifier says, hooks see what there is, and nothing else: %s", (_what, answer, heard) => {
  let seen: unknown;
  const onAttemptEnd: Hooks["onAttemptEnd"] = ({ classification }) => {
    seen = classification;
  };
  const classifier = () => answer as never;
  new Policy({ retry: { classifier, maxAttempts: 1 }, hooks: [{ onAttemptEnd }] }).executeSync(() => {
    throw new Error("failed");
  });
  expect(seen).toStrictEqual(heard);
});
