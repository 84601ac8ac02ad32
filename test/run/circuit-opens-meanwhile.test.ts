/* A call that is retrying when the circuit opens stops there (rule 8a). */
import { CircuitBreaker, constant, isRetryExhaustedError, Policy, TransientError } from "redress";
import { VirtualClock } from "redress/testing";
import { describe, expect, test } from "vitest";
import { alwaysThrowing, asFailure, drivers, ending, listeningBreaker, played, recorder, stage, throwing } from "./driving.ts";

const transient = new TransientError("down");

describe.each(drivers)("through %s", (_name, driver) => {
  test("an open circuit is not retried against: the operation's last error ends the call", async () => {
    const circuitBreaker = new CircuitBreaker({ name: "users", clock: new VirtualClock() });
    const on = stage({ retry: { strategy: constant(10) }, circuitBreaker });
    const op = alwaysThrowing(transient);
    const outcome = asFailure(
      await driver.execute(on, (attempt) => {
        if (attempt.attempt === 2) circuitBreaker.trip();
        return op(attempt);
      }),
    );
    expect(outcome).toMatchObject({ stopReason: "CIRCUIT_OPEN", attempts: 2, lastError: transient, nextDelayMs: 10 });
    expect(outcome.error).toBe(transient);
  });

  test("a circuit that opens while the call sleeps keeps it from the next attempt", async () => {
    const circuitBreaker = new CircuitBreaker({ clock: new VirtualClock() });
    const seen = recorder();
    const beforeSleep = () => circuitBreaker.trip();
    const on = stage({ retry: { strategy: constant(10), beforeSleep }, circuitBreaker, hooks: seen });
    const outcome = asFailure(await driver.execute(on, alwaysThrowing(transient)));
    expect(outcome).toMatchObject({ stopReason: "CIRCUIT_OPEN", attempts: 1, elapsedMs: 10, lastError: transient });
  });

  test("a circuit that has opened and closed again is retried against", async () => {
    const circuitBreaker = new CircuitBreaker({ clock: new VirtualClock() });
    const on = stage({ retry: { strategy: constant(10) }, circuitBreaker });
    const op = throwing(transient, transient);
    const ended = await driver.call(on, (attempt) => {
      circuitBreaker.trip();
      circuitBreaker.reset();
      return op(attempt);
    });
    expect(ended).toEqual({ value: "value" });
  });

  test("where asked to wrap, it is wrapped: retries were given up", async () => {
    const circuitBreaker = new CircuitBreaker({ clock: new VirtualClock() });
    const on = stage({ retry: { strategy: constant(10), onExhausted: "wrap" }, circuitBreaker });
    const { error } = await driver.call(on, () => {
      circuitBreaker.trip();
      throw transient;
    });
    expect(isRetryExhaustedError(error)).toBe(true);
    expect(error).toMatchObject({ stopReason: "CIRCUIT_OPEN", cause: transient });
  });
});

test("the breaker hears of the call as of any that failed, and the event tells the state, the failure and attempt 0", async () => {
  const circuitBreaker = Object.assign(listeningBreaker(), { state: "closed" as "closed" | "open" });
  const told: unknown[] = [];
  const on = stage({
    retry: { strategy: constant(10) },
    circuitBreaker,
    hooks: { onMetric: (...event) => told.push(event) },
  });
  await ending(
    on.policy.call(() => {
      circuitBreaker.state = "open";
      throw transient;
    }),
  );
  expect(circuitBreaker.heard).toEqual(["TRANSIENT"]);
  expect(told.at(-1)).toEqual([
    "circuit_rejected",
    0,
    0,
    { state: "open", class: "TRANSIENT", err: "TransientError", stop_reason: "CIRCUIT_OPEN", cause: "exception" },
  ]);
});

test("calls that share a breaker stop when one of them opens it", async () => {
  const clock = new VirtualClock();
  const circuitBreaker = new CircuitBreaker({ failureThreshold: 1, clock });
  const policy = new Policy({ retry: { strategy: constant(10), maxAttempts: 10 }, circuitBreaker, clock });
  const short = new Policy({ retry: { maxAttempts: 1 }, circuitBreaker, clock });
  const op = alwaysThrowing(transient);
  const long = policy.execute(op);
  await clock.advance(15);
  await ending(short.call(() => Promise.reject(transient)));
  expect(await played(clock, long)).toMatchObject({ stopReason: "CIRCUIT_OPEN", attempts: 2 });
  expect(op.count).toBe(2);
});
