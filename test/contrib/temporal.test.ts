/* Activities under a policy, against a fake of Temporal's module: the real one is in test/services/queues. */
import {
  AbortRetryError,
  AuthError,
  Budget,
  CircuitBreaker,
  CircuitOpenError,
  constant,
  LimitedError,
  Policy,
  type Progress,
  TransientError,
} from "redress";
import { currentAttempt } from "redress/scope";
import { activitiesWithPolicy, temporalActivity } from "redress/temporal";
import { VirtualClock } from "redress/testing";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { ActivityInfo } from "../../src/contrib/temporal/index.ts";
import { ApplicationFailure, AttemptOf, activity, CancelledFailure, CompleteAsyncError } from "./temporal-fake.ts";

const clock = new VirtualClock();
const policy = new Policy({ retry: { strategy: constant(700), maxAttempts: 3 }, clock });
const down = new TransientError("connect ECONNREFUSED");
const fail = (error: unknown) => (): never => {
  throw error;
};
const options = { activity, random: () => 0.5 };
const failing = (error: unknown, under: Policy = policy) => temporalActivity(under, fail(error), options);
const left = (change: Partial<Progress> = {}): Progress => ({
  version: 1,
  attempts: 1,
  failures: { TRANSIENT: 1 },
  elapsedMs: 700,
  prevSleepMs: 700,
  deliveries: 1,
  ...change,
});

test("an activity gets its arguments, and gives its value", async () => {
  const sendMail = temporalActivity(policy, async (to: string, copies = 1) => `${to} ${copies}`, options);
  expect(await new AttemptOf().run(() => sendMail("a@b.c"))).toBe("a@b.c 1");
});

test("a retryable failure says when Temporal is to retry, and leaves its progress in the last heartbeat", async () => {
  const attempt = new AttemptOf();
  const failure = await attempt.failure(failing(down));
  expect(failure).toBeInstanceOf(ApplicationFailure);
  expect(failure).toMatchObject({
    message: "SCHEDULED: connect ECONNREFUSED",
    type: "TRANSIENT",
    nonRetryable: false,
    nextRetryDelay: 700,
    cause: down,
    details: [{ stopReason: "SCHEDULED", errorClass: "TRANSIENT", attempts: 1, elapsedMs: 0, nextDelayMs: 700 }],
  });
  expect(attempt.heartbeats).toEqual([{ redress: left() }]);
});

test("a final failure is not retried, and its type is the stop reason", async () => {
  const attempt = new AttemptOf();
  const failure = await attempt.failure(failing(new AuthError("no such key")));
  expect(failure).toMatchObject({
    message: "NON_RETRYABLE_CLASS: no such key",
    type: "NON_RETRYABLE_CLASS",
    nonRetryable: true,
    details: [{ stopReason: "NON_RETRYABLE_CLASS", errorClass: "AUTH", attempts: 1, elapsedMs: 0 }],
  });
  expect(failure.nextRetryDelay).toBeUndefined();
  expect(attempt.heartbeats).toEqual([]);
});

test("what is no error has no cause, and a message all the same", async () => {
  const failure = await new AttemptOf().failure(failing("down", policy.with({ retry: { maxAttempts: 1 } }) as Policy));
  expect([failure.message, failure.cause]).toEqual([expect.stringContaining("MAX_ATTEMPTS_GLOBAL"), undefined]);
});

/** All attempts of one activity, as Temporal makes them; `killed` ones end without a word. */
async function attemptsOf(fn: () => unknown, killed: readonly number[] = []): Promise<ApplicationFailure[]> {
  const failures: ApplicationFailure[] = [];
  let heartbeatDetails: unknown;
  for (let attempt = 1; attempt < 20; attempt++) {
    if (killed.includes(attempt)) continue;
    const one = new AttemptOf({ attempt, heartbeatDetails });
    failures.push(await one.failure(fn));
    heartbeatDetails = one.heartbeats.at(-1) ?? heartbeatDetails;
    if (failures.at(-1)?.nonRetryable === true) return failures;
  }
  throw new Error("Temporal retries for ever");
}

test("caps hold over all attempts of Temporal's", async () => {
  const made = vi.fn(fail(down));
  const failures = await attemptsOf(temporalActivity(policy, made, options));
  expect(failures.map(({ type }) => type)).toEqual(["TRANSIENT", "TRANSIENT", "MAX_ATTEMPTS_GLOBAL"]);
  expect(made).toHaveBeenCalledTimes(3);
  const unknown = await attemptsOf(temporalActivity(policy.with({ retry: { maxAttempts: 9 } }), fail("what?"), options));
  expect(unknown.map(({ type }) => type)).toEqual(["UNKNOWN", "UNKNOWN", "MAX_UNKNOWN_ATTEMPTS"]);
});

