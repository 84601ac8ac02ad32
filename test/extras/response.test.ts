import { createServer, get, type IncomingMessage, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { constant, Policy, RetryExhaustedError, retryAfterOr } from "redress";
import { responseClassifier } from "redress/extras";
import { afterAll, beforeAll, expect, test } from "vitest";

test.each<[string, unknown]>([
  ["fetch's Response", new Response("busy", { status: 503, headers: { "retry-after": "7" } })],
  ["axios's and ky's answer", { status: 503, headers: { "retry-after": "7" }, data: "busy" }],
  ["got's and undici's answer", { statusCode: 503, headers: { "retry-after": "7" }, body: "busy" }],
])("%s is a failure with the time that it names", (_whose, answer) => {
  expect(responseClassifier(answer)).toEqual({ errorClass: "SERVER_ERROR", retryAfterMs: 7_000 });
});

test.each([
  [401, "AUTH"],
  [403, "PERMISSION"],
  [404, "PERMANENT"],
  [409, "CONCURRENCY"],
  [429, "RATE_LIMIT"],
  [500, "SERVER_ERROR"],
])("a %i is %s", (status, errorClass) => {
  const headers = { date: "Sun, 06 Nov 1994 08:49:37 GMT" };
  expect(responseClassifier({ status, headers })).toBe(errorClass);
  expect(responseClassifier({ statusCode: status, headers })).toBe(errorClass);
  expect(responseClassifier({ status, headers: new Headers() })).toBe(errorClass);
});

test.each([100, 200, 204, 301, 304, 399, 600, Number.NaN, "503", undefined])("a status of %s is a success", (status) => {
  expect(responseClassifier({ status, headers: new Headers() })).toBeNull();
});

test.each<[string, unknown]>([
  ["a status alone", { status: 503 }],
  ["a statusCode alone", { statusCode: 503, message: "down" }],
  ["a job that says how it went", { id: 7, status: 500, data: [] }],
  ["headers that are none", { status: 503, headers: null }],
  ["headers of something else", { status: 503, headers: { columns: { name: "id" } } }],
  ["no headers at all", { status: 503, headers: {} }],
  ["a text for headers", { status: 503, headers: "retry-after: 7" }],
  ["a list of such", [{ status: 503 }]],
])("a parsed body is a success, whatever its status says: %s", (_what, body) => {
  expect(responseClassifier(body)).toBeNull();
});

test.each<[string, object, boolean]>([
  ["what answers `get`", { get: () => undefined, own: {} }, true],
  ["what has `entries`", { entries: () => [], own: {} }, true],
  ["texts, numbers and lists", { etag: "x", age: 7, "set-cookie": ["a", "b"] }, true],
  ["a number alone", { age: 7 }, true],
  ["a value of another kind among them", { etag: "x", own: {} }, false],
])("headers are %s", (_what, headers, areHeaders) => {
  expect(responseClassifier({ status: 503, headers })).toBe(areHeaders ? "SERVER_ERROR" : null);
});

test("the first status that is a failure is 400, and a function is no answer", () => {
  const headers = new Headers();
  expect(responseClassifier({ status: 400, headers })).toBe("PERMANENT");
  expect(responseClassifier(Object.assign(() => {}, { status: 400, headers }))).toBeNull();
});

test("a 403 that is a rate limit, and a word not to retry, are heard", () => {
  const limited = new Response(null, { status: 403, headers: { "x-ratelimit-remaining": "0", "x-ratelimit-reset": "30" } });
  expect(responseClassifier(limited)).toEqual({ errorClass: "RATE_LIMIT", retryAfterMs: 30_000 });
  const refused = new Response(null, { status: 500, headers: { "x-should-retry": "false" } });
  expect(responseClassifier(refused)).toEqual({ errorClass: "SERVER_ERROR", retry: false });
  expect(responseClassifier(new Response(null, { status: 504 }))).toEqual({ errorClass: "SERVER_ERROR", timeout: true });
});

test.each([
  undefined,
  null,
  0,
  "503",
  [],
  () => {},
  new Proxy(
    {},
    {
      get() {
        throw new Error("do not touch");
      },
    },
  ),
])("what is no answer is a success: %#", (result) => {
  expect(responseClassifier(result)).toBeNull();
});

let server: Server;
let url: string;
let answered = 0;

beforeAll(async () => {
  server = createServer((_request, answer) => {
    answer.writeHead(++answered % 3 ? 503 : 200, { "retry-after": "7" }).end("body");
  });
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => server.close());

const policy = (): Policy =>
  new Policy({
    retry: { resultClassifier: responseClassifier, strategy: retryAfterOr(constant(1), { jitterMs: 0 }), sleeper: () => {} },
  });

test("a policy tries again after the time that the answer names, and gives back the answer that came well", async () => {
  const sleeps: number[] = [];
  const answer = await policy().call(
    async () => {
      const answer = await fetch(url);
      if (!answer.ok) await answer.body?.cancel();
      return answer;
    },
    { onMetric: (event, _attempt, sleepMs) => event === "retry" && sleeps.push(sleepMs) },
  );
  expect(answer.status).toBe(200);
  expect(sleeps).toEqual([7_000, 7_000]);
});

test("an IncomingMessage of node:http is one of these answers", async () => {
  answered = 0;
  const incoming = (): Promise<IncomingMessage> => new Promise((answer) => get(url, (message) => answer(message.resume())));
  expect((await policy().call(incoming)).statusCode).toBe(200);
});

test("answers that never get well are no success in the end", async () => {
  await expect(policy().call(() => new Response(null, { status: 500 }))).rejects.toBeInstanceOf(RetryExhaustedError);
});
