/* What a policy makes of `fetch` by default, against a real server: statuses, Retry-After, aborts while the body is being read. */
import { createServer, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { CircuitBreaker, isAttemptTimeoutError, isRetryExhaustedError, Policy } from "redress";
import { request } from "undici";
import { afterAll, beforeAll, expect, test } from "vitest";

let server: Server;
let url = "";
/** Answers whose bodies have no end. */
const streams = new Set<ServerResponse>();
let hits: Record<string, number> = {};

beforeAll(async () => {
  server = createServer(({ url: path = "/" }, answer) => {
    const hit = (hits[path] ?? 0) + 1;
    hits[path] = hit;
    if (path === "/stream") {
      const timer = setInterval(() => answer.write("x".repeat(1_000)), 5);
      streams.add(answer.on("close", () => clearInterval(timer)).on("close", () => streams.delete(answer)));
    } else if (path === "/hang") {
      answer.on("close", () => (hits["/hang closed"] = 1));
    } else if (path === "/busy") {
      answer.writeHead(hit < 3 ? 503 : 200, { "retry-after-ms": "20" }).end("busy");
    } else answer.writeHead(Number(path.slice(1)), { "retry-after": "7" }).end("{}");
  });
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(
  () =>
    new Promise((closed) => {
      server.close(closed);
      server.closeAllConnections();
    }),
);

const get = (path: string) => () => fetch(url + path);

test("a 503 is retried until the server is ready, after the delays that it asks for", async () => {
  hits = {};
  const outcome = await new Policy({ retry: {} }).execute(get("/busy"));
  expect(outcome).toMatchObject({ ok: true, attempts: 3 });
  expect(outcome.elapsedMs).toBeGreaterThanOrEqual(40);
  expect(outcome.ok && (await outcome.value.text())).toBe("busy");
});

test.each([
  ["/503", "SERVER_ERROR"],
  ["/429", "RATE_LIMIT"],
  ["/408", "TRANSIENT"],
])("%s is a failure, and its response the result", async (path, lastClass) => {
  const outcome = await new Policy({ retry: { maxAttempts: 1 } }).execute(get(path));
  expect(outcome).toMatchObject({ ok: false, lastClass, cause: "result" });
  expect(isRetryExhaustedError(outcome.ok ? null : outcome.error)).toBe(true);
});

test("a 404 is the caller's to judge", async () => {
  expect((await new Policy({ retry: {} }).call(get("/404"))).status).toBe(404);
});

test("answers of 503 open the circuit of a policy that does not retry", async () => {
  const circuitBreaker = new CircuitBreaker({ failureThreshold: 2 });
  const policy = new Policy({ circuitBreaker });
  for (let call = 0; call < 2; call++) await policy.execute(get("/503"));
  expect(circuitBreaker.state).toBe("open");
});

test("an attempt that takes too long is aborted, and the server sees it", async () => {
  hits = {};
  const policy = new Policy({ retry: { attemptTimeoutMs: 300, maxAttempts: 1 } });
  const error = await policy.call(({ signal }) => fetch(`${url}/hang`, { signal })).catch((thrown: unknown) => thrown);
  expect(isAttemptTimeoutError(error)).toBe(true);
  await expect.poll(() => hits["/hang closed"]).toBe(1);
});

type Reader = () => Promise<unknown>;
const clients: Readonly<Record<string, (signal: AbortSignal) => Promise<Reader>>> = {
  fetch: async (signal) => {
    const reader = (await fetch(`${url}/stream`, { signal })).body?.getReader();
    return async () => reader?.read();
  },
  undici: async (signal) => {
    const { body } = await request(`${url}/stream`, { signal });
    const chunks = body[Symbol.asyncIterator]();
    return () => chunks.next();
  },
};

test.each(Object.entries(clients))("%s: whoever leaves while the body is being read stops the stream", async (_client, open) => {
  const caller = new AbortController();
  const policy = new Policy({ retry: { attemptTimeoutMs: 1_000, deadlineMs: 1_000 } });
  const read = await policy.call(({ signal }) => open(signal), { signal: caller.signal });
  for (let chunk = 0; chunk < 5; chunk++) await read();
  expect(streams.size).toBe(1);
  caller.abort(new Error("left"));
  const ended = (async () => {
    for (;;) await read();
  })();
  await expect(ended).rejects.toThrow("left");
  await expect.poll(() => streams.size).toBe(0);
});
