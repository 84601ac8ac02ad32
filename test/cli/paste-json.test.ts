/* What serializers and loggers write of an error, read back. The lines are those that the libraries named really wrote, with shorter stacks. */
import { describe, expect, test } from "vitest";
import { readPaste } from "../../src/cli/paste/index.ts";

interface Live extends Error {
  readonly [field: string]: unknown;
}

const read = (text: string): Live => readPaste(text)?.error as Live;
const stackOf = (head: string): string => `${head}\n    at connect (/app/main.js:1:2)`;
const refused = "connect ECONNREFUSED 127.0.0.1:80";

describe("one error", () => {
  test.each<[string, object, object]>([
    [
      "serialize-error",
      { name: "TypeError", message: "x", stack: stackOf("TypeError: x"), cause: { name: "Error", message: "y", code: "Z" } },
      { name: "TypeError", message: "x", cause: { message: "y", code: "Z" } },
    ],
    [
      "pino",
      {
        level: 50,
        time: 1,
        pid: 1,
        hostname: "h",
        err: { type: "HTTPError", message: "bad", stack: stackOf("HTTPError: bad"), name: "HTTPError", status: 503 },
        msg: "while calling",
      },
      { name: "HTTPError", message: "bad", status: 503 },
    ],
    [
      "pino, with a cause",
      {
        level: 50,
        err: {
          type: "TypeError",
          message: `fetch failed: ${refused}`,
          stack: `${stackOf("TypeError: fetch failed")}\ncaused by: ${stackOf(`Error: ${refused}`)}`,
        },
        msg: "fetch failed",
      },
      { name: "TypeError", message: "fetch failed", cause: { message: refused } },
    ],
    [
      "pino, with aggregated errors",
      {
        level: 50,
        err: {
          type: "AggregateError",
          message: "all",
          stack: stackOf("AggregateError: all"),
          aggregateErrors: [{ type: "Error", message: refused, stack: stackOf(`Error: ${refused}`), code: "ECONNREFUSED" }],
        },
      },
      { name: "AggregateError", errors: [{ message: refused, code: "ECONNREFUSED" }] },
    ],
    [
      "winston",
      { level: "error", message: "bad", name: "HTTPError", stack: stackOf("HTTPError: bad"), status: 503, timestamp: "t" },
      { name: "HTTPError", message: "bad", status: 503 },
    ],
    [
      "winston, with words in front",
      {
        level: "error",
        message: "it failed fetch failed",
        stack: stackOf("TypeError: fetch failed"),
        cause: { code: "ECONNREFUSED" },
      },
      { name: "TypeError", message: "fetch failed", cause: { code: "ECONNREFUSED" } },
    ],
    [
      "bunyan",
      {
        name: "app",
        hostname: "h",
        pid: 1,
        level: 50,
        err: { message: "x", name: "TypeError", stack: stackOf("TypeError: x") },
        msg: "x",
        v: 0,
      },
      { name: "TypeError", message: "x" },
    ],
    [
      "axios",
      {
        message: "Request failed with status code 503",
        name: "AxiosError",
        stack: stackOf("AxiosError: Request failed with status code 503"),
        config: { url: "/" },
        code: "ERR_BAD_RESPONSE",
        status: 503,
      },
      { name: "AxiosError", code: "ERR_BAD_RESPONSE", status: 503 },
    ],
    [
      "Elastic Common Schema",
      { "@timestamp": "t", "error.type": "TypeError", "error.message": "x", "error.stack_trace": stackOf("TypeError: x") },
      { name: "TypeError", message: "x" },
    ],
    [
      "OpenTelemetry",
      { "exception.type": "TypeError", "exception.message": "x", "exception.stacktrace": stackOf("TypeError: x") },
      { name: "TypeError", message: "x" },
    ],
    [
      "AWS Lambda",
      { errorType: "TypeError", errorMessage: "x", trace: stackOf("TypeError: x").split("\n") },
      { name: "TypeError", message: "x" },
    ],
    ["a stack alone", { level: "error", error: { stack: stackOf("TypeError: x") } }, { name: "TypeError", message: "x" }],
    [
      "a stack that has the name",
      { message: "x", stack: stackOf("HTTPError: x"), code: 1 },
      { name: "HTTPError", message: "x", code: 1 },
    ],
    ["a stack that has the code", { message: "x", stack: stackOf("TypeError [ERR_X]: x") }, { name: "TypeError", code: "ERR_X" }],
    ["a text in its place", { level: "error", error: stackOf("TypeError: x") }, { name: "TypeError", message: "x" }],
    [
      "a message of the log",
      { level: "error", msg: refused, code: "ECONNREFUSED" },
      { name: "Error", message: refused, code: "ECONNREFUSED" },
    ],
    ["a plain object", { code: "23505", message: "duplicate key", details: null }, { code: "23505", message: "duplicate key" }],
    [
      "what an HTTP client keeps",
      { status: 429, headers: { "retry-after": "7" } },
      { status: 429, headers: { "retry-after": "7" } },
    ],
  ])("of %s", (_library, json, expected) => {
    expect(read(JSON.stringify(json, null, 2))).toMatchObject(expected);
    expect(readPaste(JSON.stringify(json))?.unread).toEqual([]);
  });

  test("is an Error with a class of its name, and what belongs to it is not enumerable", () => {
    const error = read(
      JSON.stringify({ type: "HTTPError", message: "x", stack: stackOf("HTTPError: x"), status: 503, cause: { message: "y" } }),
    );
    expect([error.constructor.name, Object.keys(error)]).toEqual(["HTTPError", ["status"]]);
    expect([error, error.cause].every((each) => each instanceof Error)).toBe(true);
  });

  test("does not make errors of a service's answers", () => {
    const body = { error: { message: "no", type: "requests", code: "rate_limit_exceeded" } };
    const error = read(JSON.stringify({ name: "RateLimitError", message: "429 no", status: 429, type: "requests", ...body }));
    expect([error.name, error["type"], error["error"]]).toEqual(["RateLimitError", "requests", body.error]);
    expect(error["error"]).not.toBeInstanceOf(Error);
  });

  test("may be a text in JSON", () => {
    expect(read(JSON.stringify(stackOf("TypeError: x")))).toMatchObject({ name: "TypeError", message: "x" });
  });

  test.each([
    [{ error: {}, level: 50, msg: "x" }, "error.error: {}, which JSON writes for errors and for Headers"],
    [{ message: "x", status: 503, headers: {} }, "error.headers: {}, which JSON writes for errors and for Headers"],
    [{ message: "x", code: 1, request: "[Circular]" }, "error.request: [Circular]"],
  ])("of which something is lost says so: %j", (json, lost) => {
    expect(readPaste(JSON.stringify(json))?.unread.map(({ at, text }) => `${at}: ${text}`)).toEqual([lost]);
  });
});

