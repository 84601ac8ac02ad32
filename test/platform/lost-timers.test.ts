/* A timer that was set is not sure to ring: fake timers come, go and are cleared. Every new call ends by its bounds all the same. */
import {
  Bulkhead,
  constant,
  Hedge,
  isAttemptTimeoutError,
  isDeadlineExceededError,
  isLimitedError,
  Policy,
  type RetryOptions,
  TransientError,
} from "redress";
import { afterEach, describe, expect, test, vi } from "vitest";
import { ending, hang, throwing } from "../run/driving.ts";
import { FAKES, REGIMES, realDelay, type TimerRegime, turn } from "../run/timer-regimes.ts";

const transient = new TransientError();

/** Some way of waiting that only a timer ends. */
interface Wait {
  readonly name: string;
  policy(): Policy;
  /** A call that only a timer can bring to its end: `true` where it came to the right one, and what it came to where not. */
  call(policy: Policy): Promise<unknown>;
}

async function endsBy(isRight: (error: unknown) => boolean, call: Promise<unknown>): Promise<unknown> {
  const end = await ending(call);
  return isRight(end.error) || end;
}

async function gives(right: string, call: Promise<unknown>): Promise<unknown> {
  const end = await ending(call);
  return end.value === right || end;
}

const BOUND_MS = 5;
const onlyTimers = { deadlineMs: Infinity, maxAttempts: 1, strategy: constant(0) } satisfies RetryOptions;

const WAITS: readonly Wait[] = [
  {
    name: "a deadline",
    policy: () => new Policy({ retry: { deadlineMs: BOUND_MS } }),
    call: (policy) => endsBy(isDeadlineExceededError, policy.call(hang)),
  },
  {
    name: "an attempt timeout",
    policy: () => new Policy({ retry: { ...onlyTimers, attemptTimeoutMs: BOUND_MS } }),
    call: (policy) => endsBy(isAttemptTimeoutError, policy.call(hang)),
  },
  {
    name: "the attempt timeout of a later attempt",
    policy: () => new Policy({ retry: { ...onlyTimers, maxAttempts: 3, attemptTimeoutMs: BOUND_MS } }),
    call: (policy) => endsBy(isAttemptTimeoutError, policy.call(hang)),
  },
  {
    name: "a delay",
    policy: () => new Policy({ retry: { ...onlyTimers, maxAttempts: 2, strategy: constant(BOUND_MS) } }),
    call: (policy) => gives("value", policy.call(throwing(transient))),
  },
  {
    name: "a delay beside a deadline",
    policy: () => new Policy({ retry: { deadlineMs: 60_000, maxAttempts: 2, strategy: constant(BOUND_MS) } }),
    call: (policy) => gives("value", policy.call(throwing(transient))),
  },
  {
    name: "the delay of a hedge",
    policy: () => new Policy({ hedge: new Hedge({ delayMs: BOUND_MS, loadRatio: 1 }) }),
    call: (policy) =>
      gives(
        "hedged",
        policy.call(({ attempt }) => (attempt === 1 ? hang() : "hedged")),
      ),
  },
  {
    name: "the timeout of a queue",
    policy: () => {
      const limiter = new Bulkhead({ maxConcurrent: 1, maxQueue: Infinity, queueTimeoutMs: BOUND_MS });
      limiter.tryAcquire();
      return new Policy({ limiter });
    },
    call: (policy) =>
      endsBy(
        isLimitedError,
        policy.call(() => "value"),
      ),
  },
  {
    name: "a deadline in a queue",
    policy: () => {
      const limiter = new Bulkhead({ maxConcurrent: 1, maxQueue: Infinity });
      limiter.tryAcquire();
      return new Policy({ limiter, retry: { deadlineMs: BOUND_MS } });
    },
    call: (policy) =>
      endsBy(
        isDeadlineExceededError,
        policy.call(() => "value"),
      ),
  },
];

/** Fails where the call has not ended long after its bound, instead of hanging. */
async function endsRightly(wait: Wait, policy: Policy, regime: TimerRegime): Promise<void> {
  const call = wait.call(policy);
  await regime.pass(10 * BOUND_MS);
  const hung = realDelay(2_000).then(() => "it hangs");
  expect(await Promise.race([call, hung])).toBe(true);
}

let inPlace: TimerRegime | null = null;

function changeTo(regime: TimerRegime | null): void {
  inPlace?.uninstall();
  regime?.install();
  inPlace = regime;
}

afterEach(() => {
  changeTo(null);
  vi.restoreAllMocks();
});

