/* An attempt that was asked for, or announced, and is not made after all: what its limiter and its observers are told. */
import { type AttemptEnd, constant, type Limiter, TransientError } from "redress";
import { describe, expect, test } from "vitest";
import { alwaysThrowing, asFailure, drivers, recorder, stage } from "./driving.ts";

/** A limiter that admits everybody, and writes down who asks and what comes back. */
function openLimiter(does = (): void => {}): Limiter & { asked: number; readonly ends: AttemptEnd[] } {
  const limiter = {
    name: "own",
    asked: 0,
    ends: [] as AttemptEnd[],
    admit: () => {
      limiter.asked++;
      does();
      return { kind: "admitted" } as const;
    },
    release: (_permit: unknown, end: AttemptEnd) => void limiter.ends.push(end),
  };
  return limiter;
}

describe.each(drivers)("through %s", (_name, driver) => {
  test("one that its own observer aborts gives its permit back unused", async () => {
    const controller = new AbortController();
    const limiter = openLimiter();
    const on = stage({ limiter, hooks: { onAttemptStart: () => controller.abort("left") } });
    let made = 0;
    const outcome = asFailure(await driver.execute(on, () => ++made, { signal: controller.signal }));
    expect(outcome).toMatchObject({ stopReason: "ABORTED", attempts: 0, error: "left" });
    expect([made, limiter.ends]).toEqual([0, ["unused"]]);
  });

  test.each<[string, "DEADLINE_EXCEEDED" | "ABORTED"]>([
    ["keeps the thread until the deadline", "DEADLINE_EXCEEDED"],
    ["aborts the call", "ABORTED"],
  ])("observers hear of the end, and of no attempt, where the limiter %s", async (_what, stopReason) => {
    const hooks = recorder();
    const controller = new AbortController();
    const limiter = openLimiter(() => (stopReason === "ABORTED" ? controller.abort() : on.clock.block(50)));
    const on = stage({ limiter, hooks });
    const options = { deadlineMs: 50, signal: controller.signal };
    const outcome = asFailure(await driver.execute(on, () => "value", options));
    expect(outcome).toMatchObject({ stopReason, attempts: 0 });
    const event = stopReason === "ABORTED" ? "aborted" : "deadline_exceeded";
    expect([hooks.names(), hooks.starts, limiter.ends]).toEqual([[event], [], ["unused"]]);
  });

  test("a sleep that ends after the deadline asks no limiter for another one", async () => {
    const limiter = openLimiter();
    const on = stage({ limiter, retry: { strategy: constant(10), deadlineMs: 100, sleeper: () => on.clock.block(100) } });
    const outcome = asFailure(await driver.execute(on, alwaysThrowing(new TransientError("down"))));
    expect(outcome).toMatchObject({ stopReason: "DEADLINE_EXCEEDED", attempts: 1 });
    expect(limiter.asked).toBe(1);
  });
});
