/* What becomes of one delivery of a job, whatever the queue. */
import {
  AbortRetryError,
  Budget,
  CircuitBreaker,
  CircuitOpenError,
  constant,
  LimitedError,
  PermanentError,
  Policy,
  type Progress,
  RateLimiter,
  TransientError,
} from "redress";
import { VirtualClock } from "redress/testing";
import { describe, expect, test } from "vitest";
import { type Delivery, deliver, type WorkerOptions } from "../../src/workers/delivery/index.ts";

const transient = new TransientError("down");
const random = (): number => 0.5;
const first: Delivery = { progress: undefined };
const fail = (error: unknown) => (): never => {
  throw error;
};
const run = (policy: Policy, error: unknown, delivery = first, options: WorkerOptions = {}) =>
  deliver(policy, error === undefined ? () => "value" : fail(error), delivery, { random, ...options });

const clock = new VirtualClock();
const policy = new Policy({ retry: { strategy: constant(700), maxAttempts: 3 }, clock });

test("a value, or a fallback's, is done", async () => {
  expect(await run(policy, undefined)).toEqual({ kind: "done", value: "value" });
  const instead = new Policy({ retry: { maxAttempts: 1 }, fallback: () => "instead", clock }) as Policy;
  expect(await run(instead, transient)).toEqual({ kind: "done", value: "instead" });
});

test("a retry is put off by exactly its delay, and fails for good after the last attempt", async () => {
  let progress: unknown;
  const kinds: unknown[] = [];
  for (let deliveries = 1; deliveries <= 3; deliveries++) {
    const end = await run(policy, transient, { progress, deliveries });
    kinds.push([end.kind, end.kind === "later" ? end.delayMs : null]);
    if (end.kind === "later") progress = JSON.parse(JSON.stringify(end.progress));
    else expect(end).toMatchObject({ error: transient, reason: "MAX_ATTEMPTS_GLOBAL: down", failure: { attempts: 3 } });
  }
  expect(kinds).toEqual([
    ["later", 700],
    ["later", 700],
    ["failed", null],
  ]);
});

describe("the reason begins with the stop reason, and says what has failed", () => {
  const once = { maxAttempts: 1 };
  const left = { version: 1, attempts: 5, failures: {}, elapsedMs: 700, prevSleepMs: null, deliveries: 5 };
  test.each<[string, Policy, Delivery, string]>([
    ["an error", new Policy({ retry: once, clock }), first, "MAX_ATTEMPTS_GLOBAL: down"],
    [
      "an error that is wrapped",
      new Policy({ retry: { ...once, onExhausted: "wrap" }, clock }),
      first,
      "MAX_ATTEMPTS_GLOBAL: down",
    ],
    [
      "attempts that earlier deliveries have used up",
      new Policy({ retry: once, clock }),
      { progress: left },
      "MAX_ATTEMPTS_GLOBAL: after 5 attempts in 700 ms, all in earlier deliveries",
    ],
  ])("%s", async (_what, failing, delivery, reason) => {
    expect(await run(failing, transient, delivery)).toMatchObject({ kind: "failed", reason });
  });

  test("a result", async () => {
    const unavailable = { status: 503 };
    const failing = new Policy({ retry: { ...once, resultClassifier: () => "SERVER_ERROR" }, clock });
    const end = await deliver(failing, () => unavailable, first, { random });
    expect(end).toMatchObject({ reason: "MAX_ATTEMPTS_GLOBAL: a result of class SERVER_ERROR after 1 attempt in 0 ms" });
  });

  test("an error that names the stop reason itself", async () => {
    const named = new TransientError("inner: stopped with MAX_ATTEMPTS_GLOBAL");
    const end = await run(new Policy({ retry: once, clock }), named);
    expect(end).toMatchObject({ reason: "MAX_ATTEMPTS_GLOBAL: inner: stopped with MAX_ATTEMPTS_GLOBAL" });
  });
});

test("short delays are slept through where the worker says so", async () => {
  const ended = run(policy, transient, first, { sleepUpToMs: 700 });
  await clock.run();
  expect(await ended).toMatchObject({ kind: "failed", failure: { attempts: 3 } });
  expect(await run(policy, transient, first, { sleepUpToMs: 699 })).toMatchObject({ kind: "later", delayMs: 700 });
});

