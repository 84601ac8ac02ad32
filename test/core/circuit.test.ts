/*
 * The transitions of the circuit, driven as a policy drives it: `allow`, then one report with the permit. Time is a number here.
 */
import {
  type BackoffContext,
  CircuitBreaker,
  type CircuitBreakerOptions,
  type CircuitState,
  type ErrorClass,
  type Permit,
  type Strategy,
} from "redress";
import { VirtualClock } from "redress/testing";
import { describe, expect, test } from "vitest";

function setUp(options: CircuitBreakerOptions = {}) {
  const clock = new VirtualClock();
  const changes: string[] = [];
  const breaker = new CircuitBreaker({
    failureThreshold: 2,
    windowMs: 1_000,
    recoveryTimeoutMs: 500,
    clock,
    onStateChange: ({ from, to, atMs }) => changes.push(`${from} -> ${to} @${atMs}`),
    ...options,
  });
  const admit = (): Permit => {
    const { permit } = breaker.allow();
    if (permit === null) throw new Error(`rejected while ${breaker.state}`);
    return permit;
  };
  const fail = (errorClass: ErrorClass = "TRANSIENT") => breaker.recordFailure(errorClass, admit());
  const succeed = () => breaker.recordSuccess(admit());
  const open = () => {
    while (!breaker.isOpen) fail();
  };
  return { clock, breaker, changes, admit, fail, succeed, open };
}

const inARow: CircuitBreakerOptions = { consecutive: true, windowMs: undefined };
const backoff = (...delays: readonly number[]): CircuitBreakerOptions => ({
  recoveryBackoff: ({ attempt }) => delays[attempt - 1] ?? 0,
});

type Step = "fail" | "succeed" | "cancel" | "rejected" | "trip" | "reset" | ErrorClass | number;

/** Plays steps one after the other; a number lets so many milliseconds pass. */
function play(options: CircuitBreakerOptions, steps: readonly Step[]): ReturnType<typeof setUp> {
  const circuit = setUp(options);
  const { breaker, clock, fail, succeed, admit } = circuit;
  for (const step of steps) {
    if (typeof step === "number") clock.block(step);
    else if (step === "fail") fail();
    else if (step === "succeed") succeed();
    else if (step === "cancel") breaker.recordCancel(admit());
    else if (step === "rejected") expect(breaker.allow()).toEqual({ admitted: false, state: breaker.state, permit: null });
    else if (step === "trip") breaker.trip();
    else if (step === "reset") breaker.reset();
    else fail(step);
  }
  return circuit;
}

