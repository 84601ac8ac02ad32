/* The timeline of a call. */
import { constant, RetryTimeline, TransientError } from "redress";
import { VirtualClock } from "redress/testing";
import { describe, expect, test } from "vitest";
import { alwaysThrowing, answering, drivers, stage, throwing } from "./driving.ts";

const transient = new TransientError();

describe.each(drivers)("through %s", (_name, driver) => {
  test("captures every event of the call, in order, with its time", async () => {
    const clock = new VirtualClock(1_000_000);
    const on = stage({ retry: { strategy: constant(40), maxAttempts: 2 } }, clock);
    const op = throwing(transient, new Error("nobody knows"));
    const outcome = await driver.execute(
      on,
      (attempt) => {
        clock.block(7);
        return op(attempt);
      },
      { captureTimeline: true },
    );
    expect(outcome.timeline).toBeInstanceOf(RetryTimeline);
    expect(outcome.timeline?.events).toEqual([
      { attempt: 1, event: "retry", elapsedMs: 7, sleepMs: 40, errorClass: "TRANSIENT", stopReason: null, cause: "exception" },
      {
        attempt: 2,
        event: "max_attempts_exceeded",
        elapsedMs: 54,
        sleepMs: 0,
        errorClass: "UNKNOWN",
        stopReason: "MAX_ATTEMPTS_GLOBAL",
        cause: "exception",
      },
    ]);
    expect(String(outcome.timeline)).toBe(
      [
        " +7 ms  #1  retry                  TRANSIENT, next attempt in 40 ms",
        "+54 ms  #2  max_attempts_exceeded  UNKNOWN, stop: MAX_ATTEMPTS_GLOBAL",
      ].join("\n"),
    );
  });

  test("captures the circuit's events and the fallback's, and belongs to a value as well", async () => {
    const on = stage({ circuitBreaker: { failureThreshold: 1 }, fallback: () => "instead" });
    const first = await driver.execute(on, alwaysThrowing(transient), { captureTimeline: true });
    const second = await driver.execute(on, answering("value"), { captureTimeline: true });
    const names = [first, second].map(({ timeline }) => timeline?.events.map(({ event, attempt }) => [event, attempt]));
    expect(names).toEqual([
      [
        ["failed", 1],
        ["circuit_opened", 0],
        ["fell_back", 1],
      ],
      [
        ["circuit_rejected", 0],
        ["fell_back", 0],
      ],
    ]);
  });

  test("fills the timeline that it is given", async () => {
    const timeline = new RetryTimeline();
    const outcome = await driver.execute(stage(), answering("value"), { captureTimeline: timeline });
    expect(outcome.timeline).toBe(timeline);
    expect(timeline.events.map(({ event }) => event)).toEqual(["success"]);
  });

  test.each([false, undefined])("captures nothing when told %s", async (captureTimeline) => {
    const outcome = await driver.execute(stage(), answering("value"), { captureTimeline });
    expect("timeline" in outcome).toBe(false);
  });

  test("says that a result was the cause, and what was deferred", async () => {
    const on = stage({ retry: { strategy: constant(40), sleep: () => "defer", resultClassifier: () => "SERVER_ERROR" } });
    const { timeline } = await driver.execute(on, answering(503), { captureTimeline: true });
    expect(String(timeline).split("\n")).toEqual([
      "+0 ms  #1  retry      SERVER_ERROR (result), next attempt in 40 ms",
      "+0 ms  #1  scheduled  SERVER_ERROR (result), stop: SCHEDULED, next attempt in 40 ms",
    ]);
  });
});

test("an empty timeline says so", () => expect(String(new RetryTimeline())).toBe("(nothing happened)"));
