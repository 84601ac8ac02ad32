import { CircuitBreaker, type CircuitBreakerOptions, type ErrorClass } from "redress";
import { VirtualClock } from "redress/testing";
import { describe, expect, test } from "vitest";

function setUp(options: CircuitBreakerOptions) {
  const clock = new VirtualClock();
  const breaker = new CircuitBreaker({ windowMs: 1_000, recoveryTimeoutMs: 500, clock, ...options });
  const run = (tookMs: number, errorClass?: ErrorClass): void => {
    const { permit } = breaker.allow();
    if (permit === null) throw new Error(`rejected while ${breaker.state}`);
    clock.block(tookMs);
    if (errorClass === undefined) breaker.recordSuccess(permit);
    else breaker.recordFailure(errorClass, permit);
  };
  return { clock, breaker, run, fail: () => run(0, "TRANSIENT"), succeed: () => run(0) };
}

const times = (n: number, step: () => void): void => {
  for (let i = 0; i < n; i++) step();
};

describe("a failure rate", () => {
  const failureRate = { thresholdRatio: 0.5, minimumCalls: 4 };

  test("opens once so large a share of enough calls has failed", () => {
    const { breaker, fail, succeed } = setUp({ failureRate });
    times(2, succeed);
    fail();
    expect(breaker.state).toBe("closed");
    fail();
    expect(breaker.state).toBe("open");
  });

  test("does not judge by too few calls", () => {
    const { breaker, fail } = setUp({ failureRate });
    times(3, fail);
    expect(breaker.state).toBe("closed");
    fail();
    expect(breaker.state).toBe("open");
  });

  test("leaves a smaller share alone, however many failures it is", () => {
    const { breaker, fail, succeed } = setUp({ failureRate });
    times(1_000, () => {
      succeed();
      succeed();
      fail();
    });
    expect(breaker.state).toBe("closed");
    expect(breaker.failureCount).toBe(1_000);
  });

  test("beside thresholds of classes alone, failureCount tells the failures that the rate goes by, successes between them or not", () => {
    const { breaker, fail, succeed } = setUp({ failureRate, consecutive: true, classThresholds: { RATE_LIMIT: 9 } });
    fail();
    succeed();
    expect(breaker.failureCount).toBe(1);
  });

  test("counts only failures that trip, but all calls", () => {
    const { breaker, run } = setUp({ failureRate });
    times(20, () => run(0, "PERMANENT"));
    expect(breaker.state).toBe("closed");
    times(19, () => run(0, "SERVER_ERROR"));
    expect(breaker.state).toBe("closed");
    run(0, "SERVER_ERROR");
    expect(breaker.state).toBe("open");
  });

  test("does not count cancelled calls", () => {
    const { breaker, fail } = setUp({ failureRate });
    times(3, fail);
    const { permit } = breaker.allow();
    if (permit !== null) breaker.recordCancel(permit);
    expect(breaker.state).toBe("closed");
  });

  test("looks at the window only", () => {
    const { breaker, clock, fail, succeed } = setUp({ failureRate });
    times(100, succeed);
    clock.block(1_000);
    times(3, fail);
    expect(breaker.state).toBe("closed");
    fail();
    expect(breaker.state).toBe("open");
  });

  test("replaces the default failure count, but stands beside one that is given", () => {
    const alone = setUp({ failureRate: { thresholdRatio: 0.9, minimumCalls: 100 } });
    times(50, alone.fail);
    expect(alone.breaker.state).toBe("closed");

    const both = setUp({ failureRate: { thresholdRatio: 0.9, minimumCalls: 100 }, failureThreshold: 5 });
    times(5, both.fail);
    expect(both.breaker.state).toBe("open");
  });

  test("stands beside thresholds of single classes", () => {
    const { breaker, run } = setUp({ failureRate: { thresholdRatio: 1, minimumCalls: 100 }, classThresholds: { RATE_LIMIT: 2 } });
    run(0, "RATE_LIMIT");
    expect(breaker.state).toBe("closed");
    run(0, "RATE_LIMIT");
    expect(breaker.state).toBe("open");
  });

  test("starts anew once the circuit has closed", () => {
    const { breaker, clock, fail, succeed } = setUp({ failureRate });
    times(4, fail);
    clock.block(500);
    succeed();
    times(3, fail);
    expect(breaker.state).toBe("closed");
    fail();
    expect(breaker.state).toBe("open");
  });
});

describe("slow calls", () => {
  const slowCalls = { durationMs: 100, thresholdRatio: 0.5, minimumCalls: 4 };

  test("open the circuit though every call succeeds", () => {
    const { breaker, run } = setUp({ slowCalls });
    times(2, () => run(99));
    run(100);
    expect(breaker.state).toBe("closed");
    run(150);
    expect(breaker.state).toBe("open");
  });

  test("may be failures, of any class", () => {
    const { breaker, run } = setUp({ slowCalls });
    times(4, () => run(100, "PERMANENT"));
    expect(breaker.state).toBe("open");
  });

  test("that are too small a share, or too few to judge by, leave it closed", () => {
    const few = setUp({ slowCalls });
    times(3, () => few.run(100));
    expect(few.breaker.state).toBe("closed");

    const rare = setUp({ slowCalls });
    times(3, () => {
      times(2, rare.succeed);
      rare.run(100);
    });
    expect(rare.breaker.state).toBe("closed");
  });

  test("replace the default failure count, but stand beside one that is given", () => {
    const alone = setUp({ slowCalls });
    times(50, alone.fail);
    expect(alone.breaker.state).toBe("closed");

    const both = setUp({ slowCalls, failureThreshold: 2 });
    times(2, both.fail);
    expect(both.breaker.state).toBe("open");
  });

  test("a slow probe reopens, though it succeeds", () => {
    const { breaker, clock, run } = setUp({ slowCalls });
    times(4, () => run(200));
    clock.block(500);
    run(100);
    expect(breaker.state).toBe("open");
    expect(breaker.retryAfterMs).toBe(500);
    clock.block(500);
    run(99);
    expect(breaker.state).toBe("closed");
  });

  test("and a failure rate are watched side by side", () => {
    const options: CircuitBreakerOptions = { slowCalls, failureRate: { thresholdRatio: 0.75, minimumCalls: 4 } };
    const slow = setUp(options);
    times(2, slow.succeed);
    times(2, () => slow.run(100));
    expect(slow.breaker.state).toBe("open");

    const failing = setUp(options);
    failing.succeed();
    times(3, failing.fail);
    expect(failing.breaker.state).toBe("open");
  });
});

test("where only classes have thresholds, failureCount is 0: no threshold is common to all of them", () => {
  const { breaker, run } = setUp({ failureThreshold: Infinity, classThresholds: { RATE_LIMIT: 2 } });
  run(0, "RATE_LIMIT");
  expect([breaker.failureCount, breaker.state]).toEqual([0, "closed"]);
  run(0, "RATE_LIMIT");
  expect(breaker.state).toBe("open");
});
