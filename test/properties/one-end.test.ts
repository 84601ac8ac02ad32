/* Once the end of a call has been told, that is how it ends, whatever observers and deciders do meanwhile. */
import fc from "fast-check";
import { constant, type EventName, type Failure, type StopReason, TransientError } from "redress";
import { VirtualClock } from "redress/testing";
import { describe, expect, test } from "vitest";
import { alwaysThrowing, drivers, type Op, played, recorder, stage, throwing } from "../run/driving.ts";

const transient = new TransientError();
const own = new Error("the meddler's own");

const STOP_OF: Readonly<Partial<Record<EventName, readonly StopReason[]>>> = {
  aborted: ["ABORTED"],
  failed: ["NO_RETRY"],
  deadline_exceeded: ["DEADLINE_EXCEEDED"],
  scheduled: ["SCHEDULED"],
  budget_exhausted: ["BUDGET_EXHAUSTED"],
  permanent_fail: ["NON_RETRYABLE_CLASS"],
  no_strategy_configured: ["NO_STRATEGY"],
  max_unknown_attempts_exceeded: ["MAX_UNKNOWN_ATTEMPTS"],
  max_attempts_exceeded: ["MAX_ATTEMPTS_GLOBAL", "MAX_ATTEMPTS_PER_CLASS"],
  circuit_rejected: ["CIRCUIT_OPEN"],
};
const isEnd = (event: EventName): boolean => event === "success" || STOP_OF[event] !== undefined;

type Ended = { readonly ok: true; readonly fellBack: boolean } | Failure | { readonly thrown: unknown };

/** What was told agrees with how the call ended: one end, after which only a fallback is told; nothing where the call has crashed. */
function agree(names: readonly EventName[], ended: Ended): void {
  const ends = names.filter(isEnd);
  const fallbacks = names.filter((name) => name === "fell_back");
  if ("thrown" in ended) {
    expect(ended.thrown).toBe(own);
    expect(fallbacks).toEqual([]);
    // A fault is no end of its own, but a fallback that throws comes after one.
    expect(ends.length).toBeLessThanOrEqual(1);
    return;
  }
  expect(ends).toHaveLength(1);
  const [end] = ends as [EventName];
  if (!ended.ok) {
    expect(STOP_OF[end]).toContain(ended.stopReason);
    expect(names.at(-1)).toBe(end);
  } else if (ended.fellBack) {
    expect(end).not.toBe("success");
    expect(names.slice(-2)).toEqual([end, "fell_back"]);
  } else {
    expect(end).toBe("success");
    expect(names.at(-1)).toBe("success");
  }
}

describe("a sleeper that aborts the call", () => {
  const throwingOnes: readonly (readonly [string, (abort: () => void) => () => unknown])[] = [
    [
      "and throws",
      (abort) => () => {
        abort();
        throw own;
      },
    ],
    [
      "and rejects",
      (abort) => async () => {
        abort();
        throw own;
      },
    ],
    [
      "and rejects later",
      (abort) => async () => {
        abort();
        await Promise.resolve();
        throw own;
      },
    ],
    [
      "later, and throws",
      (abort) => async () => {
        await Promise.resolve();
        abort();
        throw own;
      },
    ],
  ];

  test.each(throwingOnes)("%s ends it as ABORTED: that is told, thrown, and no fallback follows", async (_how, make) => {
    for (const throwIt of [false, true]) {
      const controller = new AbortController();
      const seen = recorder();
      const on = stage({
        retry: { sleeper: make(() => controller.abort("enough")), strategy: constant(1) },
        fallback: () => "instead",
        hooks: seen,
      });
      const { signal } = controller;
      if (throwIt) await expect(played(on.clock, on.policy.call(alwaysThrowing(transient), { signal }))).rejects.toBe("enough");
      else {
        const outcome = await played(on.clock, on.policy.execute(alwaysThrowing(transient), { signal }));
        expect(outcome).toMatchObject({ ok: false, stopReason: "ABORTED", attempts: 1 });
      }
      expect(seen.names()).toEqual(["retry", "aborted"]);
    }
  });

  test("and throws ends a synchronous call in one way too", () => {
    const controller = new AbortController();
    const seen = recorder();
    const { policy } = stage({
      retry: {
        sleeper: () => {
          controller.abort("enough");
          throw own;
        },
        strategy: constant(1),
      },
      fallback: () => "instead",
      hooks: seen,
    });
    expect(policy.executeSync(alwaysThrowing(transient), { signal: controller.signal })).toMatchObject({ stopReason: "ABORTED" });
    expect(seen.names()).toEqual(["retry", "aborted"]);
  });
});

test("a sleeper that rejects, and aborts the call at about the same time, ends it in one way", async () => {
  const controller = new AbortController();
  const seen = recorder();
  const sleeper = (): Promise<never> => {
    const slept = Promise.reject(own);
    slept.catch(() => controller.abort("enough"));
    return slept;
  };
  const on = stage({ retry: { sleeper, strategy: constant(1) }, fallback: () => "instead", hooks: seen });
  const ended = await played(on.clock, on.policy.execute(alwaysThrowing(transient), { signal: controller.signal })).then(
    (outcome): Ended => outcome as Ended,
    (thrown: unknown): Ended => ({ thrown }),
  );
  agree(seen.names(), ended);
});

