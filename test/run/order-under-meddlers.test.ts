/* No attempt begins after an abort or the deadline, whatever caused it; and what observers do while a call goes on is heard at once. */
import {
  type Breaker,
  type CallOptions,
  CircuitBreaker,
  type CircuitBreakerOptions,
  constant,
  type ExecuteOptions,
  type Hooks,
  isCircuitOpenError,
  type RetryOptions,
  TransientError,
} from "redress";
import { VirtualClock } from "redress/testing";
import { describe, expect, test, vi } from "vitest";
import {
  alwaysThrowing,
  answering,
  asFailure,
  drivers,
  listeningBreaker,
  macrotask,
  type Op,
  recorder,
  type Stage,
  stage,
  throwing,
} from "./driving.ts";

const transient = new TransientError();
const DEADLINE_MS = 1_000;

/** Where code of the user's runs between two attempts, or before the first. */
interface Place {
  readonly name: string;
  /** Attempts made before the place is reached. */
  readonly attempts: number;
  readonly options: (
    meddle: () => void,
  ) => CallOptions & { readonly retry?: RetryOptions; readonly breaker?: CircuitBreakerOptions };
}

const onEvent =
  (name: string, meddle: () => void): Hooks["onMetric"] =>
  (event) =>
    void (event === name && meddle());

const PLACES: readonly Place[] = [
  { name: "onAttemptStart of the first attempt", attempts: 0, options: (meddle) => ({ onAttemptStart: meddle }) },
  {
    name: "onAttemptStart of the second attempt",
    attempts: 1,
    options: (meddle) => ({ onAttemptStart: ({ attempt }) => void (attempt === 2 && meddle()) }),
  },
  { name: "onMetric", attempts: 1, options: (meddle) => ({ onMetric: onEvent("retry", meddle) }) },
  { name: "onLog", attempts: 1, options: (meddle) => ({ onLog: (event) => void (event === "retry" && meddle()) }) },
  { name: "onAttemptEnd", attempts: 1, options: (meddle) => ({ onAttemptEnd: meddle }) },
  { name: "beforeSleep", attempts: 1, options: (meddle) => ({ beforeSleep: meddle }) },
  {
    name: "a sleep handler",
    attempts: 1,
    options: (meddle) => ({
      sleep: () => {
        meddle();
        return "sleep";
      },
    }),
  },
  { name: "a sleeper", attempts: 1, options: (meddle) => ({ sleeper: meddle }) },
  {
    name: "a strategy",
    attempts: 1,
    options: (meddle) => ({
      retry: {
        strategy: () => {
          meddle();
          return 0;
        },
      },
    }),
  },
  {
    name: "a classifier",
    attempts: 1,
    options: (meddle) => ({
      retry: {
        classifier: () => {
          meddle();
          return "TRANSIENT";
        },
      },
    }),
  },
  {
    name: "a budget",
    attempts: 1,
    options: (meddle) => ({
      retry: {
        budget: {
          consume: () => {
            meddle();
            return true;
          },
          remaining: () => 1,
        },
      },
    }),
  },
];

