/* Alarms of a clock of the user's own that ring while an operation is being invoked, on a clock that stands still, or though they were cancelled: every call settles. */
import { getEventListeners } from "node:events";
import {
  type AttemptInfo,
  constant,
  Hedge,
  isAttemptTimeoutError,
  isDeadlineExceededError,
  Policy,
  type PolicyOptions,
} from "redress";
import { expect, test } from "vitest";
import { asFailure, hang, isSettled, macrotask } from "./driving.ts";

/** A clock that stands still, and whose alarms ring when a test says so, cancelled ones too. */
function handClock() {
  const alarms: { readonly ms: number; readonly ring: () => void }[] = [];
  return {
    now: () => 0,
    sleep: () => hang(),
    alarm: (ms: number, ring: () => void) => {
      alarms.push({ ms, ring });
      return () => {};
    },
    /** For how many milliseconds alarms were set. */
    waits: (): number[] => alarms.map(({ ms }) => ms),
    /** Rings the first alarm that was set for so many milliseconds. */
    ring: (ms: number): void => alarms.find((alarm) => alarm.ms === ms)?.ring(),
  };
}

function onHandClock(options: PolicyOptions<unknown, unknown>) {
  const clock = handClock();
  return { clock, policy: new Policy<unknown, unknown>({ clock, ...options }) };
}

const retry = { deadlineMs: 1_000, attemptTimeoutMs: 500, strategy: constant(0), classifier: () => "TRANSIENT" as const };
const failed = (): Promise<never> => Promise.reject(new Error("failed"));

/** Hedges after 100 ms, so often in a call. */
function hedgeOf(maxHedges: number): Hedge {
  const hedge = new Hedge({ delayMs: 100, loadRatio: 1, maxHedges });
  for (let count = 0; count < 100; count++) hedge.began(0);
  return hedge;
}

test.each([
  [null, [1_000, 500]],
  [{ version: 1, attempts: 1, failures: {}, elapsedMs: 400, prevSleepMs: null, deliveries: 1 } as const, [600, 500]],
])(
  "no alarm is set for longer than what it waits for takes, where the clock is set back meanwhile: resume %j",
  (resume, waits) => {
    let nowMs = 5_000;
    const clock = { ...handClock(), now: () => nowMs };
    const op = (): Promise<never> => {
      nowMs = 2_000;
      return hang();
    };
    void new Policy({ clock, retry }).call(op, { resume });
    expect(clock.waits()).toEqual(waits);
  },
);

test("no time is left once the deadline has rung, whatever the clock says", async () => {
  const { clock, policy } = onHandClock({ retry });
  let info: AttemptInfo | undefined;
  const call = policy.execute((attempt) => {
    info = attempt;
    return hang();
  });
  expect(info?.remainingMs).toBe(1_000);
  clock.ring(1_000);
  expect(info?.remainingMs).toBe(0);
  expect(asFailure(await call)).toMatchObject({ stopReason: "DEADLINE_EXCEEDED", attempts: 1 });
});

test("a deadline that rings while a later attempt is being invoked aborts its signal there and then, and ends the call", async () => {
  const { clock, policy } = onHandClock({ retry });
  const reasons: unknown[] = [];
  const call = policy.execute((attempt) => {
    if (attempt.attempt === 1) return failed();
    const { signal } = attempt;
    clock.ring(1_000);
    reasons.push(signal.reason);
    return hang();
  });
  expect(asFailure(await call)).toMatchObject({ stopReason: "DEADLINE_EXCEEDED", attempts: 2 });
  expect(reasons.map(isDeadlineExceededError)).toEqual([true]);
});

test("a deadline and a timeout that ring in one turn cut the attempt once, with the error that the call ends with", async () => {
  const { clock, policy } = onHandClock({ retry });
  let signal: AbortSignal | undefined;
  const call = policy.execute((attempt) => {
    signal = attempt.signal;
    return hang();
  });
  clock.ring(1_000);
  clock.ring(500);
  const outcome = asFailure(await call);
  expect(outcome).toMatchObject({ stopReason: "DEADLINE_EXCEEDED", attempts: 1 });
  expect(signal?.reason).toBe(outcome.lastError);
});

test("an attempt that its deadline has cut, and that gives a value at once, leaves no listener on the caller's signal", async () => {
  const { clock, policy } = onHandClock({ retry });
  const { signal: caller } = new AbortController();
  let reason: unknown;
  const op = (attempt: AttemptInfo): unknown => {
    if (attempt.attempt === 1) return failed();
    const { signal } = attempt;
    clock.ring(1_000);
    reason = signal.reason;
    return "value";
  };
  expect(await policy.call(op, { signal: caller })).toBe("value");
  expect(isDeadlineExceededError(reason)).toBe(true);
  expect(getEventListeners(caller, "abort")).toHaveLength(0);
});

