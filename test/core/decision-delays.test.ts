import { constant, type ErrorClass, type RetryOptions, type Strategy } from "redress";
import { describe, expect, test } from "vitest";
import { decide, type FailedAttempt } from "../../src/core/retry/decision.ts";
import type { DecisionSettings } from "../../src/core/retry/settings.ts";
import { noBudget, play, type ScriptedFailure } from "./one-call.ts";

describe("delays", () => {
  const delayOf = (strategy: Strategy) => play({ strategy, deadlineMs: 1_000 }, ["TRANSIENT"]).outcome;

  test.each([
    ["NaN", Number.NaN],
    ["negative", -5],
    ["negative without end", Number.NEGATIVE_INFINITY],
    ["minus zero", -0],
  ])("that are %s count as none", (_what, delay) =>
    expect(delayOf(() => delay)).toMatchObject({ ok: true, attempts: 2, elapsedMs: 0 }),
  );

  test("without end never fit, deadline or none", () => {
    const stopped = { ok: false, stopReason: "DEADLINE_EXCEEDED", attempts: 1, nextDelayMs: Number.POSITIVE_INFINITY };
    expect(delayOf(() => Number.POSITIVE_INFINITY)).toMatchObject(stopped);
    const endless = play({ strategy: () => Number.POSITIVE_INFINITY, deadlineMs: Number.POSITIVE_INFINITY }, ["TRANSIENT"]);
    expect(endless.outcome).toMatchObject(stopped);
  });

  test("that do not fit are told as nextDelayMs, those not asked for are not", () => {
    expect(delayOf(() => 5_000)).toMatchObject({ stopReason: "DEADLINE_EXCEEDED", nextDelayMs: 5_000 });
    expect(play({ maxAttempts: 1 }, ["TRANSIENT"]).outcome).toMatchObject({ nextDelayMs: null });
  });

  test("come from the strategy of the class, else from the common one", () => {
    const { outcome } = play({ strategy: constant(1), strategies: { RATE_LIMIT: constant(100) } }, [
      "RATE_LIMIT",
      "TRANSIENT",
      "RATE_LIMIT",
    ]);
    expect(outcome).toMatchObject({ ok: true, elapsedMs: 201 });
  });

  test("a strategy sees the attempt, the failure, the delay before and the time left", () => {
    const seen: unknown[] = [];
    const strategy: Strategy = ({ random: _random, ...context }) => {
      seen.push(context);
      return 30;
    };
    play({ strategy, deadlineMs: 1_000 }, ["TRANSIENT", "RATE_LIMIT"], { takesMs: 5 });
    expect(seen).toEqual([
      {
        attempt: 1,
        classification: { errorClass: "TRANSIENT" },
        errorClass: "TRANSIENT",
        prevSleepMs: null,
        remainingMs: 995,
        cause: "exception",
      },
      {
        attempt: 2,
        classification: { errorClass: "RATE_LIMIT" },
        errorClass: "RATE_LIMIT",
        prevSleepMs: 30,
        remainingMs: 960,
        cause: "exception",
      },
    ]);
  });

  test("a strategy that throws, or answers no number, ends the call with its own error", () => {
    const mine = new Error("strategy");
    expect(() =>
      delayOf(() => {
        throw mine;
      }),
    ).toThrow(mine);
    for (const answer of ["10", null, undefined, {}, 10n]) expect(() => delayOf(() => answer as never)).toThrow(TypeError);
  });
});

describe("a strategy hears", () => {
  function listening(delayMs: number) {
    const heard: string[] = [];
    const strategy: Strategy = Object.assign(() => delayMs, {
      recordFailure: (errorClass: ErrorClass) => heard.push(errorClass),
      recordSuccess: () => heard.push("success"),
    });
    return { heard, strategy };
  }

  test.each<[string, RetryOptions, readonly ScriptedFailure[], string[]]>([
    ["of the success of a call that it delayed", {}, ["TRANSIENT", "SERVER_ERROR"], ["TRANSIENT", "SERVER_ERROR", "success"]],
    ["nothing of a call that succeeds at once", {}, [], []],
    ["of the last attempt's failure", { maxAttempts: 1 }, ["TRANSIENT"], ["TRANSIENT"]],
    ["of a failure whose delay does not fit", { deadlineMs: 10 }, ["TRANSIENT"], ["TRANSIENT"]],
    ["of a failure that the budget does not let retry", { budget: noBudget() }, ["TRANSIENT"], ["TRANSIENT"]],
    ["nothing of failures that are not retried for their class", {}, ["PERMANENT"], []],
    ["nothing of failures beyond a cap", { maxRetriesPerClass: { TRANSIENT: 0 } }, ["TRANSIENT"], []],
    ["nothing of an abort", {}, ["TRANSIENT", "abort"], ["TRANSIENT"]],
  ])("%s", (_what, retry, failures, expected) => {
    const { heard, strategy } = listening(20);
    play({ ...retry, strategy }, failures);
    expect(heard).toEqual(expected);
  });

  test("nothing, where it does not listen: the driver is not even asked to tell it", () => {
    const settings: DecisionSettings = {
      strategy: undefined,
      strategies: {},
      maxAttempts: 3,
      maxUnknownRetries: 1,
      maxRetriesPerClass: {},
      nested: "stop",
      budget: undefined,
    };
    const told: Strategy[] = [];
    const failed: FailedAttempt = {
      attempt: 1,
      classification: { errorClass: "TRANSIENT" },
      cause: "exception",
      remainingMs: 1_000,
      circuitOpened: false,
      retriedForMs: null,
      repeatRefused: false,
      retriesAround: null,
      random: () => 0.5,
      tell: (strategy) => void told.push(strategy),
    };
    const deaf: Strategy = () => 1;
    const { strategy: listens } = listening(1);
    for (const strategy of [deaf, listens]) decide({ ...settings, strategy }, { failures: {}, prevSleepMs: null }, failed);
    expect(told).toEqual([listens]);
  });

  test("only of the classes it answers for", () => {
    const [common, own] = [listening(1), listening(1)];
    play({ strategy: common.strategy, strategies: { RATE_LIMIT: own.strategy } }, ["RATE_LIMIT", "TRANSIENT", "RATE_LIMIT"]);
    expect(common.heard).toEqual(["TRANSIENT", "success"]);
    expect(own.heard).toEqual(["RATE_LIMIT", "RATE_LIMIT", "success"]);
  });
});
