/* A breaker of the user's own answers, and fails, in ways that the package's never does. */
import type { Breaker, CircuitState, FailedHook } from "redress";
import { AbortRetryError, CircuitBreaker, CircuitOpenError, TransientError } from "redress";
import { describe, expect, test } from "vitest";
import { alwaysThrowing, drivers, listeningBreaker, recorder, stage } from "./driving.ts";

const own = new Error("the breaker's own");
const transient = new TransientError("down");

describe.each(drivers)("through %s", (_name, driver) => {
  test("one that admits without a permit does not decide: a TypeError, and no attempt", async () => {
    const allow = (() => ({ admitted: true, state: "closed" })) as unknown as Breaker["allow"];
    let made = 0;
    const { error } = await driver.call(stage({ circuitBreaker: { ...listeningBreaker(), allow } }), () => ++made);
    expect(error).toBeInstanceOf(TypeError);
    expect((error as Error).message).toContain("The allow() of a circuit breaker must return");
    expect(made).toBe(0);
  });

  test.each<[CircuitState, CircuitState]>([
    ["closed", "open"],
    ["open", "open"],
    ["half_open", "half_open"],
  ])("one that is %s when it rejects is said to be %s", async (state, said) => {
    const allow: Breaker["allow"] = () => ({ admitted: false, state: "open", permit: null });
    const circuitBreaker = { ...listeningBreaker(), state, allow };
    const { error } = await driver.call(stage({ circuitBreaker }), () => "value");
    expect(error).toBeInstanceOf(CircuitOpenError);
    expect((error as CircuitOpenError).state).toBe(said);
  });

  test.each(["recordSuccess", "recordFailure", "recordCancel"] as const)(
    "what its %s throws is told by that name",
    async (method) => {
      const told: [unknown, FailedHook][] = [];
      const circuitBreaker = listeningBreaker();
      circuitBreaker[method] = () => {
        throw own;
      };
      const on = stage({ circuitBreaker, operation: "op", onHookError: (error, hook) => told.push([error, hook]) });
      await driver.call(on, () => {
        if (method === "recordSuccess") return "value";
        throw method === "recordCancel" ? new AbortRetryError() : transient;
      });
      expect(told.map(([error, { name }]) => [error, name])).toEqual([[own, `circuitBreaker.${method}`]]);
    },
  );

  test("one whose state changes serves calls that nothing observes", async () => {
    const circuitBreaker = { ...listeningBreaker(), state: "open" as CircuitState };
    const { allow, recordSuccess } = circuitBreaker;
    circuitBreaker.allow = () => {
      circuitBreaker.state = "half_open";
      return allow();
    };
    circuitBreaker.recordSuccess = (permit) => {
      circuitBreaker.state = "closed";
      recordSuccess(permit);
    };
    expect(await driver.call(stage({ circuitBreaker }), () => "value")).toEqual({ value: "value" });
    expect([circuitBreaker.state, circuitBreaker.heard]).toEqual(["closed", ["success"]]);
  });

  test.each<[string, boolean]>([
    ["before", true],
    ["after", false],
  ])("no change is told of one whose state cannot be read %s what changes it", async (_when, isBefore) => {
    const hooks = recorder();
    let isReadable = true;
    let state: CircuitState = "closed";
    const listening = listeningBreaker();
    const circuitBreaker: Breaker = {
      name: "own",
      retryAfterMs: 0,
      get state() {
        if (!isReadable) throw own;
        return state;
      },
      allow: () => listening.allow(),
      recordSuccess: () => {},
      recordCancel: () => {},
      recordFailure: () => {
        state = "open";
        isReadable = isBefore;
      },
    };
    const on = stage({ circuitBreaker, hooks });
    expect(
      await driver.call(on, () => {
        isReadable = !isBefore;
        throw transient;
      }),
    ).toEqual({ error: transient });
    expect(hooks.names()).toEqual(["failed"]);
  });
});

test("a call that an observer makes while it is told of a change leaves it listening", () => {
  const circuitBreaker = new CircuitBreaker({ failureThreshold: 1 });
  const told: string[] = [];
  const inner = stage({ circuitBreaker, hooks: { onMetric: (event) => told.push(`inner: ${event}`) } });
  const outer = stage({
    circuitBreaker,
    hooks: {
      onMetric: (event) => {
        told.push(`outer: ${event}`);
        if (event !== "circuit_opened") return;
        expect(() => inner.policy.callSync(() => "value")).toThrow(CircuitOpenError);
        circuitBreaker.reset();
      },
    },
  });
  expect(() => outer.policy.callSync(alwaysThrowing(transient))).toThrow(transient);
  expect(told.slice(-3)).toEqual(["outer: circuit_opened", "inner: circuit_rejected", "outer: circuit_closed"]);
});