test("an attempt whose worker was killed counts as one", async () => {
  const made = vi.fn(fail(down));
  const failures = await attemptsOf(temporalActivity(policy, made, options), [2]);
  expect(failures.map(({ type }) => type)).toEqual(["TRANSIENT", "MAX_ATTEMPTS_GLOBAL"]);
  expect(made).toHaveBeenCalledTimes(2);
  const all = await attemptsOf(temporalActivity(policy, made, options), [1, 2, 3, 4]);
  expect(all.map(({ type }) => type)).toEqual(["MAX_ATTEMPTS_GLOBAL"]);
  expect(made).toHaveBeenCalledTimes(2);
});

test("a delay of parts of a millisecond is a whole one, and never 0, which Temporal takes for none", async () => {
  for (const [ms, whole] of [
    [0, 1],
    [0.2, 1],
    [700.4, 701],
  ] as const) {
    const failure = await new AttemptOf().failure(failing(down, policy.with({ retry: { strategy: constant(ms) } }) as Policy));
    expect(failure.nextRetryDelay).toBe(whole);
  }
});

describe("an activity's own heartbeats", () => {
  const beating = (details?: unknown) =>
    temporalActivity(
      policy,
      () => {
        const context = activity.Context.current();
        if (details !== undefined) context.heartbeat(details);
        throw Object.assign(new TransientError("seen"), { details: context.info.heartbeatDetails });
      },
      options,
    );
  const seen = (failure: ApplicationFailure): unknown => (failure.cause as { readonly details?: unknown }).details;

  test("travel beside the progress, and it sees them alone", async () => {
    const first = new AttemptOf();
    expect(seen(await first.failure(beating({ row: 7 })))).toBeUndefined();
    expect(first.heartbeats).toEqual([
      { redress: null, details: { row: 7 } },
      { redress: left(), details: { row: 7 } },
    ]);
    const second = new AttemptOf({ attempt: 2, heartbeatDetails: first.heartbeats.at(-1) });
    expect(seen(await second.failure(beating()))).toEqual({ row: 7 });
    expect(second.heartbeats).toMatchObject([{ redress: { attempts: 2, deliveries: 2 }, details: { row: 7 } }]);
  });

  test("from before it went under a policy are its own", async () => {
    const attempt = new AttemptOf({ attempt: 2, heartbeatDetails: "row 7" });
    expect(seen(await attempt.failure(beating()))).toBe("row 7");
    expect(attempt.heartbeats).toMatchObject([{ redress: { attempts: 2 }, details: "row 7" }]);
  });
});

test("a local activity has no heartbeats: Temporal's count of attempts is all there is", async () => {
  const attempt = new AttemptOf({ isLocal: true, attempt: 2 });
  expect(await attempt.failure(failing(down))).toMatchObject({ nextRetryDelay: 700, details: [{ attempts: 2 }] });
  expect(attempt.heartbeats).toEqual([]);
});

test("a progress that was tampered with ends the activity, or begins anew", async () => {
  const tampered = { heartbeatDetails: { redress: { version: 1, attempts: -5 } } };
  expect(await new AttemptOf(tampered).failure(failing(down))).toMatchObject({
    type: "InvalidProgressError",
    nonRetryable: true,
    message: "The call cannot be resumed: progress.attempts must be an integer >= 0, got -5.",
  });
  const restart = temporalActivity(policy, fail(down), { ...options, otherwise: "restart" });
  expect(await new AttemptOf(tampered).failure(restart)).toMatchObject({ type: "TRANSIENT", details: [{ attempts: 1 }] });
});

describe("a circuit or a limiter puts the activity off", () => {
  test("the policy's own, without using up an attempt", async () => {
    const circuitBreaker = new CircuitBreaker({ clock, recoveryTimeoutMs: 10_000 });
    circuitBreaker.trip();
    const attempt = new AttemptOf();
    const own = policy.with({ circuitBreaker }) as Policy;
    const failure = await attempt.failure(failing(down, own));
    expect(failure).toMatchObject({ type: "CIRCUIT_OPEN", nonRetryable: false, nextRetryDelay: 31_500 });
    expect(attempt.heartbeats).toMatchObject([{ redress: { attempts: 0, deliveries: 1 } }]);
  });

  test("a spent retry budget does, too", async () => {
    const budget = new Budget({ maxRetries: 0, windowMs: 60_000 });
    const failure = await new AttemptOf().failure(failing(down, policy.with({ budget }) as Policy));
    expect(failure).toMatchObject({ type: "BUDGET_EXHAUSTED", nonRetryable: false, nextRetryDelay: 31_500 });
  });

  test("one further in, by what it says", async () => {
    const classified = policy.with({ retry: { classifier: () => "PERMANENT" } }) as Policy;
    const open = new CircuitOpenError({ breaker: "b", state: "open", retryAfterMs: 12_000 });
    expect(await new AttemptOf().failure(failing(open, classified))).toMatchObject({
      type: "CIRCUIT_OPEN",
      nextRetryDelay: 12_600,
    });
    const full = new LimitedError({ limiter: "l", reason: "rate", retryAfterMs: 4_000, why: "" });
    expect(await new AttemptOf().failure(failing(full, classified))).toMatchObject({ type: "LIMITED", nextRetryDelay: 4_200 });
  });
});