/** The operation of a call that was aborted already must not be invoked; hooks of the call may be the policy's as well. */
describe.each(drivers)("through %s", (_name, driver) => {
  describe.each(PLACES)("$name", ({ attempts, options }) => {
    const run = async (meddle: (on: Stage) => void, signal?: AbortSignal) => {
      const clock = new VirtualClock();
      const op = alwaysThrowing(transient);
      const seen = recorder();
      let on: Stage | null = null;
      const { retry, ...call } = options(() => on !== null && meddle(on));
      on = stage({ retry: { deadlineMs: DEADLINE_MS, strategy: constant(0), ...retry }, hooks: seen }, clock);
      const outcome = asFailure(await driver.execute(on, op, { ...call, signal }));
      return { outcome, op, seen, on };
    };

    test("that aborts the call lets no attempt follow", async () => {
      const controller = new AbortController();
      const { outcome, op, seen } = await run(() => controller.abort("enough"), controller.signal);
      expect(op.count).toBe(attempts);
      expect(outcome).toMatchObject({ stopReason: "ABORTED", attempts });
      expect(seen.names().at(-1)).toBe("aborted");
    });

    test("that keeps the thread until the deadline lets no attempt follow", async () => {
      const { outcome, op, seen } = await run(({ clock }) => clock.block(DEADLINE_MS));
      expect(op.count).toBe(attempts);
      expect(outcome).toMatchObject({ stopReason: "DEADLINE_EXCEEDED", attempts });
      expect(seen.names().at(-1)).toBe("deadline_exceeded");
    });

    test("leaves no alarm and no attempt open", async () => {
      const controller = new AbortController();
      for (const meddle of [() => controller.abort("enough"), ({ clock }: Stage) => clock.block(DEADLINE_MS)]) {
        const { seen, on } = await run(meddle, controller.signal);
        expect(seen.ends).toHaveLength(seen.starts.length);
        expect(on.clock.pending).toBe(0);
      }
    });
  });

  /** A breaker that is about to turn half-open, whose observer meddles. */
  async function recovering(meddle: (breaker: CircuitBreaker, to: string) => void) {
    const clock = new VirtualClock();
    const breaker: CircuitBreaker = new CircuitBreaker({
      failureThreshold: 1,
      recoveryTimeoutMs: 100,
      clock,
      onStateChange: ({ to }) => meddle(breaker, to),
    });
    const on = stage({ retry: { maxAttempts: 1, deadlineMs: DEADLINE_MS }, circuitBreaker: breaker }, clock);
    await driver.call(on, throwing(transient));
    clock.block(100);
    return { breaker, on };
  }

  test("trip() inside onStateChange admits no call", async () => {
    const { breaker, on } = await recovering((circuit, to) => to === "half_open" && circuit.trip());
    const op = answering("value");
    for (let calls = 0; calls < 3; calls++) expect(isCircuitOpenError((await driver.call(on, op)).error)).toBe(true);
    expect(op.count).toBe(0);
    expect([breaker.state, breaker.retryAfterMs]).toEqual(["open", Infinity]);
    expect(breaker.stats).toMatchObject({ totalCalls: 4, rejectedCalls: 3 });
  });

  test("reset() inside onStateChange admits the call, and those that follow", async () => {
    const { breaker, on } = await recovering((circuit, to) => to === "half_open" && circuit.reset());
    const op = answering("value");
    for (let calls = 0; calls < 3; calls++) expect(await driver.call(on, op)).toEqual({ value: "value" });
    expect(breaker.state).toBe("closed");
    expect(breaker.stats).toMatchObject({ totalCalls: 4, rejectedCalls: 0 });
  });

  test("trip() and then reset() inside onStateChange admits, reset() and then trip() does not", async () => {
    const first = await recovering((circuit, to) => {
      if (to !== "half_open") return;
      circuit.trip();
      circuit.reset();
    });
    expect(await driver.call(first.on, answering("value"))).toEqual({ value: "value" });
    const second = await recovering((circuit, to) => {
      if (to !== "half_open") return;
      circuit.reset();
      circuit.trip();
    });
    expect(isCircuitOpenError((await driver.call(second.on, answering("value"))).error)).toBe(true);
  });

  test("an abort inside onStateChange ends the call before its first attempt, and frees the place of the probe", async () => {
    const controller = new AbortController();
    const { breaker, on } = await recovering((_circuit, to) => to === "half_open" && controller.abort("enough"));
    const op = answering("value");
    expect(await driver.execute(on, op, { signal: controller.signal })).toMatchObject({ stopReason: "ABORTED", attempts: 0 });
    expect(op.count).toBe(0);
    expect(breaker.state).toBe("half_open");
    expect(await driver.call(on, op)).toEqual({ value: "value" });
    expect(breaker.state).toBe("closed");
  });

  test("an abort inside a hook that hears of the half-open circuit ends the call before its first attempt", async () => {
    const controller = new AbortController();
    const { on } = await recovering(() => {});
    const op = answering("value");
    const onMetric = onEvent("circuit_half_open", () => controller.abort("enough"));
    expect(await driver.execute(on, op, { signal: controller.signal, onMetric })).toMatchObject({
      stopReason: "ABORTED",
      attempts: 0,
    });
    expect(op.count).toBe(0);
  });

  test("time that onStateChange takes is none of the call's: its deadline begins with its admission", async () => {
    const { on } = await recovering((_circuit, to) => to === "half_open" && on.clock.block(2 * DEADLINE_MS));
    expect(await driver.call(on, answering("value"))).toEqual({ value: "value" });
  });

  test("a value whose `then` throws when it is read is a failure with that error", async () => {
    const hostile = new TransientError("hostile");
    let read = 0;
    const value = {
      // biome-ignore lint/suspicious/noThenProperty: that is the case
      get then(): unknown {
        read++;
        throw hostile;
      },
    };
    const seen = recorder();
    const on = stage({ retry: { maxAttempts: 2, strategy: constant(1) }, hooks: seen });
    const outcome = asFailure(await driver.execute(on, () => value));
    expect(outcome).toMatchObject({ stopReason: "MAX_ATTEMPTS_GLOBAL", attempts: 2, lastError: hostile, cause: "exception" });
    expect(seen.names()).toEqual(["retry", "max_attempts_exceeded"]);
    expect(read).toBe(2);
    expect(await driver.call(on, () => value)).toEqual({ error: hostile });
  });

  describe.each<[string, (breaker: ReturnType<typeof listeningBreaker>, method: string) => Breaker]>([
    [
      "throws in",
      (breaker, method) => ({
        ...breaker,
        [method]: () => {
          throw new Error("the breaker's own");
        },
      }),
    ],
    [
      "returns a promise that rejects from",
      (breaker, method) => ({ ...breaker, [method]: () => Promise.reject(new Error("the breaker's own")) }),
    ],
    [
      "returns what throws when its `then` is read from",
      (breaker, method) => ({
        ...breaker,
        [method]: () => ({
          // biome-ignore lint/suspicious/noThenProperty: that is the case
          get then(): never {
            throw new Error("the breaker's own");
          },
        }),
      }),
    ],
    [
      "throws where its state is read in",
      (breaker, method) => {
        let isTold = false;
        return {
          ...breaker,
          get state(): "closed" {
            if (isTold) throw new Error("the breaker's own");
            return "closed";
          },
          [method]: () => {
            isTold = true;
          },
        };
      },
    ],
    [
      "throws wherever its state is read, and in",
      (breaker, method) => ({
        ...breaker,
        get state(): never {
          throw new Error("the breaker's own");
        },
        [method]: () => {
          throw new Error("the breaker's own");
        },
      }),
    ],
  ])("a breaker of the user's own that %s", (_how, hostile) => {
    const ends: readonly (readonly [string, () => Op, ExecuteOptions, object])[] = [
      ["recordSuccess", () => answering("value"), {}, { value: "value" }],
      ["recordFailure", () => throwing(transient), {}, { error: transient }],
      ["recordCancel", () => throwing(transient), { signal: AbortSignal.abort("late") }, { error: "late" }],
    ];

    test.each(ends)(
      "%s hides neither value nor error, and leaves no unhandled rejection",
      async (method, op, options, ending) => {
        const unhandled = vi.fn();
        process.on("unhandledRejection", unhandled);
        for (const hooks of [[], [recorder()]]) {
          const on = stage({ retry: { maxAttempts: 1 }, circuitBreaker: hostile(listeningBreaker(), method), hooks });
          const controller = new AbortController();
          const late = options.signal === undefined ? op() : abortingOp(controller);
          const signal = options.signal === undefined ? undefined : controller.signal;
          expect(await driver.call(on, late, { signal })).toEqual(ending);
        }
        await macrotask();
        process.off("unhandledRejection", unhandled);
        expect(unhandled).not.toHaveBeenCalled();
      },
    );
  });
});

/** Fails while it aborts its own call. */
const abortingOp =
  (controller: AbortController): Op =>
  () => {
    controller.abort("late");
    throw transient;
  };
