/* What a server answers for a call that a policy has stopped: toHttpAnswer, and what errors of ours carry for frameworks. */
import {
  AttemptTimeoutError,
  AuthError,
  Budget,
  Bulkhead,
  CircuitBreaker,
  CircuitOpenError,
  constant,
  DeadlineExceededError,
  defaultClassifier,
  hasRetried,
  LimitedError,
  outcomeOf,
  PermanentError,
  Policy,
  RateLimitError,
  RateLimiter,
  type RedressError,
  RetryExhaustedError,
  TransientError,
  toHttpAnswer,
} from "redress";
import { FakePolicy, VirtualClock } from "redress/testing";
import { describe, expect, test } from "vitest";
import { ClientLeftError } from "../../src/servers/request/client-left-error.ts";
import { ShuttingDownError } from "../../src/servers/shutdown/shutting-down-error.ts";
import { ending, hang, played, stage } from "../run/driving.ts";

const quick = { strategy: constant(0) };
const failing = (error: unknown) => async (): Promise<never> => {
  throw error;
};
const transient = new TransientError("no");

const thrownBy = async (policy: Policy<unknown, unknown>, error: unknown): Promise<unknown> =>
  (await ending(policy.call(failing(error)))).error;

const problem = (status: number, title: string): string => JSON.stringify({ type: "about:blank", title, status });