test("a timeout that rings while a hedge is being invoked ends the attempt that took too long, and the next hedge begins", async () => {
  const { clock, policy } = onHandClock({ retry, hedge: hedgeOf(2) });
  const call = policy.call(({ attempt }) => {
    if (attempt === 2) clock.ring(500);
    return attempt === 3 ? "third" : hang();
  });
  clock.ring(100);
  expect(await isSettled(call)).toBe(true);
  expect(await call).toBe("third");
});

test("a hedge that is due while the failure of another is being classified cuts nothing, where attempts have no timeout", async () => {
  const told: unknown[] = [];
  const classifier = (): "TRANSIENT" => {
    clock.ring(100);
    return "TRANSIENT";
  };
  const { clock, policy } = onHandClock({
    retry: { deadlineMs: 1_000, classifier },
    hedge: hedgeOf(2),
    onHookError: (error) => told.push(error),
  });
  const signals: AbortSignal[] = [];
  const call = policy.call(({ attempt, signal }) => {
    signals.push(signal);
    return attempt === 1 ? hang() : attempt === 2 ? failed() : signals.map(({ aborted }) => aborted);
  });
  clock.ring(100);
  expect(await call).toEqual([false, false, false]);
  expect(told).toEqual([]);
});

test("a timeout that rings while a hedge is being invoked aborts the signal of the attempt that took too long, and no other", async () => {
  const { clock, policy } = onHandClock({ retry, hedge: hedgeOf(1) });
  const signals: AbortSignal[] = [];
  const call = policy.call(({ attempt, signal }) => {
    signals.push(signal);
    if (attempt === 1) return hang();
    clock.ring(500);
    return signals.map(({ aborted, reason }) => (aborted ? isAttemptTimeoutError(reason) : "goes on"));
  });
  clock.ring(100);
  expect(await call).toEqual([true, "goes on"]);
});

test("what an attempt gives in the turn in which its timeout rings is late where others are in flight, and they go on", async () => {
  const discarded: unknown[] = [];
  const { clock, policy } = onHandClock({ retry, hedge: hedgeOf(1), discard: (value) => discarded.push(value) });
  const gives: ((value: unknown) => void)[] = [];
  const call = policy.call(() => new Promise((resolve) => gives.push(resolve)));
  clock.ring(100);
  await macrotask();
  gives[0]?.("late");
  clock.ring(500);
  await macrotask();
  gives[1]?.("hedged");
  expect(await call).toBe("hedged");
  expect(discarded).toEqual(["late"]);
});

test("a timeout that rings though its attempt is over cuts the one that is in flight, and the call settles", async () => {
  const { clock, policy } = onHandClock({ retry: { ...retry, maxAttempts: 2 } });
  const call = policy.execute(({ attempt }) => (attempt === 1 ? failed() : hang()));
  await macrotask();
  clock.ring(500);
  const outcome = asFailure(await call);
  expect(outcome).toMatchObject({ stopReason: "MAX_ATTEMPTS_GLOBAL", attempts: 2 });
  expect(isAttemptTimeoutError(outcome.lastError)).toBe(true);
});

test("a thread that waits for a limiter, and whose deadline has passed and then not, asks anew", () => {
  const reads: number[] = [];
  const clock = { ...handClock(), now: () => reads.shift() ?? 0, sleepSync: () => void reads.push(100, 100) };
  let asked = 0;
  let cancelled = 0;
  const limiter = {
    name: "own",
    admit: () =>
      asked++ === 0
        ? ({ kind: "queued", cancel: () => void cancelled++, readyInMs: () => 5 } as const)
        : ({ kind: "admitted" } as const),
    release: () => {},
  };
  expect(new Policy({ clock, limiter }).callSync(() => "value", { deadlineMs: 50 })).toBe("value");
  expect([asked, cancelled]).toEqual([2, 1]);
});

test.each(["call", "callSync"] as const)(
  "a clock that throws when the end of a call is told changes no end that was told, by %s",
  async (how) => {
    const clock = { ...handClock(), isBroken: false, now: (): number => (clock.isBroken ? broke() : 0) };
    const broke = (): never => {
      throw new Error("no time");
    };
    const fallback = (): string => {
      clock.isBroken = true;
      return "instead";
    };
    const policy = new Policy<unknown, unknown>({ clock, fallback, hooks: [{ onCallEnd: () => {} }] });
    const fails = (): never => {
      throw new Error("failed");
    };
    expect(await policy[how](fails)).toBe("instead");
    expect(policy.inFlight).toBe(0);
  },
);
