/* What Bun 1.4 and Deno 2.9 really printed, of errors that console.log was given and of one that nobody caught. */
import { universalClassifier } from "redress/extras";
import { describe, expect, test } from "vitest";
import { readPaste } from "../../src/cli/paste/index.ts";

interface Live extends Error {
  readonly [field: string]: unknown;
}

const read = (text: string): Live => readPaste(text)?.error as Live;

const byBun = `1 | class HttpError extends Error { name = "HttpError" }
2 | const cause = Object.assign(new Error("fetch failed"), { code: "ECONNRESET" });
3 | const error = new HttpError("multi\\nline: two", { cause });
                      ^
HttpError: multi
line: two
  at: nothing
 response: Response (1 bytes) {
  ok: false,
  url: "",
  status: 503,
  headers: Headers {
    "retry-after": "3",
  },
},
  headers: AxiosHeaders {
  a: 1,
  get: [Function: get],
},
      s: "x",
  deep: {
  a: [Object ...],
},

      at /app/main.mjs:3:15

1 | class HttpError extends Error { name = "HttpError" }
2 | const cause = Object.assign(new Error("fetch failed"), { code: "ECONNRESET" });
                                    ^
error: fetch failed
 errno: 0,
  code: "ECONNRESET"

      at /app/main.mjs:2:29
`;

describe("Bun", () => {
  test("prints fields before the frames, and causes as errors of their own", () => {
    const { response, headers, ...error } = { ...read(byBun) };
    expect(read(byBun)).toMatchObject({ name: "HttpError", message: "multi\nline: two\n  at: nothing" });
    expect(error).toEqual({ s: "x", deep: {} });
    expect(response).toMatchObject({ status: 503, ok: false });
    expect((response as Response).headers.get("retry-after")).toBe("3");
    expect({ ...(headers as object) }).toEqual({ a: 1 });
    expect(read(byBun).cause).toMatchObject({ name: "Error", message: "fetch failed", errno: 0, code: "ECONNRESET" });
    expect(readPaste(byBun)).toMatchObject({ form: "what Bun prints", unread: [{ at: "error.deep.a", text: "[Object ...]" }] });
  });

  test("prints words of the program before the source", () => {
    expect(read(`it failed: ${byBun}`)).toMatchObject({ name: "HttpError", cause: { code: "ECONNRESET" } });
    expect(readPaste(`it failed: ${byBun}`)?.unread[0]).toEqual({ at: "before it", text: "it failed:" });
  });

  test("prints no source where an error has no frames", () => {
    const text = `TypeError: ECONNREFUSED: Unable to connect. Is the computer able to access the url?
  path: "http://127.0.0.1:9/",
 errno: 0,
  code: "ECONNREFUSED"

`;
    expect(read(text)).toMatchObject({ name: "TypeError", path: "http://127.0.0.1:9/", errno: 0, code: "ECONNREFUSED" });
  });

  test("prints no mark below a line that is too long, and its version last", () => {
    const text = `1 | const a = 1;\n2 | const b = 2;\n\nTypeError: inner\n      at made (/app/main.mjs:2:10)\n\nBun v1.4.5 (Linux x64)\n`;
    expect(read(text)).toMatchObject({ name: "TypeError", message: "inner" });
    expect(readPaste(text)?.unread).toEqual([]);
  });

  test("prints a DOMException as an object", () => {
    const text = `DOMException {\n  code: 23,\n  name: "TimeoutError",\n  message: "The operation timed out.",\n  TIMEOUT_ERR: 23,\n  toString: [Function: toString],\n}\n`;
    expect(read(text)).toBeInstanceOf(DOMException);
    expect(universalClassifier(read(text))).toEqual({ errorClass: "TRANSIENT", timeout: true });
  });
});

describe("Deno", () => {
  test("prints as Node does, in double quotes, with symbols as they are", () => {
    const text = `<ref *1> HttpError: multi
line: two
    at file:///app/main.mjs:4:9 {
  response: Response {
    headers: Headers { "retry-after": "3" },
    status: 503
  },
  m: Map(1) { "a" => { b: 2 } },
  "weird-key": 1,
  self: [Circular *1],
  Symbol(kx): 1,
  [cause]: Error: fetch failed
      at file:///app/main.mjs:3:1 {
    code: "ECONNRESET"
  }
}`;
    const error = read(text);
    expect(error).toMatchObject({
      name: "HttpError",
      message: "multi\nline: two",
      "weird-key": 1,
      cause: { code: "ECONNRESET" },
    });
    expect(error["self"]).toBe(error);
    expect(error["m"]).toEqual(new Map([["a", { b: 2 }]]));
    expect((error["response"] as Response).headers.get("retry-after")).toBe("3");
    expect(Object.getOwnPropertySymbols(error)).toHaveLength(1);
  });

  test("prints the causes of an uncaught error below each other", () => {
    const text = `\u001b[0m\u001b[1m\u001b[31merror\u001b[0m: Uncaught (in promise) HttpError: multi
line: two
    at \u001b[0m\u001b[36mfile:///app/main.mjs\u001b[0m:\u001b[0m\u001b[33m4\u001b[0m:9
Caused by: TypeError: fetch failed
    at file:///app/main.mjs:3:1
`;
    expect(read(text)).toMatchObject({
      name: "HttpError",
      message: "multi\nline: two",
      cause: { name: "TypeError", message: "fetch failed" },
    });
    expect(readPaste(text)?.unread).toEqual([]);
  });
});
