/* Lessons, "Breakers", those about counting and cost: none of these sentences may ever be true of redress. */
import { CircuitBreaker, type CircuitBreakerOptions, type Permit } from "redress";
import { VirtualClock } from "redress/testing";
import { describe, expect, test } from "vitest";
import { runChild } from "../run/child.ts";

/** A breaker that one failure opens, on a clock. */
function setUp(options: CircuitBreakerOptions = {}) {
  const clock = new VirtualClock();
  const breaker = new CircuitBreaker({ failureThreshold: 1, recoveryTimeoutMs: 1_000, clock, ...options });
  const permit = (): Permit => {
    const decision = breaker.allow();
    if (!decision.admitted) throw new Error(`Rejected while ${decision.state}.`);
    return decision.permit;
  };
  const fail = (): void => breaker.recordFailure("TRANSIENT", permit());
  return { clock, breaker, permit, fail };
}

describe("counting", () => {
  test("never: failures of an hour ago still count after a long idle", () => {
    const { clock, breaker, fail } = setUp({ failureThreshold: 3, windowMs: 60_000 });
    fail();
    fail();
    clock.block(3_600_000);
    expect(breaker.failureCount).toBe(0);
    fail();
    expect([breaker.state, breaker.failureCount]).toEqual(["closed", 1]);
  });

  test("never: nor by a rate", () => {
    const { clock, breaker, fail } = setUp({
      failureThreshold: undefined,
      windowMs: 60_000,
      failureRate: { thresholdRatio: 0.5, minimumCalls: 3 },
    });
    fail();
    fail();
    clock.block(3_600_000);
    expect(breaker.failureCount).toBe(0);
    fail();
    expect(breaker.state).toBe("closed");
  });

  test("a failure exactly as old as the window is gone; one millisecond younger it counts", () => {
    for (const [idleMs, state] of [
      [60_000, "closed"],
      [59_999, "open"],
    ] as const) {
      const { clock, breaker, fail } = setUp({ failureThreshold: 2, windowMs: 60_000 });
      fail();
      clock.block(idleMs);
      fail();
      expect(breaker.state).toBe(state);
    }
  });

  test.each<[string, CircuitBreakerOptions]>([
    ["a count", { failureThreshold: 1e9 }],
    ["a rate", { failureThreshold: undefined, failureRate: { thresholdRatio: 1, minimumCalls: 1e9 } }],
  ])("never: one failing call costs more when the window holds a million calls, by %s", (_by, options) => {
    /** The least that a thousand failing calls cost, with so many in the window. */
    const cost = (calls: number): number => {
      const { clock, fail } = setUp({ windowMs: 3_600_000, ...options });
      for (let call = 0; call < calls; call++) {
        if (call % 100 === 0) clock.block(1);
        fail();
      }
      let least = Infinity;
      for (let round = 0; round < 15; round++) {
        const before = process.hrtime.bigint();
        for (let call = 0; call < 1_000; call++) fail();
        least = Math.min(least, Number(process.hrtime.bigint() - before));
      }
      return least;
    };
    cost(20_000);
    const few = cost(1_000);
    // Were each call to visit the window, this would be a factor of a thousand.
    expect(cost(1_000_000)).toBeLessThan(50 * few);
  });

  test("never: counting by rates holds every call of the window in memory", () => {
    const child = runChild(`
      let nowMs = 0;
      const clock = { now: () => nowMs, sleep: async () => {}, alarm: () => () => {} };
      const breaker = new redress.CircuitBreaker({ clock, windowMs: 3_600_000, failureRate: { thresholdRatio: 1, minimumCalls: 1e9 } });
      const record = (calls) => { for (let call = 0; call < calls; call++) { nowMs += 1; breaker.recordFailure("TRANSIENT", breaker.allow().permit); } };
      record(10_000); gc();
      const before = process.memoryUsage().heapUsed;
      record(1_000_000); gc();
      print(process.memoryUsage().heapUsed - before < 500_000);
    `);
    expect(child).toEqual({ printed: [true], errors: "", exit: 0 });
  });
});

test("never: 10,000 idle breakers burn the processor in timers, take 7 kB each, or stay in a list when they are dropped", () => {
  const child = runChild(`
    gc();
    const before = process.memoryUsage().heapUsed;
    let breakers = Array.from({ length: 10_000 }, (_, index) => new redress.CircuitBreaker({ name: "breaker" + index }));
    gc();
    print({ timers: timers(), small: (process.memoryUsage().heapUsed - before) / 10_000 < 2_000 });
    for (const breaker of breakers) { await breaker.call(async () => 1); breaker.trip(); }
    print({ timers: timers() });
    const refs = breakers.map((breaker) => new WeakRef(breaker));
    breakers = null;
    await new Promise(setImmediate); gc(); await new Promise(setImmediate); gc();
    print({ dropped: refs.filter((ref) => ref.deref() === undefined).length > 9_990 });
  `);
  expect(child).toEqual({ printed: [{ timers: 0, small: true }, { timers: 0 }, { dropped: true }], errors: "", exit: 0 });
});
