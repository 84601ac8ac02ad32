/* The rules and helpers that the classifiers of all libraries share. */
import { type Classification, RateLimitError } from "redress";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import {
  asText,
  CLAUSE_END,
  classifierOfLibrary,
  connectionRule,
  judge,
  kindOfBeginning,
  kindOfCode,
  kindOfPattern,
  millisFromNow,
  ownWords,
  parseRetryAfter,
  type Rule,
  retryableFlag,
  speaksOfValues,
  type Verdict,
  withHeaders,
  withRetryAfter,
} from "../../src/extras/shared/index.ts";
import { linkTo } from "./ask-alone.ts";

describe("what happens to any connection", () => {
  test.each<[string, object, Verdict]>([
    ["a timeout by name", { name: "TimeoutError" }, "TIMEOUT"],
    ["a timeout by another name", { name: "MyTimeoutError" }, undefined],
    ["axios's timeout", { code: "ECONNABORTED", message: "timeout of 5ms exceeded" }, "TIMEOUT"],
    ["a connection that this side gave up", { code: "ECONNABORTED", message: "Request aborted" }, "TRANSIENT"],
    ["a message alone", { message: "timeout of 5ms exceeded" }, undefined],
    ["an abort by name", { name: "AbortError" }, "PERMANENT"],
    ["no abort by name", { name: "AbortedError" }, undefined],
    ["an abort for a timeout", { name: "AbortError", cause: { name: "TimeoutError" } }, "TIMEOUT"],
    ["an abort for anything else", { name: "AbortError", cause: { name: "MyTimeoutError" } }, "PERMANENT"],
    ["a timeout in a cause of no abort", { cause: { name: "TimeoutError" } }, undefined],
    ["ABORTED", { code: "ABORTED" }, "PERMANENT"],
    ["ERR_ABORTED", { code: "ERR_ABORTED" }, "PERMANENT"],
    ["CANCELED", { code: "CANCELED" }, "PERMANENT"],
    ["ERR_CANCELED", { code: "ERR_CANCELED" }, "PERMANENT"],
    ["ERR_CANCELED for a timeout", { code: "ERR_CANCELED", cause: { name: "TimeoutError" } }, "TIMEOUT"],
    ["another code that ends so", { code: "MY_ERR_CANCELED" }, undefined],
    ["another code that begins so", { code: "ABORTED_BY_US" }, undefined],
    ["two prefixes", { code: "ERR_ERR_ABORTED" }, undefined],
    ["a prefix alone", { code: "ERR_" }, undefined],
    ["the file of a socket that is missing", { code: "ENOENT", syscall: "connect" }, "TRANSIENT"],
    ["any other file", { code: "ENOENT", syscall: "open" }, undefined],
    ["a code of the system", { code: "ECONNRESET" }, "TRANSIENT"],
    ["a certificate", { code: "CERT_HAS_EXPIRED" }, "PERMANENT"],
    ["a timeout of the system", { code: "ETIMEDOUT" }, "TIMEOUT"],
    ["a code of anybody", { code: "ODD" }, undefined],
  ])("%s", (_what, error, verdict) => {
    expect(connectionRule(linkTo(error))).toBe(verdict);
  });
});

describe("what an error says itself about trying again", () => {
  const [said] = retryableFlag.meaning.fallbacks as readonly [Rule];

  test("is asked after everything that is certain, under a name of its own", () => {
    expect(retryableFlag).toStrictEqual({ name: "an error's own word", looks: {}, meaning: { fallbacks: [said] } });
  });

  test.each<[object, Verdict]>([
    [{ isRetryable: true }, "TRANSIENT"],
    [{ isRetryable: false }, "PERMANENT"],
    [{ retryable: true }, "TRANSIENT"],
    [{ isRetriable: false }, "PERMANENT"],
    [{ retriable: true }, "TRANSIENT"],
    [{ nonRetryable: true }, "PERMANENT"],
    [{ nonRetryable: true, retryable: true }, "PERMANENT"],
    [{ nonRetryable: false }, undefined],
    [{ nonRetryable: false, retryable: true }, "TRANSIENT"],
    [{ nonRetryable: "true" }, undefined],
    [{ retryable: "yes" }, undefined],
    [{ retryable: 1 }, undefined],
    [{ isRetryable: "no", retriable: false }, "PERMANENT"],
    [{ isRetryable: true, retriable: false }, "TRANSIENT"],
    [{}, undefined],
  ])("%j is %s", (error, verdict) => {
    expect(said(linkTo(error))).toBe(verdict);
  });
});

