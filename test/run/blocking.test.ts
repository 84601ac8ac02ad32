/* A synchronous call blocks its thread: by its sleeper, its clock or, where the clock cannot, by the platform. */
import { constant, Policy } from "redress";
import { afterEach, describe, expect, test, vi } from "vitest";
import { systemClock } from "../../src/run/time/clock.ts";
import { alwaysThrowing, asFailure, hang, stage, throwing } from "./driving.ts";

const failed = new Error("failed");
const retry = { strategy: constant(40), classifier: () => "TRANSIENT" as const, maxAttempts: 2 };

afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllGlobals();
});

describe("a sleeper that throws", () => {
  test("because the caller has aborted leaves that to be the end", () => {
    const controller = new AbortController();
    const sleeper = (): never => {
      controller.abort("left");
      throw new Error("woken");
    };
    const outcome = stage({ retry: { ...retry, sleeper } }).policy.executeSync(throwing(failed), { signal: controller.signal });
    expect(asFailure(outcome)).toMatchObject({ stopReason: "ABORTED", attempts: 1, error: "left" });
  });

  test("for another reason ends the call with its error", () => {
    const broken = new Error("broken");
    const sleeper = (): never => {
      throw broken;
    };
    expect(() => stage({ retry: { ...retry, sleeper } }).policy.callSync(throwing(failed))).toThrow(broken);
  });

  test("and aborts the call ends an asynchronous one by the abort, too", async () => {
    const controller = new AbortController();
    const sleeper = (): never => {
      controller.abort("left");
      throw new Error("woken");
    };
    const { policy } = stage({ retry: { ...retry, sleeper } });
    expect(asFailure(await policy.execute(throwing(failed), { signal: controller.signal }))).toMatchObject({
      stopReason: "ABORTED",
      error: "left",
    });
  });
});

test("many retries without a delay do not sleep: a thread that is blocked has no turn to give", () => {
  const slept = vi.spyOn(systemClock, "sleepSync");
  const policy = new Policy({ retry: { ...retry, strategy: constant(0), maxAttempts: 200 } });
  expect(asFailure(policy.executeSync(alwaysThrowing(failed))).attempts).toBe(200);
  expect(slept).not.toHaveBeenCalled();
});

describe("a clock that cannot block", () => {
  const clock = { now: () => 0, sleep: hang, alarm: () => () => {} };
  const call = () => new Policy({ clock, retry }).callSync(throwing(failed));

  test("leaves it to the platform", () => {
    const wait = vi.spyOn(Atomics, "wait").mockReturnValue("timed-out");
    expect(call()).toBe("value");
    expect(wait.mock.calls.map((given) => given.at(-1))).toEqual([40]);
  });

  test("says what to do where the thread may not block", () => {
    const cause = new TypeError("Atomics.wait cannot be called in this context");
    vi.spyOn(Atomics, "wait").mockImplementation(() => {
      throw cause;
    });
    expect(call).toThrow(
      expect.objectContaining({
        message:
          "This thread may not block: in browsers, only workers may. So a synchronous call cannot sleep: give the policy a `sleeper`, or use `call`.",
        cause,
      }),
    );
  });

  test("says so where there is nothing to block on", () => {
    vi.stubGlobal("SharedArrayBuffer", undefined);
    expect(call).toThrow(/^There is no SharedArrayBuffer here to block on: .+ give the policy a `sleeper`, or use `call`\.$/);
  });
});

test("the system's clock does not block for no time", () => {
  const wait = vi.spyOn(Atomics, "wait").mockReturnValue("timed-out");
  for (const ms of [0, -1, 1]) systemClock.sleepSync?.(ms);
  expect(wait).toHaveBeenCalledTimes(1);
});

describe("a thread that waits for a limiter", () => {
  const limiter = (cancel: () => void) => ({
    name: "own",
    admit: () => ({ kind: "queued", cancel, readyInMs: () => 5 }) as const,
    release: () => {},
  });

  test("ends by its deadline where it has slept too long", () => {
    const cancel = vi.fn();
    const on = stage({ limiter: limiter(cancel) });
    vi.spyOn(on.clock, "sleepSync").mockImplementation(() => on.clock.block(100));
    const outcome = asFailure(on.policy.executeSync(() => "value", { deadlineMs: 50 }));
    expect(outcome).toMatchObject({ stopReason: "DEADLINE_EXCEEDED", attempts: 0 });
    expect(cancel).toHaveBeenCalledTimes(1);
  });

  test("ends by an abort that came while it slept", () => {
    const cancel = vi.fn();
    const controller = new AbortController();
    const on = stage({ limiter: limiter(cancel) });
    vi.spyOn(on.clock, "sleepSync").mockImplementation((ms) => {
      on.clock.block(ms);
      controller.abort("left");
    });
    const outcome = asFailure(on.policy.executeSync(() => "value", { signal: controller.signal }));
    expect(outcome).toMatchObject({ stopReason: "ABORTED", error: "left" });
    expect([cancel.mock.calls.length, on.clock.now()]).toEqual([1, 5]);
  });
});
