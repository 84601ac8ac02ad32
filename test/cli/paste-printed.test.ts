/* What console.log, a terminal and a program that died print of an error, read back. */
import { inspect } from "node:util";
import { isCircuitOpenError } from "redress";
import { describe, expect, test } from "vitest";
import { readPaste } from "../../src/cli/paste/index.ts";

interface Live extends Error {
  readonly [field: string]: unknown;
}

const read = (text: string): Live => readPaste(text)?.error as Live;
const unread = (text: string): readonly string[] => (readPaste(text)?.unread ?? []).map(({ at, text }) => `${at}: ${text}`);
const frames = "\n    at connect (/app/main.js:1:2)\n    at async call (/app/main.js:3:4)";

describe("the head of an error", () => {
  test.each<[string, string, Partial<Live>]>([
    ["a name and a message", `TypeError: fetch failed${frames}`, { name: "TypeError", message: "fetch failed" }],
    ["a name alone", `RangeError${frames}`, { name: "RangeError", message: "" }],
    ["a message of several lines", `Error: one\n\n  two: { three,${frames}`, { message: "one\n\n  two: { three," }],
    ["a message that speaks of frames", `Error: looked\n  at it${frames}`, { message: "looked\n  at it" }],
    ["a name that ends as none", `NoSuchKey: no such key${frames}`, { name: "NoSuchKey", message: "no such key" }],
    ["a code in brackets", `AxiosError [ECONNRESET]: gone${frames}`, { name: "AxiosError", code: "ECONNRESET" }],
    ["a class that names itself otherwise", `APICallError [AI_APICallError]: x${frames}`, { name: "AI_APICallError" }],
    ["PostgreSQL's name", `error: duplicate key${frames}`, { name: "error", message: "duplicate key" }],
    ["brackets around all of it", "[Error: a [b] c]", { name: "Error", message: "a [b] c" }],
    ["brackets, and fields", "[Error: one\n  two] { code: 'X' }", { message: "one\n  two", code: "X" }],
    [
      "fields beside the last frame",
      `Error: gone${frames} { code: 'X', status: 503 }`,
      { message: "gone", code: "X", status: 503 },
    ],
    ["no frames, but fields", "Error: gone {\n  code: 'X'\n}", { message: "gone", code: "X" }],
    [
      "fields in JSON",
      'RestError: The lease is held \n {\n  "statusCode": 409\n}',
      { message: "The lease is held", statusCode: 409 },
    ],
    ["nothing but words", "connect ECONNREFUSED 127.0.0.1:80", { name: "Error", message: "connect ECONNREFUSED 127.0.0.1:80" }],
    ["words, with a name in front", "NoSuchBucket: it is gone", { name: "NoSuchBucket", message: "it is gone" }],
    ["words, with another word in front", "Redis: it is gone", { name: "Error", message: "Redis: it is gone" }],
  ])("%s", (_what, text, expected) => {
    expect(read(text)).toMatchObject(expected);
    expect(unread(text)).toEqual([]);
  });

  test("has a class of its name, which is an Error", () => {
    const error = read(`HTTPError: 503${frames}`);
    expect([error.constructor.name, error instanceof Error, Object.keys(error)]).toEqual(["HTTPError", true, []]);
    expect(read(`TypeError: x${frames}`)).toBeInstanceOf(TypeError);
    expect(read(`AggregateError: x${frames} {\n  [errors]: []\n}`)).toBeInstanceOf(AggregateError);
  });

  test("keeps its stack", () => {
    expect(read(`Error: a${frames} {\n  code: 1\n}`).stack).toBe(`Error: a${frames}`);
  });

  test("of a DOMException gives one", () => {
    const error = read(`DOMException [TimeoutError]: it took too long${frames}`);
    expect(error).toBeInstanceOf(DOMException);
    expect([error.name, error.message, error["code"]]).toEqual(["TimeoutError", "it took too long", 23]);
  });

  test("of an error of redress gives one of ours", () => {
    const text = `CircuitOpenError: Circuit "a" is open.${frames} {\n  code: 'ERR_REDRESS_CIRCUIT_OPEN',\n  errorClass: 'PERMANENT'\n}`;
    expect(isCircuitOpenError(read(text))).toBe(true);
  });
});