describe("toHttpAnswer", () => {
  test("is 499 without a body for a client that has left: nobody reads it", () => {
    expect(toHttpAnswer(new ClientLeftError())).toEqual({ status: 499, headers: {}, body: "" });
  });

  test("is 503 for an open circuit, with the seconds until its probe", async () => {
    const on = stage({ circuitBreaker: { failureThreshold: 1, recoveryTimeoutMs: 2_500 } });
    await ending(on.policy.call(failing(transient)));
    const { error } = await ending(on.policy.call(failing(transient)));
    expect(toHttpAnswer(error)).toEqual({
      status: 503,
      headers: { "content-type": "application/problem+json", "cache-control": "no-store", "retry-after": "3" },
      body: problem(503, "Service Unavailable"),
    });
  });

  test("says no time for a circuit that only a person closes, and asks for no retry", () => {
    const breaker = new CircuitBreaker();
    breaker.trip();
    const error = catching(() => breaker.callSync(() => 1));
    expect(toHttpAnswer(error)?.headers).toEqual({
      "content-type": "application/problem+json",
      "cache-control": "no-store",
      "x-should-retry": "false",
    });
  });

  test("is 503 where a circuit opens in the middle of a call, in a second, and the call has been retried", async () => {
    const circuitBreaker = new CircuitBreaker({ failureThreshold: 1 });
    const policy = new Policy({ retry: quick, circuitBreaker });
    let attempts = 0;
    const { error } = await ending(
      policy.call(async () => {
        if (++attempts === 2) circuitBreaker.trip();
        throw transient;
      }),
    );
    expect(error).toBe(transient);
    expect(toHttpAnswer(error)).toMatchObject({ status: 503, headers: { "retry-after": "1", "x-should-retry": "false" } });
  });

  test("is 503 for a limiter and a spent budget", async () => {
    const limiter = new Bulkhead({ name: "db", maxConcurrent: 1 });
    const policy = new Policy({ limiter });
    void policy.call(hang);
    expect(toHttpAnswer(await thrownBy(policy, transient))).toMatchObject({ status: 503, headers: { "retry-after": "1" } });
    const spent = new Policy({ retry: { ...quick, budget: new Budget({ maxRetries: 0, windowMs: 1_000 }) } });
    const answer = toHttpAnswer(await thrownBy(spent, transient));
    expect(answer).toMatchObject({ status: 503, headers: { "retry-after": "1" } });
    expect(answer?.headers).not.toHaveProperty("x-should-retry");
  });

  test("is 429 for a rate limit of what was called, with its own time", async () => {
    const policy = new Policy({ retry: { ...quick, maxAttempts: 1 } });
    expect(toHttpAnswer(await thrownBy(policy, new RateLimitError("", { retryAfterMs: 4_001 })))).toMatchObject({
      status: 429,
      headers: { "retry-after": "5" },
      body: problem(429, "Too Many Requests"),
    });
    const http = Object.assign(new Error("slow"), { status: 429, headers: { "retry-after": "7" } });
    expect(toHttpAnswer(await thrownBy(policy, http))).toMatchObject({ status: 429, headers: { "retry-after": "7" } });
    const plain = Object.assign(new Error("slow"), { status: 429 });
    expect(toHttpAnswer(await thrownBy(policy, plain))).toMatchObject({ status: 429, headers: { "retry-after": "1" } });
  });

  test("is 504 for a deadline and for attempts that took too long", async () => {
    const on = stage({ retry: { attemptTimeoutMs: 10, maxAttempts: 1 } });
    const late = stage({ retry: { deadlineMs: 10 } });
    for (const each of [on, late]) {
      const { error } = await ending(played(each.clock, each.policy.call(hang)));
      expect(toHttpAnswer(error)).toMatchObject({ status: 504, body: problem(504, "Gateway Timeout") });
    }
    const wrapping = stage({ retry: { attemptTimeoutMs: 10, maxAttempts: 2, strategy: constant(1), onExhausted: "wrap" } });
    const { error } = await ending(played(wrapping.clock, wrapping.policy.call(hang)));
    expect(error).toBeInstanceOf(RetryExhaustedError);
    expect(toHttpAnswer(error)).toMatchObject({ status: 504, headers: { "x-should-retry": "false" } });
  });

  test.each<[string, Error, number, string | undefined]>([
    ["a server that shuts down", new ShuttingDownError(5_000), 503, "1"],
    ["a rate limit that names a time", new RateLimitError("slow", { retryAfterMs: 4_001 }), 429, "5"],
    ["a rate limit that names none", new RateLimitError("slow"), 429, "1"],
    ["an attempt that took too long", new AttemptTimeoutError({ attempt: 1, timeoutMs: 5 }), 504, undefined],
    ["a deadline", new DeadlineExceededError({ attempt: 1, deadlineMs: 5 }), 504, undefined],
    ["a limiter", new LimitedError({ limiter: "l", reason: "full", retryAfterMs: 1_500, why: "full" }), 503, "2"],
  ])("answers for %s that came by no policy, wrapped or not", (_what, error, status, retryAfter) => {
    for (const each of [error, new Error("cannot load", { cause: error })]) {
      const answer = toHttpAnswer(each);
      expect([answer?.status, answer?.headers["retry-after"], answer?.headers["x-should-retry"]]).toEqual([
        ...[status, retryAfter, undefined],
      ]);
    }
  });

  test("is 503 where a limiter refuses a retry, with the limiter's own time", async () => {
    const limiter = new RateLimiter({ limit: 1, intervalMs: 2_500, clock: new VirtualClock() });
    const policy = new Policy({ retry: quick, limiter });
    const error = await thrownBy(policy, transient);
    expect([error, outcomeOf(error)?.stopReason]).toEqual([transient, "LIMITED"]);
    expect(toHttpAnswer(error)).toMatchObject({ status: 503, headers: { "retry-after": "3" } });
  });

  test("is 503 where a fake says that a limiter refused, and no more", async () => {
    const fake = new FakePolicy({ outcome: { ok: false, stopReason: "LIMITED", attempts: 1, lastError: transient } });
    const { error } = await ending(fake.call(() => 1));
    expect(toHttpAnswer(error)).toMatchObject({ status: 503, headers: { "retry-after": "1" } });
  });

  test("is 429 for a result that was judged a rate limit, with the time that it names", async () => {
    const policy = new Policy<unknown>({ retry: { ...quick, maxAttempts: 1, resultClassifier: () => "RATE_LIMIT" } });
    const result = { status: 429, headers: { "retry-after": "7" } };
    const { error } = await ending(policy.call(() => result));
    expect(toHttpAnswer(error)).toMatchObject({ status: 429, headers: { "retry-after": "7" } });
  });

  test.each<[string, object, number | undefined]>([
    ["is 504 where a deadline ended its retries", { deadlineMs: 10, strategy: constant(50) }, 504],
    ["is left to the application where the caller has ended them", { sleep: () => "abort" }, undefined],
  ])("a rate limit of what was called %s", async (_what, retry, status) => {
    const on = stage({ retry });
    const limited = Object.assign(new Error("slow"), { status: 429 });
    const { error } = await ending(played(on.clock, on.policy.call(failing(limited))));
    expect(outcomeOf(error)?.lastClass).toBe("RATE_LIMIT");
    expect(toHttpAnswer(error)?.status).toBe(status);
  });

  test("asks for no retry where a policy further in has retried", async () => {
    const inner = new Policy({ retry: { ...quick, maxAttempts: 3 } });
    const outer = new Policy({ retry: quick });
    const limited = new RateLimitError("slow");
    const { error } = await ending(outer.call(() => inner.call(failing(limited))));
    expect(hasRetried(error)).toBe(true);
    expect(toHttpAnswer(error)).toMatchObject({ status: 429, headers: { "x-should-retry": "false" } });
  });

  test("asks for no retry where the dependency has said so, and not where the caller's own rule did", async () => {
    const policy = new Policy({ retry: quick });
    const said = Object.assign(new Error("no"), { status: 503, headers: { "x-should-retry": "false" } });
    expect(hasRetried(await thrownBy(policy, said))).toBe(true);
    const own = policy.call(failing(transient), { refuseRepeat: () => "the body is a stream" });
    expect(hasRetried((await ending(own)).error)).toBe(false);
  });

  test.each<[string, unknown]>([
    ["an error that no policy knows", new Error("mine")],
    ["a marker", new AuthError()],
    ["a string", "no"],
    ["undefined", undefined],
    ["null", null],
    [
      "what cannot be read",
      new Proxy(
        {},
        {
          get: () => {
            throw new Error("never");
          },
        },
      ),
    ],
  ])("leaves %s to the application", (_what, error) => {
    expect(toHttpAnswer(error)).toBeNull();
    expect(hasRetried(error)).toBe(false);
  });

  test("leaves failures of the dependency and aborts to the application", async () => {
    const policy = new Policy({ retry: { ...quick, maxAttempts: 2 } });
    const error = await thrownBy(policy, transient);
    expect([toHttpAnswer(error), hasRetried(error)]).toEqual([null, true]);
    const aborted = await ending(policy.call(hang, { signal: AbortSignal.abort(new Error("mine")) }));
    expect([toHttpAnswer(aborted.error), hasRetried(aborted.error)]).toEqual([null, false]);
  });

  test("finds what is wrapped", () => {
    const cause = new CircuitOpenError({ breaker: "b", state: "open", retryAfterMs: 1 });
    expect(toHttpAnswer(new Error("cannot load", { cause }))).toMatchObject({ status: 503 });
  });

  test("tells nothing of what is inside", async () => {
    const limiter = new Bulkhead({ name: "secret", maxConcurrent: 1 });
    const policy = new Policy({ operation: "secret", limiter, circuitBreaker: { name: "secret", failureThreshold: 1 } });
    void policy.call(hang);
    for (const error of [await thrownBy(policy, new TransientError("secret")), await thrownBy(policy, transient)])
      expect(JSON.stringify(toHttpAnswer(error))).not.toContain("secret");
  });
});