test.each<[string, CircuitBreakerOptions, readonly Step[], CircuitState]>([
  ["a new circuit is closed", {}, [], "closed"],
  ["too few failures leave it closed", {}, ["fail"], "closed"],
  ["failures that reach the threshold open it", {}, ["fail", "fail"], "open"],
  ["successes in between do not excuse failures", {}, ["fail", "succeed", "succeed", "fail"], "open"],
  ["cancelled calls count for nothing", {}, ["fail", "cancel", "cancel"], "closed"],
  ["failures of classes that do not trip count for nothing", {}, ["PERMANENT", "UNKNOWN", "AUTH", "RATE_LIMIT"], "closed"],
  ["server errors and transient ones count together", {}, ["SERVER_ERROR", "TRANSIENT"], "open"],
  ["a failure just inside the window counts", {}, ["fail", 999, "fail"], "open"],
  ["a failure as old as the window is gone", {}, ["fail", 1_000, "fail"], "closed"],
  ["failures of an hour ago count no more after a long idle", {}, ["fail", 3_600_000, "fail"], "closed"],
  ["tripOn chooses the classes", { tripOn: ["AUTH"] }, ["TRANSIENT", "TRANSIENT", "AUTH", "AUTH"], "open"],
  ["an empty tripOn never opens", { tripOn: [] }, Array<Step>(50).fill("fail"), "closed"],
  ["the default threshold is five", { failureThreshold: undefined }, ["fail", "fail", "fail", "fail"], "closed"],
  ["the default threshold is five", { failureThreshold: undefined }, Array<Step>(5).fill("fail"), "open"],
  ["a class may have a lower threshold of its own", { classThresholds: { SERVER_ERROR: 1 } }, ["SERVER_ERROR"], "open"],
  ["which leaves the other classes theirs", { classThresholds: { SERVER_ERROR: 1 } }, ["TRANSIENT"], "closed"],
  ["a class with a threshold joins tripOn", { classThresholds: { RATE_LIMIT: 3 } }, ["RATE_LIMIT", "RATE_LIMIT"], "open"],
  ["a higher threshold of its own does not lift the common one", { classThresholds: { TRANSIENT: 9 } }, ["fail", "fail"], "open"],
  ["with consecutive, failures in a row open it", inARow, ["fail", "fail"], "open"],
  ["a success excuses the failures before it", inARow, ["fail", "succeed", "fail"], "closed"],
  ["and the count begins anew", inARow, ["fail", "succeed", "fail", "fail"], "open"],
  ["however far apart they are", inARow, ["fail", 1e12, "fail"], "open"],
  ["a cancelled call excuses nothing", inARow, ["fail", "cancel", "fail"], "open"],
  ["nor does a failure of a class that does not count", inARow, ["fail", "PERMANENT", "UNKNOWN", "fail"], "open"],
  [
    "a class with a threshold of its own is counted in a row too",
    { ...inARow, failureThreshold: 9, classThresholds: { RATE_LIMIT: 2 } },
    ["RATE_LIMIT", "succeed", "RATE_LIMIT"],
    "closed",
  ],
  [
    "and opens it",
    { ...inARow, failureThreshold: 9, classThresholds: { RATE_LIMIT: 2 } },
    ["RATE_LIMIT", "fail", "RATE_LIMIT"],
    "open",
  ],
  ["closing forgets the failures in a row", inARow, ["fail", "fail", 500, "succeed", "fail"], "closed"],
  [
    "a rate beside it still counts the failures before a success",
    { consecutive: true, failureThreshold: 9, failureRate: { thresholdRatio: 0.5, minimumCalls: 4 } },
    ["fail", "succeed", "succeed", "fail"],
    "open",
  ],
  ["the first recovery time is recoveryTimeoutMs", backoff(2_000), ["fail", "fail", 500, "succeed"], "closed"],
  ["a failed probe asks for the next", backoff(2_000), ["fail", "fail", 500, "fail", 1_999, "rejected"], "open"],
  ["which is over in time", backoff(2_000), ["fail", "fail", 500, "fail", 2_000, "succeed"], "closed"],
  [
    "the second failed probe asks for another",
    backoff(10, 3_000),
    ["fail", "fail", 500, "fail", 10, "fail", 2_999, "rejected"],
    "open",
  ],
  [
    "closing starts anew, with recoveryTimeoutMs",
    backoff(2_000),
    ["fail", "fail", 500, "fail", 2_000, "succeed", "fail", "fail", 500, "succeed"],
    "closed",
  ],
  [
    "and with the first delay",
    backoff(2_000, 7_000),
    ["fail", "fail", 500, "fail", 2_000, "succeed", "fail", "fail", 500, "fail", 2_000, "succeed"],
    "closed",
  ],
  ["a reset starts anew too", backoff(9_000), ["fail", "fail", 500, "fail", "reset", "fail", "fail", 500, "succeed"], "closed"],
  [
    "a probe that only succeeded among others starts nothing anew",
    { ...backoff(10, 7_000), successThreshold: 2 },
    ["fail", "fail", 500, "fail", 10, "succeed", "fail", 6_999, "rejected"],
    "open",
  ],
  ["a probe that proves nothing asks for nothing", backoff(9_000), ["fail", "fail", 500, "UNKNOWN", "succeed"], "closed"],
  ["a recovery time of 0 lets the next call in", backoff(0), ["fail", "fail", 500, "fail", "succeed"], "closed"],
  ...([Number.NaN, -1, Infinity] as const).map((ms): [string, CircuitBreakerOptions, readonly Step[], CircuitState] => [
    `after a delay of ${ms} recoveryTimeoutMs holds`,
    backoff(ms),
    ["fail", "fail", 500, "fail", 499, "rejected", 1, "succeed"],
    "closed",
  ]),
  ["an open circuit rejects", {}, ["fail", "fail", "rejected", "rejected"], "open"],
  ["and still does just before the recovery time", {}, ["fail", "fail", 499, "rejected"], "open"],
  ["after the recovery time it is open until somebody asks", {}, ["fail", "fail", 500], "open"],
  ["a successful probe closes it", {}, ["fail", "fail", 500, "succeed"], "closed"],
  ["a failed probe reopens it", {}, ["fail", "fail", 500, "fail"], "open"],
  ["so does one of a class with a threshold of its own", { classThresholds: { AUTH: 9 } }, ["fail", "fail", 500, "AUTH"], "open"],
  ["and of a class that tripOn names", { tripOn: ["TRANSIENT", "UNKNOWN"] }, ["fail", "fail", 500, "UNKNOWN"], "open"],
  ...(["AUTH", "PERMISSION", "PERMANENT", "CONCURRENCY", "RATE_LIMIT"] as const).map(
    (errorClass): [string, CircuitBreakerOptions, readonly Step[], CircuitState] => [
      `a probe that ${errorClass} answers found a dependency that is there, and closes it`,
      {},
      ["fail", "fail", 500, errorClass],
      "closed",
    ],
  ),
  ["as one success of the many that may be asked for", { successThreshold: 2 }, ["fail", "fail", 500, "PERMANENT"], "half_open"],
  ["and the rest may be of any kind", { successThreshold: 2 }, ["fail", "fail", 500, "PERMANENT", "succeed"], "closed"],
  ["a probe that fails with an UNKNOWN error proves nothing", {}, ["fail", "fail", 500, "UNKNOWN"], "half_open"],
  ["and frees its place", {}, ["fail", "fail", 500, "UNKNOWN", "UNKNOWN", "succeed"], "closed"],
  ["so does a server error that does not count", { tripOn: ["TRANSIENT"] }, ["fail", "fail", 500, "SERVER_ERROR"], "half_open"],
  [
    "and a transient one that does not",
    { tripOn: ["SERVER_ERROR"] },
    ["SERVER_ERROR", "SERVER_ERROR", 500, "TRANSIENT", "succeed"],
    "closed",
  ],
  ["a reopened one recovers from then on", {}, ["fail", "fail", 500, "fail", 499, "rejected"], "open"],
  ["a reopened one may close later", {}, ["fail", "fail", 500, "fail", 500, "succeed"], "closed"],
  ["a cancelled probe frees its place", {}, ["fail", "fail", 500, "cancel", "succeed"], "closed"],
  ["a cancelled probe proves nothing", {}, ["fail", "fail", 500, "cancel"], "half_open"],
  ["closing forgets the failures", {}, ["fail", "fail", 500, "succeed", "fail"], "closed"],
  ["and counts them anew", {}, ["fail", "fail", 500, "succeed", "fail", "fail"], "open"],
  ["more probes may be asked for", { successThreshold: 3 }, ["fail", "fail", 500, "succeed", "succeed"], "half_open"],
  [
    "one after the other, however few run at once",
    { successThreshold: 3 },
    ["fail", "fail", 500, "succeed", "succeed", "succeed"],
    "closed",
  ],
  [
    "a failure among them starts over",
    { successThreshold: 2 },
    ["fail", "fail", 500, "succeed", "fail", 500, "succeed"],
    "half_open",
  ],
  ["no recovery time means the next call is a probe", { recoveryTimeoutMs: 0 }, ["fail", "fail", "succeed"], "closed"],
  ["tripped by hand it opens", {}, ["trip", "rejected"], "open"],
  ["and stays open past the recovery time", {}, ["trip", 1e9, "rejected"], "open"],
  ["until it is reset", {}, ["trip", "reset", "succeed"], "closed"],
  ["tripping an open one keeps it from recovering", {}, ["fail", "fail", "trip", 1e9, "rejected"], "open"],
  ["a reset closes an open one", {}, ["fail", "fail", "reset", "succeed"], "closed"],
  ["a reset closes a half-open one", {}, ["fail", "fail", 500, "cancel", "reset"], "closed"],
  ["a reset forgets the failures", {}, ["fail", "reset", "fail"], "closed"],
])("%s", (_rule, options, steps, state) => {
  expect(play(options, steps).breaker.state).toBe(state);
});