describe("what stands around an error", () => {
  test.each<[string, string, readonly string[]]>([
    [
      "the time and the level",
      `2026-11-28T10:00:00Z ERROR [main] Error: gone${frames}`,
      ["before it: 2026-11-28T10:00:00Z ERROR [main]"],
    ],
    ["words of the program", `it failed: Error: gone${frames}`, ["before it: it failed:"]],
    ["lines of a log", `INFO: started\nready\nError: gone${frames}\nbye`, ["before it: INFO: started...", "after it: bye"]],
    ["a second error", `Error: gone${frames}\nError: again${frames}`, ["after it: Error: again..."]],
    ["colours", `\u001b[31mError: gone\u001b[39m${frames}`, []],
    ["carriage returns", `Error: gone${frames}`.replaceAll("\n", "\r\n").concat("\r\n"), []],
    ["an indentation", `    Error: gone${frames}`.replaceAll("\n", "\n    "), []],
    [
      "what Node says of an uncaught one",
      `/app/main.js:1\n  throw error;\n  ^\n\nError: gone${frames}\n\nNode.js v20.20.2\n`,
      [],
    ],
    [
      "what Node says of a rejection",
      `node:internal/run_main:123\n    triggerUncaughtException(\n    ^\n\nError: gone${frames}\n\nNode.js v22.1.0\n`,
      [],
    ],
    ["what a browser says of it", `Uncaught (in promise) Error: gone${frames}`, []],
    ["what Deno says of it", `error: Uncaught (in promise) Error: gone${frames}`, []],
    ["an object around it", `{\n  err: Error: gone\n      at connect (/app/main.js:1:2)\n}`, []],
    [
      "a list around it",
      `[\n  Error: gone\n      at connect (/app/main.js:1:2),\n  7\n]`,
      ["beside it: 1 more in the same list"],
    ],
  ])("%s", (_what, text, skipped) => {
    expect(read(text)).toMatchObject({ name: "Error", message: "gone" });
    expect(unread(text)).toEqual(skipped);
  });
});

describe("the fields of an error", () => {
  const withField = (field: string): unknown => read(`Error: x${frames} {\n  field: ${field}\n}`)["field"];

  test.each<[string, unknown]>([
    ["'it\\'s \\n \\x41 \\u0042 \\u{43}'", "it's \n A B C"],
    ['"it\'s"', "it's"],
    ['`it\'s "so"`', 'it\'s "so"'],
    ["'one\\n' +\n    'two'", "one\ntwo"],
    ["-0", -0],
    ["1.5e+300", 1.5e300],
    ["12n", 12n],
    ["NaN", Number.NaN],
    ["-Infinity", -Infinity],
    ["undefined", undefined],
    ["null", null],
    ["2026-11-28T10:00:00.000Z", new Date("2026-11-28T10:00:00.000Z")],
    ["[ 1, [ 2 ], [] ]", [1, [2], []]],
    ["{ a: { 'b-c': 1 } }", { a: { "b-c": 1 } }],
    [
      "Map(2) { 'a' => 1, { b: 2 } => [ 3 ] }",
      new Map<unknown, unknown>([
        ["a", 1],
        [{ b: 2 }, [3]],
      ]),
    ],
    ["Set(1) { 'a' }", new Set(["a"])],
    ["<Buffer 68 69>", Buffer.from("hi")],
    ["Promise { <pending> }", {}],
    ["[ 1, <1 empty item>, 3 ]", [1, 3]],
  ])("%s", (printed, expected) => {
    const value = withField(printed);
    if (typeof expected === "object" && expected?.constructor === Object) expect(value).toMatchObject(expected);
    else expect(value).toEqual(expected);
  });

  test("Headers are Headers, in any case", () => {
    const headers = withField("Headers { 'Retry-After': '7', b: \"it's\" }");
    expect(headers).toBeInstanceOf(Headers);
    expect([...(headers as Headers)]).toEqual([
      ["b", "it's"],
      ["retry-after", "7"],
    ]);
  });

  test.each([
    ["Response {\n    status: 503\n  }", "Response"],
    ["ClientRequest <Writable> { status: 503 }", "ClientRequest"],
    ["Answer(2) { status: 503 }", "Answer"],
    ["[Object: null prototype] { status: 503 }", undefined],
    ["Object [AxiosHeaders] { status: 503 }", "Object"],
  ])("an instance has a class of its name: %s", (printed, name) => {
    const value = withField(printed) as { status: unknown; constructor?: { name: string } };
    expect([value.status, value.constructor?.name]).toEqual([503, name]);
  });

  test("those in brackets are not enumerable, and symbols are symbols", () => {
    const error = read(`Error: x${frames} {\n  a: 1,\n  [hidden]: 2,\n  [Symbol(s)]: 3\n}`);
    expect([Object.keys(error), error["hidden"]]).toEqual([["a"], 2]);
    expect(Object.getOwnPropertySymbols(error).map((symbol) => [symbol.description, Reflect.get(error, symbol)])).toEqual([
      ["s", 3],
    ]);
  });

  test("a cycle is a cycle", () => {
    const error: { self?: unknown; cause?: unknown } = new Error("x");
    error.self = { error };
    error.cause = Object.assign(new Error("y"), { wrapper: error });
    const again = read(inspect(error));
    expect((again["self"] as { error: unknown }).error).toBe(again);
    expect((again.cause as Live)["wrapper"]).toBe(again);
  });

  test("causes and aggregated errors are errors", () => {
    const cause = Object.assign(new TypeError("one\ntwo"), { code: "X" });
    const again = read(inspect(new AggregateError([cause, new Error("three")], "all", { cause })));
    const { errors } = again as unknown as { errors: readonly Live[] };
    expect(errors.map(({ name, message }) => [name, message])).toEqual([
      ["TypeError", "one\ntwo"],
      ["Error", "three"],
    ]);
    expect([(again.cause as Live)["code"], Object.keys(again)]).toEqual(["X", []]);
  });

  test("a cause that a logger has put below the frames is the cause", () => {
    const again = read(`Error: outer${frames}\nCaused by: TypeError: inner${frames}\ncaused by: Error: innermost${frames}`);
    expect(again.cause).toMatchObject({ name: "TypeError", message: "inner", cause: { message: "innermost" } });
  });

  test("functions are left out: what they would answer is not in the text", () => {
    const text = `Error: x${frames} {\n  get: [Function: get],\n  made: [class A extends B] { of: [AsyncFunction (anonymous)] },\n  a: 1\n}`;
    expect(Object.keys(read(text))).toEqual(["a"]);
    expect(unread(text)).toEqual([]);
  });
});

