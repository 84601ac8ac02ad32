import {
  AbortRetryError,
  CircuitBreaker,
  constant,
  Policy,
  RateLimitError,
  RetryPolicy,
  RetryTimeline,
  ServerError,
} from "redress";
import { VirtualClock } from "redress/testing";
import { describe, expect, test } from "vitest";

/** An operation that takes its time and ends like this, attempt by attempt. */
function scripted(clock: VirtualClock, ...ends: readonly (Error | string)[]): () => string {
  let attempt = 0;
  return () => {
    clock.block(120);
    const end = ends[attempt++] ?? "value";
    if (typeof end !== "string") throw end;
    return end;
  };
}

describe("toString", () => {
  test("reads like a story: when, which attempt, what, why and what follows", () => {
    const clock = new VirtualClock();
    const policy = new RetryPolicy({ clock, strategy: constant(250), operation: "fetch_user" });
    const outcome = policy.executeSync(scripted(clock, new ServerError(), new RateLimitError()), { captureTimeline: true });
    expect(`${outcome.timeline}`).toBe(
      [
        "+120 ms  #1  retry    SERVER_ERROR, next attempt in 250 ms",
        "+490 ms  #2  retry    RATE_LIMIT, next attempt in 250 ms",
        "+860 ms  #3  success",
      ].join("\n"),
    );
  });

  test("prints any number of events", () => {
    const timeline = new RetryTimeline();
    const event = {
      attempt: 1,
      event: "retry",
      elapsedMs: 1,
      sleepMs: 1,
      errorClass: "TRANSIENT",
      stopReason: null,
      cause: null,
    } as const;
    // More than a function can be called with.
    for (let i = 0; i < 130_000; i++) timeline.events.push(event);
    expect(String(timeline).split("\n")).toHaveLength(timeline.events.length);
  });

  test("says that an attempt has timed out, as its own timeout or its classification tells", async () => {
    const clock = new VirtualClock();
    const classifier = (error: unknown) =>
      error instanceof RangeError ? ({ errorClass: "SERVER_ERROR", timeout: true } as const) : "TRANSIENT";
    const policy = new RetryPolicy({ clock, classifier, strategy: constant(250), attemptTimeoutMs: 100 });
    const hang = () => new Promise<never>(() => {});
    const attempts = [hang, () => Promise.reject(new RangeError("late")), () => Promise.reject(new Error("down")), () => "value"];
    const call = policy.execute(({ attempt }) => attempts[attempt - 1]?.(), { captureTimeline: true });
    await clock.run();
    const { timeline } = await call;
    expect(`${timeline}`).toBe(
      [
        "+100 ms  #1  retry    TRANSIENT (timed out), next attempt in 250 ms",
        "+350 ms  #2  retry    SERVER_ERROR (timed out), next attempt in 250 ms",
        "+600 ms  #3  retry    TRANSIENT, next attempt in 250 ms",
        "+850 ms  #4  success",
      ].join("\n"),
    );
    expect(timeline?.events.map(({ timedOut }) => timedOut)).toEqual([true, true, undefined, undefined]);
  });

  test("says why a call stopped", () => {
    const clock = new VirtualClock();
    const policy = new RetryPolicy({
      clock,
      strategy: constant(1_500),
      maxAttempts: 3,
      resultClassifier: (result) => (result === "busy" ? "RATE_LIMIT" : null),
    });
    const outcome = policy.executeSync(scripted(clock, "busy", new ServerError(), "busy"), { captureTimeline: true });
    expect(`${outcome.timeline}`).toBe(
      [
        " +120 ms  #1  retry                  RATE_LIMIT (result), next attempt in 1500 ms",
        "+1740 ms  #2  retry                  SERVER_ERROR, next attempt in 1500 ms",
        "+3360 ms  #3  max_attempts_exceeded  RATE_LIMIT (result), stop: MAX_ATTEMPTS_GLOBAL",
      ].join("\n"),
    );
  });

  test("shows the circuit, and a fallback", () => {
    const clock = new VirtualClock();
    const circuitBreaker = new CircuitBreaker({ failureThreshold: 1, recoveryTimeoutMs: 100, clock });
    const policy = new Policy({ clock, circuitBreaker, fallback: () => "cached" });
    const timeline = new RetryTimeline();
    policy.executeSync(scripted(clock, new ServerError()), { captureTimeline: timeline });
    policy.executeSync(scripted(clock), { captureTimeline: timeline });
    clock.block(100);
    policy.executeSync(scripted(clock), { captureTimeline: timeline });
    expect(`${timeline}`).toBe(
      [
        "+120 ms  #1  failed             SERVER_ERROR, stop: NO_RETRY",
        "+120 ms   -  circuit_opened     SERVER_ERROR",
        "+120 ms  #1  fell_back          SERVER_ERROR, stop: NO_RETRY",
        "  +0 ms   -  circuit_rejected   stop: CIRCUIT_OPEN",
        "  +0 ms   -  fell_back          stop: CIRCUIT_OPEN",
        "  +0 ms   -  circuit_half_open",
        "+120 ms  #1  success",
        "+120 ms   -  circuit_closed",
      ].join("\n"),
    );
  });

  test("shows a retry that is left to somebody else, and an abort", () => {
    const clock = new VirtualClock();
    const policy = new RetryPolicy({ clock, strategy: constant(90_500), sleep: () => "defer", deadlineMs: 1e9 });
    const timeline = new RetryTimeline();
    policy.executeSync(scripted(clock, new ServerError()), { captureTimeline: timeline });
    policy.executeSync(scripted(clock, new AbortRetryError()), { captureTimeline: timeline });
    expect(`${timeline}`).toBe(
      [
        "+120 ms  #1  retry      SERVER_ERROR, next attempt in 90500 ms",
        "+120 ms  #1  scheduled  SERVER_ERROR, stop: SCHEDULED, next attempt in 90500 ms",
        "+120 ms  #1  aborted    stop: ABORTED",
      ].join("\n"),
    );
  });

  test("has something to say where nothing happened", () => {
    expect(String(new RetryTimeline())).toBe("(nothing happened)");
  });

  test("fits a terminal, and has no trailing spaces", () => {
    const clock = new VirtualClock();
    const policy = new RetryPolicy({
      clock,
      strategy: constant(999_999),
      deadlineMs: 1e9,
      maxRetriesPerClass: { SERVER_ERROR: 2 },
    });
    const ends = Array.from({ length: 6 }, () => new ServerError());
    const { timeline } = policy.executeSync(scripted(clock, ...ends), { captureTimeline: true });
    for (const line of String(timeline).split("\n")) {
      expect(line.length).toBeLessThanOrEqual(100);
      expect(line).toBe(line.trimEnd());
    }
  });
});

