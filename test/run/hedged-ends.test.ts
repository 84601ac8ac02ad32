/* How a call ends that has several attempts in flight, or is about to: what each of them is told, and which of them the end is about. */
import { DeadlineExceededError, type RetryBudget, TransientError } from "redress";
import { expect, test } from "vitest";
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

test.each([1, 2])("a budget that aborts the call when it is asked for hedge %i keeps that hedge from being made", async (nth) => {
  const controller = new AbortController();
  let asked = 0;
  const budget: RetryBudget = {
    remaining: () => 1,
    consume: () => {
      if (++asked === nth) controller.abort("left");
      return true;
    },
  };
  const on = hedging({ budget }, { maxHedges: 3 });
  const op = script(on.clock, slow());
  const outcome = asFailure(await played(on.clock, on.policy.execute(op, { signal: controller.signal })));
  expect(outcome).toMatchObject({ stopReason: "ABORTED", error: "left", attempts: nth });
  expect(op.beganAtMs).toEqual([0, 100].slice(0, nth));
  expect([...op.reasons.values()]).toEqual(["left", "left"].slice(0, nth));
});