describe("half-open", () => {
  test("admits at most so many probes at a time, and rejects the rest", () => {
    const { breaker, clock, open, admit } = setUp({ halfOpenMaxCalls: 2, successThreshold: 3 });
    open();
    clock.block(500);
    const [one, _two] = [admit(), admit()];
    expect(breaker.allow()).toEqual({ admitted: false, state: "half_open", permit: null });
    breaker.recordSuccess(one);
    const three = admit();
    expect(breaker.allow().admitted).toBe(false);
    breaker.recordCancel(three);
    expect(breaker.allow().admitted).toBe(true);
  });

  test("frees one place per probe, though a probe be reported twice", () => {
    const { breaker, clock, open, admit } = setUp({ halfOpenMaxCalls: 2, successThreshold: 9 });
    open();
    clock.block(500);
    const [one] = [admit(), admit()];
    breaker.recordCancel(one);
    breaker.recordCancel(one);
    breaker.recordSuccess(one);
    admit();
    expect(breaker.allow().admitted).toBe(false);
  });

  test("a success reported twice closes nothing early", () => {
    const { breaker, clock, open, admit } = setUp({ successThreshold: 2 });
    open();
    clock.block(500);
    const probe = admit();
    breaker.recordSuccess(probe);
    breaker.recordSuccess(probe);
    expect(breaker.state).toBe("half_open");
  });

  test("a probe that is never heard of again gives up its place after the longer of window and recovery time", () => {
    const { breaker, clock, open, admit } = setUp({ windowMs: 1_000, recoveryTimeoutMs: 500 });
    open();
    clock.block(500);
    const lost = admit();
    clock.block(999);
    expect(breaker.allow().admitted).toBe(false);
    clock.block(1);
    const next = admit();
    breaker.recordFailure("TRANSIENT", lost);
    expect(breaker.state).toBe("half_open");
    breaker.recordSuccess(next);
    expect(breaker.state).toBe("closed");
  });
});