describe("an error speaks of values", () => {
  test.each<[string, object]>([
    ["if it is called AssertionError", { name: "AssertionError" }],
    ["if its name ends so", { name: "MyAssertionError" }],
    ["if it has what Jest matched", { matcherResult: {} }],
    ["if it has a list of issues", { issues: [] }],
    ["if its issues are in anything with a length", { issues: { length: 1 } }],
    ["if it gives its failures", { failures: () => [] }],
    ["if it has ArkType's errors", { arkErrors: [] }],
  ])("%s", (_why, error) => {
    expect(speaksOfValues(linkTo(error))).toBe(true);
  });

  test.each<[string, object]>([
    ["for nothing", {}],
    ["for a name that only begins so", { name: "AssertionErrors" }],
    ["for issues that are none", { issues: null }],
    ["for issues in a text", { issues: "two" }],
    ["for a function called issues", { issues: () => 1 }],
    ["for issues by name", { issues: { first: 1 } }],
    ["for issues with an odd length", { issues: { length: "1" } }],
    ["for a list of failures", { failures: [] }],
  ])("not %s", (_why, error) => {
    expect(speaksOfValues(linkTo(error))).toBe(false);
  });
});

describe("words say what happened", () => {
  const closed = new RegExp(`connection closed${CLAUSE_END}`);

  test.each([
    "connection closed",
    "connection closed.",
    "connection closed, try again",
    "connection closed: code 5",
    "connection closed (5)",
    "connection closed - 5",
    '"connection closed"',
    "'connection closed'.",
    "`connection closed` by us",
    "(connection closed)",
    "[connection closed] ",
    '["connection closed"]',
    "connection closed\n",
    "connection closed by peer",
    "connection closed  while reading",
    "connection closed error",
    "connection closed exception",
    "connection closed a moment ago",
    "connection closed, handler",
    "connection closed you may try",
  ])("where a clause ends: %j", (message) => {
    expect(closed.test(message)).toBe(true);
  });

  const GOES_ON =
    "a acquiring after again and as at because before but by connecting due during error exception for from in occurred on or please reading retry sending since so to try trying unexpectedly until using via waiting when while with within without writing you your";
  test.each(GOES_ON.split(" "))("where it goes on with %s", (word) => {
    expect(closed.test(`connection closed ${word}`)).toBe(true);
    expect(closed.test(`connection closed ${word} it`)).toBe(true);
    expect(closed.test(`connection closed ${word}xyz`)).toBe(false);
  });

  test.each([
    "connection closed handler",
    "connection closedness",
    "connection closed_handler",
    "connection closed2",
    "connection closed must be true",
    '"connection closed" handler',
    "connection closed byte",
    'connection closed"s',
  ])("not where a noun or a verb follows: %j", (message) => {
    expect(closed.test(message)).toBe(false);
  });
});

