import { createContext, runInContext } from "node:vm";
import { constant, defaultResultClassifier, Policy, RetryExhaustedError } from "redress";
import { describe, expect, test } from "vitest";

const answer = (status: number, headers: Record<string, string> = {}): Response => new Response(null, { status, headers });

test.each<[number, Record<string, string>, unknown]>([
  [408, {}, { errorClass: "TRANSIENT", timeout: true }],
  [425, {}, "TRANSIENT"],
  [429, {}, "RATE_LIMIT"],
  [429, { "retry-after": "2" }, { errorClass: "RATE_LIMIT", retryAfterMs: 2_000 }],
  [429, { "x-ratelimit-remaining": "0", "x-ratelimit-reset": "9" }, { errorClass: "RATE_LIMIT", retryAfterMs: 9_000 }],
  [500, {}, "SERVER_ERROR"],
  [501, {}, "SERVER_ERROR"],
  [503, { "retry-after": "2" }, { errorClass: "SERVER_ERROR", retryAfterMs: 2_000 }],
  [503, { "x-should-retry": "false" }, { errorClass: "SERVER_ERROR", retry: false }],
  [504, {}, { errorClass: "SERVER_ERROR", timeout: true }],
  [599, {}, "SERVER_ERROR"],
  [403, { "retry-after": "60" }, { errorClass: "RATE_LIMIT", retryAfterMs: 60_000 }],
  [403, { "x-ratelimit-remaining": "0" }, "RATE_LIMIT"],
  [403, { "ratelimit-remaining": "0" }, "RATE_LIMIT"],
  [403, { "x-rate-limit-remaining": "0" }, "RATE_LIMIT"],
  [403, { ratelimit: '"burst";r=5;t=3, "daily";r=0;t=60' }, { errorClass: "RATE_LIMIT", retryAfterMs: 60_000 }],
])("a response with %i and %j is a failure", (status, headers, classification) => {
  expect(defaultResultClassifier(answer(status, headers))).toStrictEqual(classification);
});

test.each([200, 204, 301, 304, 400, 401, 403, 404, 409, 410, 418, 422, 451, 499])("a response with %i is a success", (status) => {
  expect(defaultResultClassifier(answer(status))).toBeNull();
});

test("a 403 with something left of its limit is a success", () => {
  expect(defaultResultClassifier(answer(403, { "x-ratelimit-remaining": "7", "x-ratelimit-reset": "60" }))).toBeNull();
});

const throwing = (): never => {
  throw new Error("no");
};
const revoked = (): object => {
  const { proxy, revoke } = Proxy.revocable({}, {});
  revoke();
  return proxy;
};

test.each<[string, unknown]>([
  ["undefined", undefined],
  ["null", null],
  ["a number", 503],
  ["a text", "503"],
  ["a function", () => {}],
  ["a body", { status: 503 }],
  ["a body with headers", { status: 503, headers: { "retry-after": "7" } }],
  ["an answer of axios", { status: 503, headers: new Headers(), data: "" }],
  ["a list", [{ status: 503 }]],
  ["a network error of fetch", Response.error()],
  ["a Map", new Map([["status", 503]])],
  ["a Request", new Request("http://localhost")],
  ["an error", Object.assign(new Error("x"), { status: 503 })],
  ["a proxy that was revoked", revoked()],
  ["a brand without a status", { [Symbol.toStringTag]: "Response", headers: new Headers() }],
  ["a brand without headers", { [Symbol.toStringTag]: "Response", status: 503 }],
  ["a brand with headers that are null", { [Symbol.toStringTag]: "Response", status: 503, headers: null }],
  ["a brand with a status in words", { [Symbol.toStringTag]: "Response", status: "503", headers: new Headers() }],
  ["a brand with a status beyond those of HTTP", { [Symbol.toStringTag]: "Response", status: 600, headers: new Headers() }],
  ["a brand that cannot be read", Object.defineProperty({ status: 503, headers: {} }, Symbol.toStringTag, { get: throwing })],
  ["a brand on a function", Object.assign(() => {}, { [Symbol.toStringTag]: "Response", status: 503, headers: new Headers() })],
])("what is no response is a success: %s", (_what, value) => {
  expect(defaultResultClassifier(value)).toBeNull();
});

test("a response of another realm, or of another implementation, is told by its brand", () => {
  const foreign = runInContext(
    `(class Response { get [Symbol.toStringTag]() { return "Response"; } status = 503; headers = { get: (name) => (name === "retry-after" ? "7" : null) } })`,
    createContext({}),
  ) as new () => object;
  expect(defaultResultClassifier(new foreign())).toEqual({ errorClass: "SERVER_ERROR", retryAfterMs: 7_000 });
});

test("a response that cannot be read is a success", () => {
  const unreadable = {
    [Symbol.toStringTag]: "Response",
    headers: {},
    get status(): number {
      throw new Error("closed");
    },
  };
  expect(defaultResultClassifier(unreadable)).toBeNull();
});

test("no other property of a value is read", () => {
  const read: PropertyKey[] = [];
  const value = new Proxy({ status: 503, headers: {} }, { get: (_, key) => void read.push(key) });
  expect(defaultResultClassifier(value)).toBeNull();
  expect(read).toEqual([Symbol.toStringTag]);
});

describe("a policy with a retry", () => {
  const retry = { strategy: constant(0), maxAttempts: 3 };

  test("retries what fetch gives back, and gives back the answer that came well", async () => {
    const answers = [answer(503), answer(429), answer(200)];
    const last = await new Policy({ retry }).call(({ attempt }) => answers[attempt - 1] as Response);
    expect(last.status).toBe(200);
  });

  test("counts answers that never get well as failures", async () => {
    const outcome = await new Policy({ retry }).execute(() => answer(503));
    expect(outcome).toMatchObject({ ok: false, attempts: 3, lastClass: "SERVER_ERROR", cause: "result" });
    await expect(new Policy({ retry }).call(() => answer(503))).rejects.toBeInstanceOf(RetryExhaustedError);
  });

  test("leaves a 404 and a body with a status alone", async () => {
    expect((await new Policy({ retry }).call(() => answer(404))).status).toBe(404);
    expect(await new Policy({ retry }).call(() => ({ status: 503 }))).toEqual({ status: 503 });
  });

  test("`() => null` counts every answer as a success", async () => {
    expect((await new Policy({ retry: { ...retry, resultClassifier: () => null } }).call(() => answer(503))).status).toBe(503);
  });

  test("is described with it", () => {
    expect(new Policy({ retry: {} }).describe().retry?.resultClassifier).toEqual({
      name: "defaultResultClassifier",
      settings: {},
    });
  });
});