describe("the strategy of the recovery times", () => {
  /** Writes down what it is asked and what it hears. */
  function listening() {
    const asked: BackoffContext[] = [];
    const heard: string[] = [];
    const recoveryBackoff: Strategy = Object.assign(
      (context: BackoffContext) => {
        asked.push(context);
        return 100 * context.attempt;
      },
      {
        recordSuccess: () => void heard.push("success"),
        recordFailure: (errorClass: ErrorClass) => void heard.push(errorClass),
      },
    );
    return { asked, heard, recoveryBackoff };
  }

  test("is told how many probes have failed, the class, and the recovery time before", () => {
    const { asked, recoveryBackoff } = listening();
    const random = () => 0.25;
    play({ recoveryBackoff, random }, ["fail", "fail", 500, "SERVER_ERROR", 100, "fail", 200, "succeed"]);
    const context = (attempt: number, errorClass: ErrorClass, prevSleepMs: number) => {
      return {
        attempt,
        errorClass,
        classification: { errorClass },
        prevSleepMs,
        remainingMs: Infinity,
        cause: "exception",
        random,
      };
    };
    expect(asked).toEqual([context(1, "SERVER_ERROR", 500), context(2, "TRANSIENT", 100)]);
  });

  test("is told of a probe that was only slow as TRANSIENT, and as a result", () => {
    const { asked, recoveryBackoff } = listening();
    const slowCalls = { durationMs: 50, thresholdRatio: 1, minimumCalls: 100 };
    const { breaker, clock, open, admit } = setUp({ recoveryBackoff, slowCalls, failureThreshold: 2 });
    open();
    clock.block(500);
    const probe = admit();
    clock.block(50);
    breaker.recordSuccess(probe);
    expect(asked).toMatchObject([{ attempt: 1, errorClass: "TRANSIENT", cause: "result" }]);
    expect([breaker.state, breaker.retryAfterMs]).toEqual(["open", 100]);
  });

  test("hears of failed probes and, where it delayed one, of the success that closes the circuit", () => {
    const { heard, recoveryBackoff } = listening();
    play({ recoveryBackoff }, ["fail", "fail", 500, "succeed", "fail", "fail", 500, "SERVER_ERROR", 100, "succeed", "succeed"]);
    expect(heard).toEqual(["SERVER_ERROR", "success"]);
  });

  test.each<[string, Strategy, string]>([
    [
      "throws",
      () => {
        throw new Error("no idea");
      },
      "no idea",
    ],
    ["returns no number", (() => "500") as never, "A recoveryBackoff must return a number of milliseconds at once, got string."],
    [
      "returns a promise",
      (() => Promise.reject(new Error("late"))) as never,
      "A recoveryBackoff must return a number of milliseconds at once, got a promise.",
    ],
  ])(
    "that %s leaves the circuit open for recoveryTimeoutMs, and whoever reports the probe hears of it",
    (_how, recoveryBackoff, message) => {
      const { breaker, changes, clock, open, admit, succeed } = setUp({ recoveryBackoff });
      open();
      clock.block(500);
      const probe = admit();
      expect(() => breaker.recordFailure("TRANSIENT", probe)).toThrow(message);
      expect([breaker.state, breaker.retryAfterMs]).toEqual(["open", 500]);
      expect(changes.at(-1)).toBe("half_open -> open @500");
      clock.block(500);
      succeed();
      expect(breaker.state).toBe("closed");
    },
  );
});