describe.each(drivers)("through %s", (_name, driver) => {
  test.each<[string, Op]>([
    ["success", throwing()],
    ["max_attempts_exceeded", alwaysThrowing(transient)],
  ])("a hook that aborts the call while %s is told changes nothing any more", async (end, op) => {
    const controller = new AbortController();
    const seen = recorder();
    const meddler = { onMetric: (event: EventName) => void (event === end && controller.abort("too late")) };
    const on = stage({ retry: { maxAttempts: 1 }, hooks: [meddler, seen] });
    const outcome = await driver.execute(on, op, { signal: controller.signal });
    expect(outcome).toMatchObject(end === "success" ? { ok: true } : { ok: false, stopReason: "MAX_ATTEMPTS_GLOBAL" });
    expect(seen.names()).toEqual([end]);
  });

  test("a fallback that aborts the call gives its value, and one that aborts and throws its error", async () => {
    for (const fails of [false, true]) {
      const controller = new AbortController();
      const seen = recorder();
      const fallback = (): string => {
        controller.abort("too late");
        if (fails) throw own;
        return "instead";
      };
      const on = stage({ retry: { maxAttempts: 1 }, fallback, hooks: seen });
      const ending = await driver.call(on, alwaysThrowing(transient), { signal: controller.signal });
      expect(ending).toEqual(fails ? { error: own } : { value: "instead" });
      expect(seen.names()).toEqual(["max_attempts_exceeded", ...(fails ? [] : ["fell_back"])]);
    }
  });

  /** What a meddler does, each time that it is called. */
  const ACTS = ["nothing", "abort", "block", "throw", "abort and throw"] as const;
  type Act = (typeof ACTS)[number];

  test("whatever meddlers do, a call tells one end, the last, and ends like that", async () => {
    const act = fc.constantFrom<Act[]>(...ACTS, "nothing", "nothing");
    const meddlers = fc.record({
      onMetric: act,
      onAttemptStart: act,
      onAttemptEnd: act,
      beforeSleep: act,
      sleep: act,
      sleeper: act,
      fallback: act,
      strategy: act,
      operation: act,
      abortIf: act,
      breaker: act,
      hasFallback: fc.boolean(),
      hasSleeper: fc.boolean(),
      hasHandler: fc.boolean(),
      /** The act happens when the meddler is called for this time. */
      turn: fc.integer({ min: 1, max: 4 }),
      successAt: fc.integer({ min: 1, max: 4 }),
    });
    await fc.assert(
      fc.asyncProperty(meddlers, async (acts) => {
        const clock = new VirtualClock();
        const controller = new AbortController();
        const seen = recorder();
        const turns: Record<string, number> = {};
        const meddle = (who: keyof typeof acts, mayThrow = true): void => {
          turns[who] = (turns[who] ?? 0) + 1;
          if (turns[who] !== acts.turn) return;
          const what = acts[who];
          if (what === "abort" || what === "abort and throw") controller.abort("enough");
          if (what === "block") clock.block(1_000);
          if (mayThrow && (what === "throw" || what === "abort and throw")) throw own;
        };
        let attempts = 0;
        const on = stage(
          {
            retry: {
              deadlineMs: 900,
              attemptTimeoutMs: 400,
              maxAttempts: 3,
              strategy: () => {
                meddle("strategy");
                return 10;
              },
              beforeSleep: () => meddle("beforeSleep"),
              ...(acts.hasSleeper && {
                sleeper: () => {
                  meddle("sleeper");
                  return undefined;
                },
              }),
              ...(acts.hasHandler && {
                sleep: () => {
                  meddle("sleep");
                  return "sleep" as const;
                },
              }),
            },
            circuitBreaker: { failureThreshold: 2, onStateChange: () => meddle("breaker") },
            hooks: [
              {
                onMetric: () => meddle("onMetric"),
                onAttemptStart: () => meddle("onAttemptStart"),
                onAttemptEnd: () => meddle("onAttemptEnd"),
              },
              seen,
            ],
            ...(acts.hasFallback && {
              fallback: () => {
                meddle("fallback");
                return "instead";
              },
            }),
          },
          clock,
        );
        const op: Op = () => {
          meddle("operation", false);
          if (++attempts >= acts.successAt) return "value";
          throw transient;
        };
        const options = {
          signal: controller.signal,
          abortIf: () => {
            meddle("abortIf");
            return false;
          },
        };
        const ended = await driver.execute(on, op, options).then(
          (outcome) => outcome as Ended,
          (thrown: unknown): Ended => ({ thrown }),
        );
        agree(seen.names(), ended);
        expect(seen.ends).toHaveLength(seen.starts.length);
        expect(clock.pending).toBe(0);
        if (!("thrown" in ended)) expect((ended as Failure).attempts).toBe(attempts);
      }),
      { numRuns: 300 },
    );
  });
});
