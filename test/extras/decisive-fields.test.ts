/* Which fields the answer of a classifier depends on, by small classifiers whose ways are known. */
import { describe, expect, test } from "vitest";
import { type Answer, asClassification, type Decision, decisiveFields } from "../../src/extras/describe/decisive-fields.ts";

type Shape = Readonly<Record<string, unknown>>;

const by =
  (classify: (error: Shape) => Answer) =>
  (error: unknown): Decision => {
    const answer = classify(error as Shape);
    return { answer, rule: answer === "UNKNOWN" ? null : "mine" };
  };

/** The fields that decide what this classifier says of an error, each with its value. */
const fieldsOf = (error: unknown, classify: (error: Shape) => Answer): readonly (readonly [string, unknown])[] =>
  decisiveFields(error, by(classify)).fields.map(({ field, value }) => [field, value]);

const inner = (value: unknown): Shape => (value ?? {}) as Shape;

describe("a field decides", () => {
  test("if the answer is another one without it, and no other does", () => {
    const classify = ({ name, code, status }: Shape): Answer => {
      if (name === "never") return "AUTH";
      return code === "x" && status === 503 ? "SERVER_ERROR" : "UNKNOWN";
    };
    expect(fieldsOf({ name: "n", code: "x", status: 503, other: 1 }, classify)).toEqual([
      ["error.code", "x"],
      ["error.status", 503],
    ]);
    expect(fieldsOf({ name: "n", code: "y", status: 503 }, classify)).toEqual([]);
  });

  test("in the order in which they were looked at", () => {
    const classify = ({ c, a, b }: Shape): Answer => (c && a && b ? "AUTH" : "UNKNOWN");
    expect(fieldsOf({ a: 1, b: 2, c: 3 }, classify)).toEqual([
      ["error.c", 3],
      ["error.a", 1],
      ["error.b", 2],
    ]);
  });

  test("that is looked at first, of several that say the same, wherever the answer is found", () => {
    const both = ({ two, one }: Shape): Answer => ([two, one].includes("x") ? "AUTH" : "UNKNOWN");
    expect(fieldsOf({ one: "x", two: "x" }, both)).toEqual([["error.two", "x"]]);
    const inTurn = ({ code, body }: Shape): Answer => ((code ?? inner(body)["code"]) === "x" ? "AUTH" : "UNKNOWN");
    expect(fieldsOf({ code: "x", body: { code: "x" } }, inTurn)).toEqual([["error.code", "x"]]);
  });

  test("though two others repeat it, each of which is looked at only without the one before", () => {
    const classify = (error: Shape): Answer =>
      (error["a"] ?? error["b"] ?? error["c"] ?? inner(error["d"])["e"]) === "x" ? "AUTH" : "UNKNOWN";
    expect(fieldsOf({ a: "x", b: "x", c: "x", d: { e: "x" } }, classify)).toEqual([["error.a", "x"]]);
  });

  test("of the one that decides, where what is asked without it says something else", () => {
    const classify = ({ code, status }: Shape): Answer => (code === "x" ? "AUTH" : status === 503 ? "SERVER_ERROR" : "UNKNOWN");
    expect(fieldsOf({ code: "x", status: 503 }, classify)).toEqual([["error.code", "x"]]);
    expect(fieldsOf({ code: "y", status: 503 }, classify)).toEqual([["error.status", 503]]);
  });

  test("with the value that it had at first", () => {
    let reads = 0;
    const error = {
      get count(): number {
        return ++reads;
      },
    };
    expect(fieldsOf(error, ({ count }) => (count ? "AUTH" : "UNKNOWN"))).toEqual([["error.count", 1]]);
  });

  test("none does, where the answer is always the same", () => {
    expect(fieldsOf({ code: "x" }, ({ code }) => (code ? "AUTH" : "AUTH"))).toEqual([]);
  });

  test("of a text that was thrown, the text", () => {
    expect(fieldsOf("one two", (error: unknown) => (`${error}`.includes("two") ? "AUTH" : "UNKNOWN"))).toEqual([
      ["error", "two"],
    ]);
  });
});

describe("an answer is another one", () => {
  const decided = (a: object, b: object): readonly (readonly [string, unknown])[] =>
    fieldsOf({ code: "x" }, ({ code }) => ({ errorClass: "TRANSIENT", ...(code ? a : b) }));
  const CODE = [["error.code", "x"]];

  test("if its class is, if it is no timeout any more, if it may be repeated, or if it has no delay", () => {
    expect(decided({ errorClass: "AUTH" }, {})).toEqual(CODE);
    expect(decided({ timeout: true }, {})).toEqual(CODE);
    expect(decided({ retry: false }, {})).toEqual(CODE);
    expect(decided({ retryAfterMs: 5 }, {})).toEqual(CODE);
    expect(decided({}, { retryAfterMs: 5 })).toEqual(CODE);
  });

  test("not if its delay is longer, nor if it only says more of the same", () => {
    expect(decided({ retryAfterMs: 5 }, { retryAfterMs: 0 })).toEqual([]);
    expect(decided({ details: { code: "x" } }, {})).toEqual([]);
  });

  test("not if it is the same class in short", () => {
    expect(fieldsOf({ code: "x" }, ({ code }) => (code ? "AUTH" : { errorClass: "AUTH" }))).toEqual([]);
  });

  test("if another rule gave it, or it is about another error of the chain", () => {
    const error = { code: "x", cause: { code: "x" } };
    const ofRules = (thrown: unknown): Decision => ({ answer: "AUTH", rule: inner(thrown)["code"] ? "one" : "other" });
    expect(decisiveFields(error, ofRules).fields).toEqual([{ field: "error.code", value: "x" }]);
    const ofErrors = (thrown: unknown): Decision => {
      const { code, cause } = thrown as Shape;
      return { answer: "AUTH", rule: "mine", about: (code ? thrown : cause) as object };
    };
    expect(decisiveFields(error, ofErrors)).toEqual({ fields: [{ field: "error.code", value: "x" }], at: "error" });
    expect(decisiveFields({ cause: error }, ofErrors)).toEqual({ fields: [], at: "error.cause" });
  });
});