describe("a job that a circuit or limiter has rejected is put off by what that says, with some spread, and its time goes on", () => {
  const open = (retryAfterMs: number): CircuitOpenError => new CircuitOpenError({ breaker: "b", state: "open", retryAfterMs });
  test.each<[string, unknown, number | null]>([
    ["an open circuit", open(12_000), 12_600],
    ["one whose next probe may come any time", open(0), 1_050],
    ["one that is held open by hand", open(Number.POSITIVE_INFINITY), 31_500],
    ["wrapped by a client", new Error("wrapped", { cause: open(12_000) }), 12_600],
    ["a limiter", new LimitedError({ limiter: "l", reason: "rate", retryAfterMs: 4_000, why: "" }), 4_200],
    ["one that does not know when", new LimitedError({ limiter: "l", reason: "full", retryAfterMs: null, why: "" }), 31_500],
    [
      "one that never will",
      new LimitedError({ limiter: "l", reason: "rate", retryAfterMs: Number.POSITIVE_INFINITY, why: "" }),
      null,
    ],
  ])("%s further in", async (_what, error, delayMs) => {
    const classified = policy.with({ retry: { classifier: () => "PERMANENT" } });
    const end = await run(classified as Policy, error);
    if (delayMs === null) expect(end).toMatchObject({ kind: "failed", failure: { stopReason: "NON_RETRYABLE_CLASS" } });
    else expect(end).toMatchObject({ kind: "later", delayMs, progress: { attempts: 1, elapsedMs: delayMs } });
  });

  test("the policy's own, without using up an attempt", async () => {
    const circuitBreaker = new CircuitBreaker({ name: "own", clock });
    circuitBreaker.trip();
    const own = policy.with({ circuitBreaker }) as Policy;
    const end = await run(own, undefined, first, { rejectedDelayMs: 2_000 });
    expect(end).toMatchObject({ kind: "later", delayMs: 2_100, progress: { attempts: 0, elapsedMs: 2_100, deliveries: 1 } });

    const limiter = new RateLimiter({ limit: 1, intervalMs: 10_000, clock });
    const limited = policy.with({ limiter }) as Policy;
    expect(await run(limited, undefined)).toEqual({ kind: "done", value: "value" });
    expect(await run(limited, undefined)).toMatchObject({ kind: "later", delayMs: 10_500, progress: { attempts: 0 } });
  });

  test("until the deadline has passed: a job is not put off for ever", async () => {
    const circuitBreaker = new CircuitBreaker({ clock });
    circuitBreaker.trip();
    const own = policy.with({ circuitBreaker, retry: { deadlineMs: 60_000 } }) as Policy;
    let progress: Progress | undefined;
    for (let deliveries = 1; ; deliveries++) {
      const end = await run(own, undefined, { progress, deliveries });
      if (end.kind !== "later") {
        expect([deliveries, end.kind === "failed" && end.failure?.stopReason]).toEqual([3, "DEADLINE_EXCEEDED"]);
        break;
      }
      progress = end.progress;
    }
  });
});

describe("a job that fails when the retry budget is spent is not lost", () => {
  const spent = (delayMs: number): Policy =>
    new Policy({
      retry: { strategy: constant(delayMs), maxAttempts: 3, deadlineMs: 3_600_000 },
      budget: new Budget({ maxRetries: 0, windowMs: 60_000 }),
      clock,
    });

  test("it comes back after the policy's delay, at least rejectedDelayMs, with its attempt counted", async () => {
    expect(await run(spent(700), transient)).toMatchObject({
      kind: "later",
      delayMs: 31_500,
      progress: { attempts: 1, failures: { TRANSIENT: 1 }, elapsedMs: 31_500 },
      reason: "BUDGET_EXHAUSTED: down",
    });
    const end = await run(spent(40_000), transient, first, { rejectedDelayMs: 10_000 });
    expect(end).toMatchObject({ kind: "later", delayMs: 42_000 });
  });

  test("its caps hold all the same", async () => {
    const kinds: string[] = [];
    let progress: Progress | undefined;
    for (let delivery = 1; delivery <= 3; delivery++) {
      const end = await run(spent(700), transient, { progress });
      kinds.push(end.kind);
      if (end.kind === "later") progress = end.progress;
      else expect(end).toMatchObject({ reason: "MAX_ATTEMPTS_GLOBAL: down" });
    }
    expect(kinds).toEqual(["later", "later", "failed"]);
  });
});

test("a worker that shuts down gives the job back at once, with what it has used up", async () => {
  const shutdown = new AbortController();
  const ended = deliver(policy, () => new Promise(() => {}), { progress: null, signal: shutdown.signal }, { random });
  shutdown.abort(new Error("SIGTERM"));
  expect(await ended).toMatchObject({ kind: "later", delayMs: 0, progress: { attempts: 1, failures: {} } });
});

test("an operation that stops itself means it", async () => {
  expect(await run(policy, new AbortRetryError("enough"))).toMatchObject({ kind: "failed", reason: "ABORTED: enough" });
});

test("deliveries that ended without a word count as attempts", async () => {
  expect(await run(policy, undefined, { progress: null, deliveries: 4 })).toMatchObject({
    kind: "failed",
    failure: { stopReason: "MAX_ATTEMPTS_GLOBAL", attempts: 3 },
  });
});

test("a progress that was tampered with ends the job with a clear reason, or begins anew", async () => {
  const tampered = { progress: { version: 1, attempts: -5 }, deliveries: 1 };
  expect(await run(policy, undefined, tampered)).toMatchObject({
    kind: "failed",
    failure: null,
    reason: "The call cannot be resumed: progress.attempts must be an integer >= 0, got -5.",
  });
  expect(await run(policy, undefined, tampered, { otherwise: "restart" })).toEqual({ kind: "done", value: "value" });
});

test("a mistake in the policy fails the job, and says so", async () => {
  const crash = new Policy({ retry: { strategy: fail(new RangeError("no such delay")) }, clock });
  const end = await run(crash, transient);
  expect(end).toMatchObject({ kind: "failed", failure: null, reason: "a mistake: no such delay" });
});

test("the reason stays short, whatever was thrown", async () => {
  for (const thrown of [
    new PermanentError("x".repeat(10_000)),
    "x".repeat(10_000),
    { toString: fail(new Error("no text")) },
    undefined,
  ]) {
    const end = await run(policy.with({ retry: { classifier: () => "PERMANENT" } }) as Policy, thrown ?? null);
    expect(end.kind === "failed" && end.reason).toMatch(/^NON_RETRYABLE_CLASS: .{1,503}$/);
  }
});

test("the reason is one line that every store takes: no NUL, no line end, no half of a character", async () => {
  const said = `a\r\n\0b${"x".repeat(494)}\u{1F600}`;
  const end = await run(policy, new PermanentError(said));
  expect(end).toMatchObject({ kind: "failed", reason: `NON_RETRYABLE_CLASS: a b${"x".repeat(494)}\uFFFD...` });
});

test("what is put off says why, too", async () => {
  expect(await run(policy, transient)).toMatchObject({ kind: "later", reason: "SCHEDULED: down" });
});