describe("the own words of a message", () => {
  test.each<[string, string, string]>([
    ["are all where nothing is quoted", "it is lost", "it is lost"],
    ["are without a quotation of four words", 'he said "the connection was lost" to us', 'he said "" to us'],
    ["are without a quotation of more, and of one-letter words", 'said "I am a b c"', 'said ""'],
    ["are with one of three", 'he said "the connection lost" to us', 'he said "the connection lost" to us'],
    ["are with empty ones", 'an "" and "x"', 'an "" and "x"'],
    ["are with what stands between an empty quotation and another", '"" we have lost it all "x"', '"" we have lost it all "x"'],
    ["are with what stands between two quotations", '"x" we have lost it all "y"', '"x" we have lost it all "y"'],
    ["are without each quotation", '"a b c d" and "e f g h"', '"" and ""'],
    ["are with a quotation that never ends", 'he said "the connection was lost', 'he said "the connection was lost'],
    ["are with a quotation over two lines", '"the connection\nwas lost to us"', '"the connection\nwas lost to us"'],
    ["are with quotation marks behind a backslash", '\\"the connection was lost"', '\\"the connection was lost"'],
  ])("%s", (_what, message, own) => {
    expect(ownWords(message)).toBe(own);
  });

  test.each<[string, string]>([
    ["a name", '{"the name of a thing": 5}'],
    ["a name with a blank behind it", '{"the name of a thing" : 5}'],
    ["what stands behind a name", '{"error":"the connection was lost"}'],
    ["the same behind a blank", '{"error": "the connection was lost"}'],
    ["the same behind a name with a blank", '{"error" :"the connection was lost"}'],
    ["the same in another line", '{"error":\n"the connection was lost"}'],
    ["the same over lines", '{"error":"the connection\nwas lost"} and so we had to come back "again"'],
    ["what stands behind JSON", '{"error":"no"} the connection was lost by "us"'],
    ["what stands between two values", '{"error":"the connection was lost","at":"us"}'],
    ["an answer of nothing", '{"error":""} the connection was lost by "us"'],
  ])("are with %s in JSON", (_what, message) => {
    expect(ownWords(message)).toBe(message);
  });

  test("are without quotations of four hundred letters, and with longer ones", () => {
    const quoted = (length: number): string => `"${"so it is ".repeat(50).slice(0, length)}"`;
    expect(ownWords(quoted(400))).toBe('""');
    expect(ownWords(quoted(401))).toBe(quoted(401));
    const behind = (length: number): string => `"error": ${quoted(length)} and then it "was lost to us"`;
    expect(ownWords(behind(400))).toBe(behind(400).replace('"was lost to us"', '""'));
    expect(ownWords(behind(401))).toBe(behind(401).replace('" and then it "', '""'));
  });
});

describe("the tables of a library", () => {
  test("codes stand whole, as texts or numbers, and the first kind that lists one counts", () => {
    const codes = { AUTH: ["A", "B"], PERMISSION: [5, "B"] } as const;
    expect(["A", "B", 5, "5", "C", "", "AUTH"].map((code) => kindOfCode(codes, code))).toEqual([
      "AUTH",
      "AUTH",
      "PERMISSION",
      undefined,
      undefined,
      undefined,
      undefined,
    ]);
  });

  test("beginnings stand at the beginning of a message", () => {
    const beginnings = { AUTH: ["no key", "bad key"], PERMISSION: ["no", "not you"] } as const;
    const kinds = ["no key here", "bad key", "not me", "not you", "a bad key", "on", ""].map((message) =>
      kindOfBeginning(beginnings, message),
    );
    expect(kinds).toEqual(["AUTH", "AUTH", "PERMISSION", "PERMISSION", undefined, undefined, undefined]);
  });

  test("patterns are tried in their order", () => {
    const patterns = { AUTH: /key/, PERMISSION: /^not|key/ } as const;
    expect(["a key", "not you", "who"].map((text) => kindOfPattern(patterns, text))).toEqual(["AUTH", "PERMISSION", undefined]);
  });
});

describe("one error of a chain", () => {
  test("is read as texts, and as nothing where it has none", () => {
    const error = { name: "N", code: 5, message: "m", response: { status: 503, headers: null }, flag: true };
    const link = linkTo(error);
    expect([link.name, link.code, link.message]).toEqual(["N", "5", "m"]);
    expect(link.error).toBe(error);
    expect([link.read("flag"), link.read("response", "status"), link.read("flag", "x"), link.read("x", "y")]).toEqual([
      true,
      503,
      undefined,
      undefined,
    ]);
    expect([link.text("code"), link.text("response", "status"), link.text("flag"), link.text("response")]).toEqual([
      "5",
      "503",
      "",
      "",
    ]);
    const { name, code, message } = linkTo({ name: {}, code: null });
    expect([name, code, message]).toEqual(["", "", ""]);
  });

  test("shows five hundred characters of its message: the first and the last half of them", () => {
    const of = (between: number): string => `${"a".repeat(250)}${"-".repeat(between)}${"b".repeat(250)}`;
    expect(linkTo({ message: of(0) }).message).toBe(of(0));
    expect(linkTo({ message: of(1) }).message).toBe(of(0));
    expect(linkTo({ message: of(9_999) }).message).toBe(of(0));
    for (const length of [0, 1, 249, 250, 251, 300, 499, 500]) {
      const message = of(0).slice(0, length);
      expect(linkTo({ message }).message, `${length}`).toBe(message);
    }
    expect(linkTo({ message: `x${of(0)}` }).message).toBe(`x${"a".repeat(249)}${"b".repeat(250)}`);
  });

  test.each<[unknown, string]>([
    ["text", "text"],
    ["", ""],
    [5, "5"],
    [0, "0"],
    [Number.NaN, "NaN"],
    [5n, ""],
    [true, ""],
    [null, ""],
    [undefined, ""],
    [["x"], ""],
    [{ toString: () => "x" }, ""],
  ])("%s in writing is %j", (value, text) => {
    expect(asText(value)).toBe(text);
  });
});