test("where nobody says which error it is about, there is no place of it", () => {
  expect(
    decisiveFields(
      { code: "x" },
      by(({ code }) => (code ? "AUTH" : "UNKNOWN")),
    ),
  ).toEqual({
    fields: [{ field: "error.code", value: "x" }],
    at: undefined,
  });
});

test("nothing can be told of a classifier that must hold the error itself", () => {
  const error = { code: "x" };
  const known = new WeakSet<object>([error]);
  const decide = (thrown: unknown): Decision => {
    const { code } = thrown as Shape;
    if (known.has(thrown as object)) return { answer: "AUTH", rule: "itself", about: error };
    return { answer: code === "x" ? "PERMISSION" : "UNKNOWN", rule: code === "x" ? "code" : null, about: thrown as object };
  };
  expect(decisiveFields(error, decide)).toEqual({ fields: [], at: undefined });
  expect(decisiveFields({ ...error }, decide)).toEqual({ fields: [{ field: "error.code", value: "x" }], at: "error" });
});

test("two hundred fields are tried, and no more", () => {
  const after = (count: number) => {
    const names = Array.from({ length: count }, (_, place) => `f${place}`);
    const error = { ...Object.fromEntries(names.map((name) => [name, 1])), code: "x", body: { code: "x" } };
    let asks = 0;
    const fields = fieldsOf(error, (seen) => {
      asks++;
      for (const name of names) void seen[name];
      return (seen["code"] ?? inner(seen["body"])["code"]) === "x" ? "AUTH" : "UNKNOWN";
    });
    return { fields, asks };
  };
  expect(after(198).fields).toEqual([["error.code", "x"]]);
  // The last one fills the list: what repeats it is not tried, so that either will do.
  expect(after(199).fields).toEqual([]);
  expect(after(200).fields).toEqual([]);
  expect(after(400).asks).toBe(after(300).asks);
});

describe("of a text only those words are left that decide", () => {
  const left = (text: string, pattern: RegExp): unknown =>
    fieldsOf({ message: text }, ({ message }) => (pattern.test(`${message}`) ? "AUTH" : "UNKNOWN"))[0]?.[1];

  test.each<[string, string, RegExp, string]>([
    ["in the middle", "we are sorry: too many requests were sent", /too many requests/, "too many requests"],
    ["at the beginning", "lost it is, by all means", /lost/, "lost"],
    ["at the end", "by all means it is lost", /lost/, "lost"],
    ["the whole", "too many requests", /too many requests/, "too many requests"],
    ["of one word", "lost", /lost/, "lost"],
    ["before the end, where it may be the end", "it is lost now", /lost( now)?$/, "lost"],
    ["behind the beginning of a text", "it is lost", /^lost|^it/, "it"],
    ["where other words must follow", "a lost b c", /lost \S/, "lost b"],
    ["where other words must stand before", "a b lost c", /\S lost/, "b lost"],
    ["over lines", "it\nis\nlost\nfor\ngood", /is\slost/, "is\nlost"],
    ["with what stands between the words", "it  is   lost   for good", /is\s+lost/, "is   lost"],
  ])("%s", (_where, text, pattern, words) => {
    expect(left(text, pattern)).toBe(words);
  });

  test("the first one, where any will do", () => {
    expect(fieldsOf({ message: "one two three" }, ({ message }) => (message === undefined ? "UNKNOWN" : "AUTH"))).toEqual([
      ["error.message", "one"],
    ]);
  });

  test("the whole text, where all of it decides in a way that fewer words do not", () => {
    expect(left(" lost ", /^ lost $/)).toBe(" lost ");
    expect(left(" lost ", /lost/)).toBe("lost");
  });

  test("of the first hundred and twenty", () => {
    const text = (before: number): string => `${"so ".repeat(before)}lost at last`;
    expect(left(text(119), /lost/)).toBe("lost");
    expect(left(text(120), /lost/)).toBe(text(120));
  });

  test("of each text by itself, though one of them cannot be shortened", () => {
    const classify = ({ one, two }: Shape): Answer => (one === " a b " && `${two}`.includes("lost") ? "AUTH" : "UNKNOWN");
    expect(fieldsOf({ one: " a b ", two: "it is lost" }, classify)).toEqual([
      ["error.one", " a b "],
      ["error.two", "lost"],
    ]);
  });

  test("and numbers and dates are left as they are", () => {
    const at = new Date(0);
    expect(fieldsOf({ status: 503, at }, ({ status, at: date }) => (status === 503 && date ? "AUTH" : "UNKNOWN"))).toEqual([
      ["error.status", 503],
      ["error.at", at],
    ]);
  });
});

test("a class in short is the class alone", () => {
  expect(asClassification("AUTH")).toStrictEqual({ errorClass: "AUTH" });
  const answer = { errorClass: "AUTH", retry: false } as const;
  expect(asClassification(answer)).toBe(answer);
});