const catching = (fn: () => unknown): unknown => {
  try {
    return fn();
  } catch (error) {
    return error;
  }
};

describe("errors of ours carry their answer, where frameworks look", () => {
  interface Carrying {
    status?: number;
    statusCode?: number;
    headers?: object;
    getResponse?: () => Response;
  }

  test.each<[string, Error, number, object]>([
    ["CircuitOpenError", new CircuitOpenError({ breaker: "b", state: "open", retryAfterMs: 1_500 }), 503, { "retry-after": "2" }],
    ["LimitedError", new LimitedError({ limiter: "l", reason: "full", retryAfterMs: Infinity, why: "never" }), 503, {}],
    ["AttemptTimeoutError", new AttemptTimeoutError({ attempt: 1, timeoutMs: 5 }), 504, {}],
    ["DeadlineExceededError", new DeadlineExceededError({ attempt: 1, deadlineMs: 5 }), 504, {}],
    ["RateLimitError", new RateLimitError("slow"), 429, { "retry-after": "1" }],
  ])("%s", async (_name, error, status, headers) => {
    const { status: own, statusCode, headers: said, getResponse } = error as Carrying;
    expect([own, statusCode, said]).toEqual([status, status, headers]);
    const response = getResponse?.call(error) as Response;
    expect([response.status, response.headers.get("content-type")]).toEqual([status, "application/problem+json"]);
    expect(response.headers.has("x-should-retry")).toBe((error as LimitedError).retryAfterMs === Infinity);
    expect(await response.json()).toMatchObject({ status });
    Object.assign(error, { status: 418 });
    expect((error as Carrying).status).toBe(418);
    // Logs show no more of them than before, and our own classifiers go by their class, not by the status.
    expect(Object.keys(error)).not.toContain("status");
    const classified = defaultClassifier(error);
    expect(typeof classified === "string" ? classified : classified.errorClass).toBe((error as RedressError).errorClass);
  });

  test("an application may write others over them, more than once, and take its own back", () => {
    const error = new RateLimitError("slow") as Error as Carrying;
    for (const status of [418, 420]) {
      Object.assign(error, { status, statusCode: status, headers: {}, getResponse: () => new Response(null, { status: 204 }) });
      expect([error.status, error.statusCode, error.headers, error.getResponse?.().status]).toEqual([status, status, {}, 204]);
    }
    for (const name of ["status", "statusCode", "headers", "getResponse"] as const) delete error[name];
    const { status, statusCode, headers } = error;
    expect([status, statusCode, headers, error.getResponse?.().status]).toEqual([429, 429, { "retry-after": "1" }, 429]);
  });

  test.each(["status", "statusCode", "headers", "getResponse"])(
    "an application may give a class of errors another %s",
    (name) => {
      const { prototype } = RateLimitError;
      const ours = Object.getOwnPropertyDescriptor(prototype, name) as PropertyDescriptor;
      Object.defineProperty(prototype, name, { get: () => "mine", configurable: true });
      expect(Reflect.get(new RateLimitError("slow"), name)).toBe("mine");
      Object.defineProperty(prototype, name, ours);
    },
  );

  test("others carry none", () => {
    for (const error of [new TransientError("a"), new PermanentError("b"), new AuthError()])
      expect((error as Carrying).status).toBeUndefined();
  });

  test("a message that names the last failure does not take that for a status of the dependency's", async () => {
    const on = stage({ retry: { attemptTimeoutMs: 10, maxAttempts: 1, onExhausted: "wrap" } });
    const { error } = await ending(played(on.clock, on.policy.call(hang)));
    expect(String(error)).not.toContain("HTTP 504");
  });
});
