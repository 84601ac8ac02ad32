/* What a policy makes of the responses of `fetch` by default, and of the bodies that no caller will get. */
import { CircuitBreaker, constant, isRetryExhaustedError, Policy, type PolicyOptions, type RetryExhaustedError } from "redress";
import { expect, test } from "vitest";
import { ending, macrotask, played, stage } from "./driving.ts";

/** Responses whose bodies say whether they were cancelled. */
function response(status: number, headers: Record<string, string> = {}) {
  let isCancelled = false;
  const body = new ReadableStream({
    pull: (controller) => controller.enqueue(new TextEncoder().encode("a")),
    cancel: () => {
      isCancelled = true;
    },
  });
  return { answer: new Response(body, { status, headers }), isCancelled: () => isCancelled };
}

test.each<[string, PolicyOptions, string]>([
  ["that retries", { retry: { maxAttempts: 1 } }, "MAX_ATTEMPTS_GLOBAL"],
  ["without a retry", {}, "NO_RETRY"],
  ["with a breaker only", { circuitBreaker: {} }, "NO_RETRY"],
])("a 503 is a failure to a policy %s, and the message says so", async (_which, options, stopReason) => {
  const on = stage({ ...options, operation: "GET /users/:id" });
  const { answer } = response(503);
  const { error } = await ending(on.policy.call(async () => answer));
  expect(isRetryExhaustedError(error)).toBe(true);
  expect((error as RetryExhaustedError).lastResult).toBe(answer);
  expect((error as Error).message).toBe(
    `GET /users/:id: stopped with ${stopReason} after 1 attempt in 0 ms, SERVER_ERROR (HTTP 503).`,
  );
});

test("a breaker of a policy opens for answers of 503, and one in standalone use leaves the answer to its caller", async () => {
  const circuitBreaker = new CircuitBreaker({ failureThreshold: 2 });
  const policy = new Policy({ circuitBreaker });
  const ask = async () => response(503).answer;
  await policy.execute(ask);
  await policy.execute(ask);
  expect(circuitBreaker.state).toBe("open");
  expect(await new CircuitBreaker().call(ask)).toMatchObject({ status: 503 });
});

test("a 404 is the caller's, and so is a body that says 503", async () => {
  const policy = new Policy({ retry: {} });
  expect(await policy.call(async () => response(404).answer)).toMatchObject({ status: 404 });
  expect(await policy.call(async () => ({ status: 503 }))).toEqual({ status: 503 });
});

test("it comes back when the server says", async () => {
  const on = stage({ retry: {}, random: () => 0 });
  const asked: number[] = [];
  const value = played(
    on.clock,
    on.policy.call(async ({ attempt }) => {
      asked.push(on.clock.now());
      return attempt === 1 ? response(429, { "retry-after": "2" }).answer : "value";
    }),
  );
  expect(await value).toBe("value");
  expect(asked).toEqual([0, 2_000]);
});

test("the body of a response that is followed by another attempt is cancelled; that of the last one is the caller's", async () => {
  const on = stage({ retry: { strategy: constant(10), maxAttempts: 3 } });
  const answers = [response(503), response(503), response(503)];
  const outcome = await played(
    on.clock,
    on.policy.execute(async ({ attempt }) => answers[attempt - 1]?.answer),
  );
  expect(answers.map(({ isCancelled }) => isCancelled())).toEqual([true, true, false]);
  expect(outcome).toMatchObject({ ok: false, lastResult: answers[2]?.answer });
});

test("a body that is being read is left alone", async () => {
  const on = stage({ retry: { strategy: constant(10) } });
  const first = response(503);
  const reader = first.answer.body?.getReader();
  await played(
    on.clock,
    on.policy.call(async ({ attempt }) => (attempt === 1 ? first.answer : "value")),
  );
  expect(first.isCancelled()).toBe(false);
  expect((await reader?.read())?.done).toBe(false);
});

test("the body of a response that comes too late is cancelled", async () => {
  const on = stage({ retry: { attemptTimeoutMs: 10, maxAttempts: 1 } });
  const late = response(200);
  let answer = (_value: unknown): void => {};
  await played(
    on.clock,
    on.policy.execute(() => new Promise((resolve) => (answer = resolve))),
  );
  answer(late.answer);
  await macrotask();
  expect(late.isCancelled()).toBe(true);
});

test("where the policy has a discard, that takes the response, and the body is its own affair", async () => {
  const discarded: unknown[] = [];
  const on = stage({ retry: { strategy: constant(10) }, discard: (value) => discarded.push(value) });
  const first = response(503);
  await played(
    on.clock,
    on.policy.call(async ({ attempt }) => (attempt === 1 ? first.answer : "value")),
  );
  expect([discarded, first.isCancelled()]).toEqual([[first.answer], false]);
});