describe("rules are asked", () => {
  const coded =
    (code: string, verdict: Verdict): Rule =>
    (link) =>
      link.code === code ? verdict : undefined;
  const TWO = { code: "outer", cause: { code: "inner" } };

  test("each of the error and of all that it wraps, nearest first, before the next", () => {
    expect(judge(TWO, [coded("outer", "AUTH"), coded("inner", "PERMISSION")])).toBe("AUTH");
    expect(judge(TWO, [coded("inner", "PERMISSION"), coded("outer", "AUTH")])).toBe("PERMISSION");
    const any: Rule = (link) => (link.code === "inner" ? "PERMISSION" : "AUTH");
    expect(judge(TWO, [any])).toBe("AUTH");
  });

  test("where there are any, and what none knows is UNKNOWN", () => {
    expect(judge(TWO, [undefined, coded("inner", "AUTH"), undefined])).toBe("AUTH");
    expect(judge(TWO, [undefined, coded("x", "AUTH")])).toBe("UNKNOWN");
    expect(judge("thrown", [() => "AUTH"])).toBe("UNKNOWN");
    expect(judge(TWO, [])).toBe("UNKNOWN");
  });

  test("and a timeout becomes a class with its mark, a classification stays what it is", () => {
    expect(judge(TWO, [coded("outer", "TIMEOUT")])).toEqual({ errorClass: "TRANSIENT", timeout: true });
    expect(judge(TWO, [coded("outer", "GATEWAY_TIMEOUT")])).toEqual({ errorClass: "SERVER_ERROR", timeout: true });
    const answer: Classification = { errorClass: "RATE_LIMIT", retryAfterMs: 5 };
    expect(judge(TWO, [coded("outer", answer)])).toBe(answer);
  });

  test("of what wrappers keep, and of what may be no error only if it is one", () => {
    const rules = [coded("x", "AUTH")];
    const plain = { kept: { code: "x" } };
    const error = { kept: Object.assign(new Error("m"), { code: "x" }) };
    expect([judge(plain, rules), judge(plain, rules, {}), judge(plain, rules, { wrappers: ["other"] })]).toEqual([
      "UNKNOWN",
      "UNKNOWN",
      "UNKNOWN",
    ]);
    expect(judge(plain, rules, { wrappers: ["kept"] })).toBe("AUTH");
    expect(judge(plain, rules, { wrappersOfErrors: ["kept"] })).toBe("UNKNOWN");
    expect(judge(error, rules, { wrappersOfErrors: ["kept"] })).toBe("AUTH");
    expect(judge(error, rules)).toBe("UNKNOWN");
  });

  test("after errors of ours along the chain", () => {
    const heard: unknown[] = [];
    const ours = new RateLimitError("slow", { retryAfterMs: 9 });
    const answer = judge({ code: "outer", cause: ours }, [coded("outer", "AUTH")], {}, (rule) => heard.push(rule));
    expect(answer).toEqual({ errorClass: "RATE_LIMIT", retryAfterMs: 9 });
    expect(heard).toEqual([]);
  });

  test("and who wants to hear is told which one decided, about which error, once", () => {
    const heard: (readonly [Rule, object])[] = [];
    const [first, second, third] = [coded("x", "AUTH"), coded("inner", "AUTH"), coded("outer", "AUTH")];
    judge(TWO, [first, undefined, second, third], {}, (rule, { error }) => heard.push([rule, error]));
    expect(heard).toEqual([[second, TWO.cause]]);
    expect(heard[0]?.[0]).toBe(second);
    heard.length = 0;
    judge(TWO, [first], {}, (rule, { error }) => heard.push([rule, error]));
    expect(heard).toEqual([]);
  });
});