test("a thousand brackets are no thousand calls of one another", () => {
  const text = `{"message":"x","code":1,"cause":${"[".repeat(5_000)}${"]".repeat(5_000)}}`;
  expect(readPaste(text)?.unread).toMatchObject([{ text: "what lies too deep" }]);
});

describe("a log", () => {
  const line = (error: string): string => JSON.stringify({ level: "error", err: { name: "Error", message: error } });

  test("the last line that holds an error counts, and is named", () => {
    const log = [
      "starting",
      line("first"),
      line("second"),
      JSON.stringify({ level: "info", msg: "all is well" }),
      "{broken",
      "bye",
    ].join("\n");
    expect(read(log).message).toBe("second");
    expect(readPaste(log)?.form).toBe("JSON, line 3 of 6");
  });

  test("a time and a level may stand before the record", () => {
    const log = `2026-11-28T10:00:00Z\tid\tERROR\tUncaught Exception\t${JSON.stringify({ errorType: "TypeError", errorMessage: "x" })}`;
    expect(read(log)).toMatchObject({ name: "TypeError", message: "x" });
  });

  test("the JSON of a message is no record", () => {
    const message = `429 ${JSON.stringify({ error: { message: "slow down", type: "rate_limit_error" } })}`;
    expect(read(`RateLimitError: ${message}\n    at call (/app/main.js:1:2) {\n  status: 429\n}`)).toMatchObject({
      name: "RateLimitError",
      message,
      status: 429,
    });
  });
});

describe("secrets", () => {
  test("are hidden wherever they stand, before anything is looked at", () => {
    const secrets = {
      apiKey: "a",
      Authorization: "b",
      "Set-Cookie": ["c"],
      access_token: 1,
      password: { of: "d" },
      clientSecret: "e",
      "x-amz-security-token": "f",
    };
    const open = { "x-ratelimit-remaining-tokens": "1", maxTokens: 2, author: "g", keyboard: "h", password: null, token: false };
    const error = read(JSON.stringify({ message: "x", code: 1, config: { headers: secrets, params: [secrets] }, ...open }));
    const hidden = Object.fromEntries(Object.keys(secrets).map((name) => [name, "[hidden]"]));
    expect(error["config"]).toEqual({ headers: hidden, params: [hidden] });
    expect(error).toMatchObject(open);
  });

  test("are hidden in Headers, Maps and lists of headers, too", () => {
    const error = read(`Error: x\n    at y {
  headers: Headers { authorization: 'a', date: 'b' },
  map: Map(2) { 'cookie' => 'a', 'date' => 'b' },
  raw: [ 'Authorization', 'a', 'Date', 'b' ]\n}`);
    expect([...(error["headers"] as Headers)]).toEqual([
      ["authorization", "[hidden]"],
      ["date", "b"],
    ]);
    expect([...(error["map"] as Map<string, string>)]).toEqual([
      ["cookie", "[hidden]"],
      ["date", "b"],
    ]);
    expect(error["raw"]).toEqual(["Authorization", "[hidden]", "Date", "b"]);
  });
});