describe.each(WAITS)("$name ends every new call of a policy", (wait) => {
  describe.each(REGIMES)("that was used under $name", (before) => {
    test.each(REGIMES)("and now under $name", async (after) => {
      const policy = wait.policy();
      changeTo(before);
      await endsRightly(wait, policy, before);
      changeTo(after);
      await endsRightly(wait, policy, after);
      changeTo(before);
      await endsRightly(wait, policy, before);
    });

    test.each(REGIMES)("and now under $name, beside a call that hangs from before", async (after) => {
      const policy = wait.policy();
      changeTo(before);
      void wait.call(policy);
      await turn();
      changeTo(after);
      await endsRightly(wait, policy, after);
      await endsRightly(wait, policy, after);
    });
  });

  test.each(FAKES)("after the pending timers of $name were cleared", async (fake) => {
    const policy = wait.policy();
    changeTo(fake);
    for (let calls = 0; calls < 3; calls++) void wait.call(policy);
    await turn();
    fake.clear();
    await endsRightly(wait, policy, fake);
    fake.clear();
    await endsRightly(wait, policy, fake);
  });

  test("in one walk through all timers there are, and back", async () => {
    const policy = wait.policy();
    for (const regime of [...REGIMES, ...[...REGIMES].reverse()]) {
      changeTo(regime);
      await endsRightly(wait, policy, regime);
    }
  });

  test.each(FAKES)("that began under the platform's timers, when $name come while it is in flight", async (fake) => {
    const policy = wait.policy();
    const call = wait.call(policy);
    // Before the microtasks in which a shared timer is set.
    changeTo(fake);
    await realDelay(10 * BOUND_MS);
    // What the call begins after that waits for the fake timers.
    await fake.pass(10 * BOUND_MS);
    expect(await Promise.race([call, realDelay(2_000).then(() => "it hangs")])).toBe(true);
  });
});

test.each(FAKES)(
  "a call that began under the platform's timers and is aborted under $name clears no timer of theirs",
  async (fake) => {
    const warn = vi.spyOn(console, "warn").mockImplementation(() => {});
    const policy = new Policy({ retry: { deadlineMs: 50_000, attemptTimeoutMs: 40_000, strategy: constant(30_000) } });
    const { signal, abort } = abortable();
    const before = timersInProcess();
    const calls = [policy.call(hang, { signal }), policy.call(throwing(transient), { signal })].map(ending);
    await turn();
    changeTo(fake);
    abort();
    await Promise.all(calls);
    expect(warn).not.toHaveBeenCalled();
    // Nor is one of the platform's left, to keep the process alive.
    expect(timersInProcess()).toBeLessThanOrEqual(before);
  },
);

test.each(FAKES)("a call that began under $name and is aborted under the platform's timers ends", async (fake) => {
  const policy = new Policy({ retry: { deadlineMs: 50_000, attemptTimeoutMs: 40_000, strategy: constant(30_000) } });
  const { signal, abort } = abortable();
  changeTo(fake);
  const calls = [policy.execute(hang, { signal }), policy.execute(throwing(transient), { signal })];
  await turn();
  changeTo(null);
  abort();
  expect(await Promise.all(calls)).toMatchObject([{ stopReason: "ABORTED" }, { stopReason: "ABORTED" }]);
});

test("an hour of fake time that passes ends no call that waits for the platform's timers", async () => {
  const policy = new Policy({ retry: { deadlineMs: 60_000 } });
  const short = new Policy({ retry: { deadlineMs: BOUND_MS } });
  let resolve = (_value: string): void => {};
  const op = (): Promise<string> => new Promise((settle) => (resolve = settle));
  const calls = [short.execute(hang), policy.execute(op), policy.execute(hang, { signal: AbortSignal.timeout(100) })];
  await turn();
  const [fake] = FAKES as [TimerRegime];
  changeTo(fake);
  vi.advanceTimersByTime(3_600_000);
  await realDelay(4 * BOUND_MS);
  resolve("value");
  changeTo(null);
  expect(await Promise.all(calls)).toMatchObject([
    { stopReason: "DEADLINE_EXCEEDED" },
    { ok: true, value: "value" },
    { stopReason: "ABORTED" },
  ]);
});

function abortable(): { readonly signal: AbortSignal; abort(): void } {
  const controller = new AbortController();
  return { signal: controller.signal, abort: () => controller.abort("enough") };
}

function timersInProcess(): number {
  return process.getActiveResourcesInfo().filter((kind) => kind === "Timeout").length;
}