describe("cancellation", () => {
  const hanging = (under: Policy = policy) => temporalActivity(under, () => new Promise(() => {}), options);

  test("ends the attempt at once, by the CancelledFailure that Temporal has given", async () => {
    const attempt = new AttemptOf();
    const ended = attempt.failure(hanging());
    attempt.cancel("CANCELLED", { cancelRequested: true });
    const failure = await ended;
    expect([failure.name, failure.message]).toEqual(["CancelledFailure", "CANCELLED"]);
    expect(attempt.heartbeats).toEqual([]);
  });

  test("by a pause passes through as well", async () => {
    const attempt = new AttemptOf();
    const ended = attempt.failure(hanging());
    attempt.cancel("PAUSED", {});
    expect((await ended).name).toBe("CancelledFailure");
  });

  test("by a worker that shuts down gives the activity back at once, with what it has used up", async () => {
    const attempt = new AttemptOf();
    const ended = attempt.failure(hanging());
    attempt.cancel("WORKER_SHUTDOWN", { workerShutdown: true });
    expect(await ended).toMatchObject({ type: "WorkerShutdown", nonRetryable: false, nextRetryDelay: 1 });
    expect(attempt.heartbeats).toMatchObject([{ redress: { attempts: 1, failures: {} } }]);
  });

  test("that comes while the attempt fails goes before the failure", async () => {
    const attempt = new AttemptOf();
    const cancelled = temporalActivity(
      policy,
      () => {
        attempt.cancel("CANCELLED", { cancelRequested: true });
        throw new AuthError("no");
      },
      options,
    );
    expect((await attempt.failure(cancelled)).name).toBe("CancelledFailure");
  });
});

describe("what an activity says to Temporal passes through untouched", () => {
  const fallback = policy.with({ fallback: () => "instead", circuitBreaker: { failureThreshold: 1, name: "b" } }) as Policy;
  test.each<[string, Error]>([
    ["a cancellation", new CancelledFailure("stopped")],
    ["the completion by somebody else", new CompleteAsyncError()],
    [
      "a failure that is not to be retried",
      ApplicationFailure.create({ message: "", type: "CardDeclined", nonRetryable: true, details: [1] }),
    ],
  ])("%s, and no fallback takes its place", async (_what, error) => {
    for (const under of [policy, fallback]) expect(await new AttemptOf().failure(failing(error, under))).toBe(error);
  });

  test("a failure that may be retried is the policy's to decide on", async () => {
    const error = ApplicationFailure.create({ message: "busy", type: "Busy", nonRetryable: false, details: [] });
    const failure = await new AttemptOf().failure(failing(error));
    expect(failure).toMatchObject({ type: "UNKNOWN", nextRetryDelay: 700, cause: error });
  });

  test("an operation that stops itself means it", async () => {
    expect(await new AttemptOf().failure(failing(new AbortRetryError("enough")))).toMatchObject({
      type: "ABORTED",
      nonRetryable: true,
    });
  });
});

describe("a retry policy in Temporal that cuts", () => {
  const refused: readonly [string, ActivityInfo["retryPolicy"], RegExp][] = [
    ["by its attempts", { maximumAttempts: 5 }, /^The retry policy of activity "sendMail" .* maximumAttempts: 5.* leave it out/],
    [
      "by a type of ours",
      { nonRetryableErrorTypes: ["CardDeclined", "transient"] },
      /"transient" among its nonRetryableErrorTypes/,
    ],
  ];
  test.each(refused)("%s is refused, and nothing is called", async (_how, retryPolicy, message) => {
    const made = vi.fn();
    const failure = await new AttemptOf({ retryPolicy }).failure(temporalActivity(policy, made, options));
    expect(failure).toMatchObject({ type: "RetryPolicy", nonRetryable: true, message: expect.stringMatching(message) });
    expect(made).not.toHaveBeenCalled();
  });
  test.each(refused)("%s may be accepted", async (_how, retryPolicy) => {
    const accepting = temporalActivity(policy, () => "sent", { ...options, retryPolicy: "accept" });
    expect(await new AttemptOf({ retryPolicy }).run(() => accepting())).toBe("sent");
  });
  test("is not one that has no limit, nor one with types of the activity's own", async () => {
    for (const retryPolicy of [
      {},
      { maximumAttempts: 0 },
      { maximumAttempts: Infinity, nonRetryableErrorTypes: ["CardDeclined"] },
    ])
      expect(await new AttemptOf({ retryPolicy }).run(temporalActivity(policy, () => "sent", options))).toBe("sent");
  });
});

