/* A deadline that travels: two services in one process, over real sockets. */
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import { constant, Policy, ServerError } from "redress";
import { createFetch } from "redress/fetch";
import { handleRequests } from "redress/node-http";
import { currentScope, runInScope } from "redress/scope";
import { afterEach, expect, test } from "vitest";
import { ask } from "./client.ts";
import { closing } from "./closing.ts";
import type { Running } from "./service.ts";

const running: Running[] = [];
afterEach(async () => {
  for (const each of running.splice(0)) await each.close();
});

async function serve(handler: (request: IncomingMessage, response: ServerResponse) => unknown): Promise<string> {
  const started = await closing(createServer(handleRequests(handler, { onError: () => {} })));
  running.push(started);
  return started.origin;
}

test("what each hop has left is less than what the one before had", async () => {
  const lefts: number[] = [];
  const api = createFetch({ retry: {} }, { sendDeadline: ["127.0.0.1"] });
  const left = (): void => void lefts.push(currentScope()?.remainingMs ?? Infinity);
  const last = await serve((_request, response) => {
    left();
    response.end();
  });
  const middle = await serve(async (_request, response) => {
    left();
    await sleep(20);
    await api(last);
    response.end();
  });
  await runInScope({ deadlineMs: 5_000 }, async () => {
    left();
    await sleep(20);
    await api(middle);
  });
  expect(lefts).toHaveLength(3);
  expect([...lefts].sort((one, other) => other - one)).toEqual(lefts);
  expect(lefts[0]).toBeLessThanOrEqual(5_000);
  expect((lefts[0] as number) - (lefts[2] as number)).toBeGreaterThanOrEqual(30);
});

test("when the client of the first has gone, the last one hears of it", async () => {
  const api = createFetch({ retry: {} });
  const ends: unknown[] = [];
  const policy = new Policy({ retry: {} });
  let reached: () => void = () => {};
  const isReached = new Promise<void>((resolve) => {
    reached = resolve;
  });
  const last = await serve(async () => {
    reached();
    const outcome = await policy.execute(() => new Promise(() => {}));
    ends.push(outcome.ok || outcome.stopReason);
  });
  const middle = await serve(async (_request, response) => void response.end(await (await api(last)).text()));
  const leaving = new AbortController();
  const asked = fetch(middle, { signal: leaving.signal }).catch(() => {});
  await isReached;
  leaving.abort();
  await asked;
  await expect.poll(() => ends).toEqual(["ABORTED"]);
});

test("three layers of four attempts are four requests to the one that fails, and each answers that it was retried", async () => {
  const retry = { maxAttempts: 4, strategy: constant(0) };
  let requests = 0;
  const last = await serve(() => {
    requests++;
    throw new ServerError("down");
  });
  const layer = (below: string): Promise<string> => {
    const api = createFetch({ retry }, { throwHttpErrors: true });
    return serve(async (_request, response) => void response.end(await (await api(below)).text()));
  };
  const first = await layer(await layer(last));
  const answer = await ask(first);
  expect([answer.status, answer.headers["x-should-retry"], requests]).toEqual([500, "false", 4]);
});

test("an answer of a server is understood by createFetch: what is not to be retried, and when to come back", async () => {
  const policy = new Policy({ circuitBreaker: { name: "db", failureThreshold: 1, recoveryTimeoutMs: 1_500 } });
  let requests = 0;
  const origin = await serve(async (_request, response) => {
    requests++;
    response.end(String(await policy.call(() => Promise.reject(new ServerError()))));
  });
  await ask(origin);
  requests = 0;
  const waits: number[] = [];
  const api = createFetch({
    retry: { maxAttempts: 2, beforeSleep: (_context, delayMs) => void waits.push(delayMs), sleeper: () => {} },
  });
  const response = await api(origin);
  expect([response.status, requests]).toEqual([503, 2]);
  expect(waits[0]).toBeGreaterThanOrEqual(1_000);
});
