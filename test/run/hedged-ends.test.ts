/* How a call ends that has several attempts in flight, or is about to: what each of them is told, and which of them the end is about. */
import { DeadlineExceededError, type RetryBudget, TransientError } from "redress";
import { describe, expect, test } from "vitest";
import { asFailure, played, recorder } from "./driving.ts";
import { failing, hedging, script, slow } from "./hedging.ts";

const transient = new TransientError("transient");

test("the deadline tells each attempt in flight of itself", async () => {
  const on = hedging();
  const op = script(on.clock, slow(), slow());
  const outcome = asFailure(await played(on.clock, on.policy.execute(op, { deadlineMs: 150 })));
  const reasons = [1, 2].map((attempt) => op.reasons.get(attempt) as DeadlineExceededError);
  expect(reasons.every((reason) => reason instanceof DeadlineExceededError)).toBe(true);
  expect(reasons.map(({ attempt }) => attempt)).toEqual([1, 2]);
  expect(outcome.lastError).toBe(reasons[1]);
});

test("an abort is about the attempt that is in flight, and not about its hedge that has failed", async () => {
  const hooks = recorder();
  const controller = new AbortController();
  const on = hedging({ retry: { maxAttempts: 2 }, hooks });
  const call = on.policy.execute(script(on.clock, slow(), failing(10, transient)), { signal: controller.signal });
  await on.clock.advance(150);
  controller.abort("left");
  expect(asFailure(await call)).toMatchObject({ stopReason: "ABORTED", error: "left", attempts: 2 });
  expect(hooks.events.at(-1)).toMatchObject(["aborted", 1, 0, { stop_reason: "ABORTED" }]);
  expect(hooks.ends.map(({ attempt, decision, stopReason }) => [attempt, decision, stopReason])).toEqual([
    [2, "retry", null],
    [1, "aborted", "ABORTED"],
  ]);
});

describe("a budget that is asked for a hedge", () => {
  test("and aborts the call keeps the hedge from being made", async () => {
    const controller = new AbortController();
    const budget: RetryBudget = {
      remaining: () => 1,
      consume: () => {
        controller.abort("left");
        return true;
      },
    };
    const on = hedging({ budget });
    const op = script(on.clock, slow());
    const outcome = asFailure(await played(on.clock, on.policy.execute(op, { signal: controller.signal })));
    expect(outcome).toMatchObject({ stopReason: "ABORTED", error: "left", attempts: 1 });
    expect([op.beganAtMs, op.reasons.get(1)]).toEqual([[0], "left"]);
  });
});