describe("the activity's own timeouts", () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  test("scheduleToClose bounds all attempts: a delay that would pass it is not waited for", async () => {
    const times = { scheduleToCloseTimeoutMs: 1_000, scheduledTimestampMs: 5_000, currentAttemptScheduledTimestampMs: 5_200 };
    expect(await new AttemptOf(times).failure(failing(down))).toMatchObject({ nextRetryDelay: 700 });
    const late = { ...times, currentAttemptScheduledTimestampMs: 5_400 };
    expect(await new AttemptOf(late).failure(failing(down))).toMatchObject({ type: "DEADLINE_EXCEEDED", nonRetryable: true });
  });

  test("startToClose ends an attempt a little before, as one that took too long, and its progress is kept", async () => {
    let signal: AbortSignal | undefined;
    let inner: AbortSignal | undefined;
    const slow = temporalActivity(
      policy,
      () => {
        signal = activity.Context.current().cancellationSignal;
        void new Policy({}).execute((attempt) => {
          inner = attempt.signal;
          return new Promise(() => {});
        });
        return new Promise(() => {});
      },
      options,
    );
    const attempt = new AttemptOf({ startToCloseTimeoutMs: 30_000 });
    const ended = attempt.failure(slow);
    await vi.advanceTimersByTimeAsync(28_999);
    expect(signal?.aborted).toBe(false);
    await vi.advanceTimersByTimeAsync(1);
    expect([signal?.aborted, inner?.aborted]).toEqual([true, true]);
    expect(await ended).toMatchObject({ type: "TRANSIENT", nextRetryDelay: 700, cause: { name: "AttemptTimeoutError" } });
    expect(attempt.heartbeats).toMatchObject([{ redress: { attempts: 1, failures: { TRANSIENT: 1 } } }]);
    expect(vi.getTimerCount()).toBe(0);
  });

  test("an attempt that ends in time leaves no timer", async () => {
    const quick = temporalActivity(policy, () => "value", options);
    expect(await new AttemptOf({ startToCloseTimeoutMs: 30_000 }).run(() => quick())).toBe("value");
    await vi.advanceTimersByTimeAsync(0);
    expect(vi.getTimerCount()).toBe(0);
  });
});

test("the activity finds its attempt by currentAttempt", async () => {
  const which = temporalActivity(policy, () => currentAttempt()?.attempt, options);
  expect(await new AttemptOf({ attempt: 2, startToCloseTimeoutMs: 1e9 }).run(() => which())).toBe(2);
});

describe("several activities", () => {
  test("go under one policy, each with its own parameters", async () => {
    const activities = activitiesWithPolicy(
      policy,
      { double: (n: number) => 2 * n, greet: async (name: string) => `hi ${name}` },
      options,
    );
    const double: (n: number) => Promise<number> = activities.double;
    const greet: (name: string) => Promise<string> = activities.greet;
    expect(await new AttemptOf().run(() => double(2))).toBe(4);
    expect(await new AttemptOf().run(() => greet("you"))).toBe("hi you");
    expect(Object.keys(activities)).toEqual(["double", "greet"]);
    expect(activities.double.name).toBe("double");
  });

  test("are functions", () => {
    expect(() => activitiesWithPolicy(policy, { sendMail: "no" } as never, options)).toThrow(
      /activities\.sendMail must be a function/,
    );
    expect(() => activitiesWithPolicy(policy, new (class Mailer {})() as never, options)).toThrow(
      /must be a plain object of functions/,
    );
  });
});

test.each<[string, () => unknown, RegExp]>([
  ["no policy", () => temporalActivity({} as never, () => {}, options), /temporalActivity\.policy must be a Policy/],
  ["no function", () => temporalActivity(policy, "no" as never, options), /temporalActivity\.fn must be a function/],
  ["no module", () => temporalActivity(policy, () => {}, {} as never), /temporalActivity\.activity must be the module/],
  [
    "a module without nextRetryDelay",
    () =>
      temporalActivity(policy, () => {}, {
        activity: { ...activity, ApplicationFailure: { create: ({ message }) => new Error(message) } },
      }),
    /whose ApplicationFailure has a nextRetryDelay/,
  ],
  [
    "a misspelt option",
    () => temporalActivity(policy, () => {}, { ...options, sleepUpTo: 1 } as never),
    /sleepUpTo is not an option.*sleepUpToMs/,
  ],
  [
    "a wrong option",
    () => temporalActivity(policy, () => {}, { ...options, retryPolicy: "no" as never }),
    /retryPolicy must be one of refuse, accept/,
  ],
])("%s is a mistake that is told at once", (_what, make, message) => {
  expect(make).toThrow(message);
});
