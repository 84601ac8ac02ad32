/* What a permit of a circuit is worth: for how long, in which state, and to which breaker. */
import { CircuitBreaker, type CircuitBreakerOptions, type Permit } from "redress";
import { VirtualClock } from "redress/testing";
import { expect, test } from "vitest";

function setUp(options: CircuitBreakerOptions = {}) {
  const clock = new VirtualClock();
  const breaker = new CircuitBreaker({ failureThreshold: 1, windowMs: 1_000, recoveryTimeoutMs: 500, clock, ...options });
  const admit = (): Permit => {
    const { permit } = breaker.allow();
    if (permit === null) throw new Error(`rejected while ${breaker.state}`);
    return permit;
  };
  const fail = () => breaker.recordFailure("TRANSIENT", admit());
  return { clock, breaker, admit, fail };
}

test("a new breaker was not opened by hand", () => {
  const { breaker } = setUp();
  expect([breaker.state, breaker.isHeld]).toEqual(["closed", false]);
  breaker.trip();
  expect(breaker.isHeld).toBe(true);
});

test("the calls of a closed circuit share one permit, unless their durations matter", () => {
  const { breaker, admit } = setUp();
  expect(admit()).toBe(admit());
  expect(breaker.allow()).toBe(breaker.allow());

  const timed = setUp({ slowCalls: { durationMs: 100, thresholdRatio: 1, minimumCalls: 2 } });
  const first = timed.admit();
  timed.clock.block(60);
  timed.breaker.recordSuccess(timed.admit());
  timed.clock.block(60);
  expect([first.atMs, timed.admit().atMs]).toEqual([0, 120]);
});

test("a permit tells how often the state had changed when it was given", () => {
  const { clock, breaker, admit, fail } = setUp();
  expect(admit().epoch).toBe(0);
  fail();
  clock.block(500);
  const probe = admit();
  expect(probe.epoch).toBe(2);
  breaker.recordSuccess(probe);
  expect(admit().epoch).toBe(3);
});

test("a probe that takes long keeps its place, and counts, as long as no other call needs it", () => {
  const { clock, breaker, admit, fail } = setUp({ halfOpenMaxCalls: 2 });
  fail();
  clock.block(500);
  const long = admit();
  clock.block(1_000);
  admit();
  breaker.recordSuccess(long);
  expect(breaker.state).toBe("closed");
});

test("a permit of another breaker moves nothing in an open one", () => {
  const { breaker, fail } = setUp();
  const other = setUp();
  fail();
  other.breaker.reset();
  const foreign = other.admit();
  breaker.recordCancel(foreign);
  breaker.recordSuccess(foreign);
  breaker.recordFailure("TRANSIENT", foreign);
  expect([breaker.state, breaker.retryAfterMs]).toEqual(["open", 500]);
});

test.each(["no idea", null, undefined])("whoever reports a probe hears what the strategy threw, be it no error: %j", (thrown) => {
  const recoveryBackoff = (): never => {
    throw thrown;
  };
  const { clock, breaker, admit, fail } = setUp({ recoveryBackoff });
  fail();
  clock.block(500);
  const probe = admit();
  let heard: unknown = "nothing";
  try {
    breaker.recordFailure("TRANSIENT", probe);
  } catch (error) {
    heard = error;
  }
  expect([heard, breaker.state]).toEqual([thrown, "open"]);
});