describe("epochs: a late result reports a state that is over", () => {
  test("a late success of a call from before the trip does not close a half-open circuit", () => {
    const { breaker, clock, open, admit } = setUp();
    const late = admit();
    open();
    clock.block(500);
    admit();
    breaker.recordSuccess(late);
    expect(breaker.state).toBe("half_open");
  });

  test("a late failure neither reopens a half-open circuit nor pushes the open window out", () => {
    const { breaker, clock, open, admit } = setUp();
    const [late, later] = [admit(), admit()];
    open();
    clock.block(400);
    breaker.recordFailure("TRANSIENT", late);
    expect(breaker.retryAfterMs).toBe(100);
    clock.block(100);
    const probe = admit();
    breaker.recordFailure("TRANSIENT", later);
    expect(breaker.state).toBe("half_open");
    breaker.recordSuccess(probe);
    expect(breaker.state).toBe("closed");
  });

  test("a late failure does not count in a closed circuit either", () => {
    const { breaker, clock, open, admit, succeed } = setUp();
    const late = admit();
    open();
    clock.block(500);
    succeed();
    breaker.recordFailure("TRANSIENT", late);
    expect(breaker.failureCount).toBe(0);
  });

  test("a late probe of an earlier half-open time does not count in a later one", () => {
    const { breaker, clock, open, admit, fail } = setUp({ halfOpenMaxCalls: 2 });
    open();
    clock.block(500);
    const late = admit();
    fail();
    clock.block(500);
    admit();
    breaker.recordSuccess(late);
    expect(breaker.state).toBe("half_open");
    breaker.recordFailure("TRANSIENT", late);
    expect(breaker.state).toBe("half_open");
  });

  test("results of calls from before a reset are ignored", () => {
    const { breaker, admit } = setUp();
    const [one, two] = [admit(), admit()];
    breaker.reset();
    breaker.recordFailure("TRANSIENT", one);
    breaker.recordFailure("TRANSIENT", two);
    expect([breaker.state, breaker.failureCount]).toEqual(["closed", 0]);
  });
});

test("every change of state is told once, with its time", () => {
  const { changes } = play({ successThreshold: 2 }, [
    "fail",
    "fail",
    500,
    "succeed",
    "fail",
    500,
    "succeed",
    "succeed",
    7,
    "trip",
    "reset",
    "reset",
  ]);
  expect(changes).toEqual([
    "closed -> open @0",
    "open -> half_open @500",
    "half_open -> open @500",
    "open -> half_open @1000",
    "half_open -> closed @1000",
    "closed -> open @1007",
    "open -> closed @1007",
  ]);
});