describe("what is not in the text is told", () => {
  test.each<[string, readonly string[]]>([
    ["[Object]", ["error.field: [Object]"]],
    ["{ 'a-b': [Array] }", ['error.field["a-b"]: [Array]']],
    ["[ 1, ... 3 more items ]", ["error.field: ... 3 more items"]],
    ["[Getter/Setter]", ["error.field: [Getter/Setter]"]],
    ["[Circular *7]", ["error.field: [Circular]"]],
    ["WeakMap { <items unknown> }", ["error.field: <items unknown>"]],
    ["'a text'... 7 more characters", ["error.field: the end of a long text"]],
    ["#<What>, b: 1", ["error.field: #<What>"]],
    ["Weird#1 { a: [ 1, '}' ] }", ["error.field: Weird#1 { a: [ 1, '}' ] }"]],
    ["never ( closed", ["error.field: never ( closed"]],
    ["Headers { 'no name': 'x' }", ['error.field["no name"]: x']],
    ["{ password: ?? }", ["error.field.password: [hidden]"]],
  ])("%s", (printed, skipped) => {
    const text = `Error: x${frames} {\n  field: ${printed},\n  code: 'Y'\n}`;
    expect(unread(text)).toEqual(skipped);
    expect(read(text)["code"]).toBe("Y");
  });

  test("of an error that lies too deep, the name is known", () => {
    const text = `Error: x${frames} {\n  [cause]: [AggregateError]\n}`;
    expect(read(text).cause).toMatchObject({ name: "AggregateError", message: "" });
    expect(unread(text)).toEqual(["error.cause: [AggregateError]"]);
  });
});

describe("a text that is cut off, or none at all", () => {
  test("is read as far as it goes", () => {
    expect(read(`Error: x${frames} {\n  code: 'Y',\n  response: {\n    status: 503,\n    text: 'unfini`)).toMatchObject({
      code: "Y",
      response: { status: 503, text: "unfini" },
    });
  });

  test.each(["", " \n\t\n"])("nothing is nothing", (text) => {
    expect(readPaste(text)).toBeNull();
  });

  test("what lies too deep is passed over, and what follows is read", () => {
    const deep = `${"{ a: ".repeat(500)}1${" }".repeat(500)}`;
    expect(read(`Error: x${frames} {\n  deep: ${deep},\n  code: 'Y'\n}`)["code"]).toBe("Y");
  });

  test("thousands of lines that open a brace each, and close none, are not followed from each of them", () => {
    const text = `[ \n${"at x {\n".repeat(2_000)}`;
    let followed = 0;
    const { exec } = RegExp.prototype;
    // A spy would keep every call.
    RegExp.prototype.exec = function (this: RegExp, given: string) {
      const found = exec.call(this, given);
      if (this.sticky) followed += found?.[0].length ?? 0;
      return found;
    };
    let unread: readonly unknown[] | undefined;
    try {
      unread = readPaste(text)?.unread;
    } finally {
      RegExp.prototype.exec = exec;
    }
    expect(unread?.length).toBeGreaterThan(1_000);
    expect(followed / text.length).toBeLessThan(200);
  });

  test("a thousand braces are no thousand calls of one another", () => {
    expect(() => readPaste(`Error: x${frames} {\n  a: ${"{ a: ".repeat(10_000)}`)).not.toThrow();
  });
});
