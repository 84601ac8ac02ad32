/* A call that has nothing to wait for is over when it is returned. */
import { CircuitBreaker, constant, type Failure, isCircuitOpenError, PermanentError, TransientError } from "redress";
import { expect, test } from "vitest";
import { alwaysThrowing, asFailure, ending, stage } from "./driving.ts";

test.each<[string, () => unknown, string]>([
  ["a value", () => "value", "ok"],
  [
    "an error",
    () => {
      throw new PermanentError("no");
    },
    "PERMANENT",
  ],
])("where its operation gives %s at once, its end is told before `call` returns", async (_what, op, expected) => {
  const told: string[] = [];
  const { policy } = stage({
    hooks: { onCallEnd: (_call, end) => told.push(end.ok ? "ok" : String((end as Failure).lastClass)) },
  });
  const call = ending(policy.call(op));
  expect([told, policy.inFlight]).toEqual([[expected], 0]);
  await call;
});

test("where it is rejected, no attempt is made, and the promise rejects", async () => {
  const circuitBreaker = new CircuitBreaker();
  circuitBreaker.trip();
  const { policy } = stage({ circuitBreaker });
  let count = 0;
  const call = ending(policy.call(() => count++));
  expect([count, policy.inFlight]).toEqual([0, 0]);
  expect(isCircuitOpenError((await call).error)).toBe(true);
});

test("an abort between a first attempt that fails at once and its retry without a delay keeps the call from that", async () => {
  const { policy } = stage({ retry: { strategy: constant(0) } });
  const op = alwaysThrowing(new TransientError("down"));
  const controller = new AbortController();
  const call = policy.execute(op, { signal: controller.signal });
  expect(op.count).toBe(1);
  controller.abort("enough");
  expect(asFailure(await call)).toMatchObject({ stopReason: "ABORTED", attempts: 1 });
  expect(op.count).toBe(1);
});