describe("events", () => {
  test("carry the facts, with null where one does not apply", () => {
    const clock = new VirtualClock();
    const policy = new RetryPolicy({ clock, strategy: constant(250), maxAttempts: 2 });
    const outcome = policy.executeSync(scripted(clock, new ServerError(), new ServerError()), { captureTimeline: true });
    expect(outcome.timeline?.events).toEqual([
      {
        attempt: 1,
        event: "retry",
        elapsedMs: 120,
        sleepMs: 250,
        errorClass: "SERVER_ERROR",
        stopReason: null,
        cause: "exception",
      },
      {
        attempt: 2,
        event: "max_attempts_exceeded",
        elapsedMs: 490,
        sleepMs: 0,
        errorClass: "SERVER_ERROR",
        stopReason: "MAX_ATTEMPTS_GLOBAL",
        cause: "exception",
      },
    ]);
  });

  test("are captured only where that was asked for", async () => {
    const policy = new Policy({ retry: {} });
    expect(policy.executeSync(() => 1)).not.toHaveProperty("timeline");
    expect(policy.executeSync(() => 1, { captureTimeline: false })).not.toHaveProperty("timeline");
    const mine = new RetryTimeline();
    expect((await policy.execute(() => 1, { captureTimeline: mine })).timeline).toBe(mine);
    expect(mine.events).toHaveLength(1);
  });

  test("become plain JSON", () => {
    const { timeline } = new Policy({ retry: {} }).executeSync(() => 1, { captureTimeline: true });
    expect(JSON.parse(JSON.stringify(timeline?.events))).toEqual(timeline?.events);
  });
});