describe("the classifier of one library", () => {
  test("goes by its name", () => {
    expect(classifierOfLibrary("odd", {}).name).toBe("odd");
  });

  test("asks its own rule, what comes before any connection, the connection, what comes behind it, and the last resort", () => {
    const flagged =
      (flag: string, verdict: Verdict): Rule =>
      (link) =>
        link.read(flag) === true ? verdict : undefined;
    const classifier = classifierOfLibrary("odd", {
      rule: flagged("a", "AUTH"),
      beforeConnection: flagged("b", "PERMISSION"),
      fallbacks: [flagged("d", "CONCURRENCY"), flagged("e", "RATE_LIMIT")],
      lastResort: flagged("f", "SERVER_ERROR"),
    });
    const all = { a: true, b: true, code: "ECONNRESET", d: true, e: true, f: true };
    expect(classifier(all)).toBe("AUTH");
    expect(classifier({ ...all, a: false })).toBe("PERMISSION");
    expect(classifier({ ...all, a: false, b: false })).toBe("TRANSIENT");
    expect(classifier({ d: true, e: true, f: true })).toBe("CONCURRENCY");
    expect(classifier({ e: true, f: true })).toBe("RATE_LIMIT");
    expect(classifier({ f: true })).toBe("SERVER_ERROR");
    expect(classifier({})).toBe("UNKNOWN");
  });

  test("looks into its wrappers, and knows connections without any rule of its own", () => {
    const classifier = classifierOfLibrary("odd", { wrappers: ["kept"], wrappersOfErrors: ["held"] });
    expect(classifier({ code: "ECONNRESET" })).toBe("TRANSIENT");
    expect(classifier({ kept: { code: "ECONNRESET" } })).toBe("TRANSIENT");
    expect(classifier({ held: Object.assign(new Error("m"), { code: "ECONNRESET" }) })).toBe("TRANSIENT");
    expect(classifier({ held: { code: "ECONNRESET" } })).toBe("UNKNOWN");
    expect(classifier({ other: { code: "ECONNRESET" } })).toBe("UNKNOWN");
  });
});

describe("when to come back", () => {
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ["Date"], now: Date.UTC(2026, 0, 1) });
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  test("in words is a duration or an instant from now", () => {
    const words = ["5", "1m30s", "2026-01-01T00:00:10Z", "Thu, 01 Jan 2026 00:00:10 GMT", "2025-01-01T00:00:00Z", "soon", ""];
    expect([...words, undefined].map(millisFromNow)).toEqual([5_000, 90_000, 10_000, 10_000, 0, undefined, undefined, undefined]);
  });

  test("is compared with the time that is given, or with now", () => {
    const date = "Thu, 01 Jan 2026 00:00:10 GMT";
    expect([parseRetryAfter(date), parseRetryAfter({ "retry-after": date })]).toEqual([10_000, 10_000]);
    const before = Date.UTC(2025, 11, 31, 23, 59, 50);
    expect([parseRetryAfter(date, before), parseRetryAfter({ "retry-after": date }, before)]).toEqual([20_000, 20_000]);
  });

  test("is read outright from what SDKs keep, and in all its forms from what HTTP clients do", () => {
    const limits = { "x-ratelimit-remaining": "0", "x-ratelimit-reset": "9" };
    expect(withRetryAfter("SERVER_ERROR", { "retry-after": "2" })).toEqual({ errorClass: "SERVER_ERROR", retryAfterMs: 2_000 });
    expect(withRetryAfter("RATE_LIMIT", limits)).toBe("RATE_LIMIT");
    expect(withHeaders("RATE_LIMIT", limits)).toEqual({ errorClass: "RATE_LIMIT", retryAfterMs: 9_000 });
    expect(withHeaders("GATEWAY_TIMEOUT", {})).toEqual({ errorClass: "SERVER_ERROR", timeout: true });
  });
});
