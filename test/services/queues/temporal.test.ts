/*
 * Activities under a policy with Temporal's own packages: @temporalio/activity, and the environment of @temporalio/testing that runs activities as a worker does. There
 * is no server here: what is thrown goes through Temporal's failure converter, and then by the rules of its server (`nextBackoffInterval` and `isRetryable` of its
 * service/history/workflow/retry.go); heartbeats go through its payload converter.
 */
import * as activity from "@temporalio/activity";
import { ActivityCancellationDetails, defaultFailureConverter, defaultPayloadConverter } from "@temporalio/common";
import { MockActivityEnvironment } from "@temporalio/testing";
import { AuthError, CircuitBreaker, constant, Policy, TransientError } from "redress";
import { activitiesWithPolicy, temporalActivity } from "redress/temporal";
import { expect, test } from "vitest";

const options = { activity, random: () => 0.5 };
const policy = new Policy({ retry: { strategy: constant(7_250), maxAttempts: 3, deadlineMs: 3_600_000 } });
const down = new TransientError("connect ECONNREFUSED");
const quiet = { logger: { trace() {}, debug() {}, info() {}, warn() {}, error() {}, log() {} } } as never;
type Info = NonNullable<ConstructorParameters<typeof MockActivityEnvironment>[0]>;

interface Retried {
  readonly state: "IN_PROGRESS" | "NON_RETRYABLE_FAILURE" | "MAXIMUM_ATTEMPTS_REACHED" | "TIMEOUT";
  readonly type: string;
  readonly message: string;
  readonly delayMs: number | null;
}

/** What Temporal's server makes of a failure: whether it retries, and when. */
function decide(error: unknown, attempt: number, { maximumAttempts = 0 } = {}): Retried {
  const failure = defaultFailureConverter.errorToFailure(error, defaultPayloadConverter);
  const facts = failure.applicationFailureInfo;
  if (facts == null) return { state: "NON_RETRYABLE_FAILURE", type: "", message: failure.message ?? "", delayMs: null };
  const { seconds, nanos } = facts.nextRetryDelay ?? {};
  const said = { type: facts.type ?? "", message: failure.message ?? "" };
  if (facts.nonRetryable === true) return { state: "NON_RETRYABLE_FAILURE", ...said, delayMs: null };
  if (maximumAttempts > 0 && attempt >= maximumAttempts) return { state: "MAXIMUM_ATTEMPTS_REACHED", ...said, delayMs: null };
  const delayMs = Number(seconds ?? 0) * 1_000 + (nanos ?? 0) / 1e6;
  return { state: "IN_PROGRESS", ...said, delayMs: delayMs > 0 ? delayMs : 1_000 * 2 ** (attempt - 1) };
}

/** All attempts of an activity; of those that are `killed`, only the heartbeats are left. */
async function run(fn: () => Promise<unknown>, killed: readonly number[] = [], more: Info = {}): Promise<(Retried | unknown)[]> {
  const ends: unknown[] = [];
  let heartbeat = defaultPayloadConverter.toPayload(undefined);
  let scheduledMs = 1_000;
  for (let attempt = 1; attempt < 20; attempt++) {
    const heartbeatDetails = defaultPayloadConverter.fromPayload(heartbeat as never);
    const times = { scheduledTimestampMs: 1_000, currentAttemptScheduledTimestampMs: scheduledMs, scheduleToCloseTimeoutMs: 0 };
    const environment = new MockActivityEnvironment(
      { startToCloseTimeoutMs: 60_000, ...times, ...more, attempt, heartbeatDetails },
      quiet,
    );
    environment.on("heartbeat", (details) => {
      heartbeat = defaultPayloadConverter.toPayload(details);
    });
    if (killed.includes(attempt)) continue;
    try {
      ends.push(await environment.run(fn));
      return ends;
    } catch (error) {
      const end = decide(error, attempt, more.retryPolicy);
      ends.push(end);
      if (end.state !== "IN_PROGRESS") return ends;
      scheduledMs += end.delayMs ?? 0;
    }
  }
  return ends;
}

test("Temporal retries after exactly the decided delay, until the caps are used up", async () => {
  const { sendMail } = activitiesWithPolicy(policy, { sendMail: async () => Promise.reject(down) }, options);
  expect(await run(sendMail)).toEqual([
    { state: "IN_PROGRESS", type: "TRANSIENT", message: "SCHEDULED: connect ECONNREFUSED", delayMs: 7_250 },
    { state: "IN_PROGRESS", type: "TRANSIENT", message: "SCHEDULED: connect ECONNREFUSED", delayMs: 7_250 },
    {
      state: "NON_RETRYABLE_FAILURE",
      type: "MAX_ATTEMPTS_GLOBAL",
      message: "MAX_ATTEMPTS_GLOBAL: connect ECONNREFUSED",
      delayMs: null,
    },
  ]);
});

test("a worker that is killed uses up one attempt, and no cap is exceeded", async () => {
  let made = 0;
  const counting = temporalActivity(policy, () => Promise.reject(++made && down), options);
  const ends = await run(counting, [2]);
  expect(ends).toMatchObject([{ type: "TRANSIENT" }, { type: "MAX_ATTEMPTS_GLOBAL" }]);
  expect(made).toBe(2);
});

test("a value ends it, and the activity's own heartbeats survive its retries", async () => {
  const seen: unknown[] = [];
  const counting = temporalActivity(
    policy,
    async () => {
      const { heartbeatDetails, attempt } = activity.activityInfo();
      seen.push(heartbeatDetails);
      activity.heartbeat({ row: attempt });
      activity.Context.current().log.info("attempt");
      if (attempt < 3) throw down;
      return "sent";
    },
    options,
  );
  expect((await run(counting)).at(-1)).toBe("sent");
  expect(seen).toEqual([undefined, { row: 1 }, { row: 2 }]);
});

test("a rejection by an open circuit uses up none of the policy's attempts, only of Temporal's", async () => {
  const circuitBreaker = new CircuitBreaker({ name: "smtp" });
  circuitBreaker.trip();
  let made = 0;
  const guarded = temporalActivity(policy.with({ circuitBreaker }), () => Promise.reject(++made && down), {
    ...options,
    rejectedDelayMs: 60_000,
  });
  const environment = new MockActivityEnvironment({ startToCloseTimeoutMs: 60_000, scheduleToCloseTimeoutMs: 0 }, quiet);
  const beats: unknown[] = [];
  environment.on("heartbeat", (details) => beats.push(details));
  const error = await environment.run(guarded).catch((thrown) => thrown);
  expect(decide(error, 1)).toMatchObject({ state: "IN_PROGRESS", type: "CIRCUIT_OPEN", delayMs: 63_000 });
  expect(beats).toMatchObject([{ redress: { attempts: 0, deliveries: 1 } }]);
  expect(made).toBe(0);
});

test("maximumAttempts in Temporal, which would cut, is told of at the first attempt", async () => {
  const never = temporalActivity(policy, async () => "sent", options);
  const [end, ...more] = await run(never, [], { retryPolicy: { maximumAttempts: 2 } });
  expect(end).toMatchObject({
    state: "NON_RETRYABLE_FAILURE",
    type: "RetryPolicy",
    message: expect.stringContaining("maximumAttempts: 2"),
  });
  expect(more).toEqual([]);
});

test("what Temporal keeps of a failure are counts and names, and the error's message", async () => {
  const secret = Object.assign(new AuthError("key revoked"), { body: "secret" });
  const environment = new MockActivityEnvironment({ scheduleToCloseTimeoutMs: 0 }, quiet);
  const error = await environment.run(temporalActivity(policy, () => Promise.reject(secret), options)).catch((thrown) => thrown);
  expect(error).toBeInstanceOf(activity.ApplicationFailure);
  const failure = defaultFailureConverter.errorToFailure(error, defaultPayloadConverter);
  const [details] = failure.applicationFailureInfo?.details?.payloads ?? [];
  expect(defaultPayloadConverter.fromPayload(details as never)).toEqual({
    stopReason: "NON_RETRYABLE_CLASS",
    errorClass: "AUTH",
    attempts: 1,
    elapsedMs: expect.any(Number),
  });
  expect(failure.cause).toMatchObject({ message: "key revoked" });
  expect(JSON.stringify(failure)).not.toContain("secret");
});

test("a cancellation reaches the attempt by cancellationSignal(), and passes through as Temporal's own", async () => {
  const environment = new MockActivityEnvironment({ scheduleToCloseTimeoutMs: 0 }, quiet);
  let aborted = false;
  const hanging = temporalActivity(
    policy,
    () => {
      activity.cancellationSignal().addEventListener("abort", () => {
        aborted = true;
      });
      return new Promise(() => {});
    },
    options,
  );
  const ended = environment.run(hanging).catch((thrown) => thrown);
  environment.cancel("CANCELLED");
  expect(await ended).toBeInstanceOf(activity.CancelledFailure);
  expect(aborted).toBe(true);
});

test("so does one that Temporal's own sleep has thrown", async () => {
  const environment = new MockActivityEnvironment({ scheduleToCloseTimeoutMs: 0 }, quiet);
  const sleeping = temporalActivity(policy, () => activity.sleep("1 hour"), options);
  const ended = environment.run(sleeping).catch((thrown) => thrown);
  environment.cancel("CANCELLED");
  expect(await ended).toBeInstanceOf(activity.CancelledFailure);
});

test("a worker that shuts down gives the activity back at once", async () => {
  const environment = new MockActivityEnvironment({ scheduleToCloseTimeoutMs: 0 }, quiet);
  const hanging = temporalActivity(policy, () => new Promise(() => {}), options);
  const ended = environment.run(hanging).catch((thrown) => thrown);
  environment.cancel("WORKER_SHUTDOWN", new ActivityCancellationDetails({ workerShutdown: true }));
  expect(decide(await ended, 1)).toMatchObject({ state: "IN_PROGRESS", type: "WorkerShutdown", delayMs: 1 });
});

test("what is not for a policy passes through untouched", async () => {
  const declined = activity.ApplicationFailure.nonRetryable("declined", "CardDeclined", { code: 51 });
  for (const error of [declined, new activity.CompleteAsyncError(), new activity.CancelledFailure("stopped")]) {
    const environment = new MockActivityEnvironment({ scheduleToCloseTimeoutMs: 0 }, quiet);
    expect(await environment.run(temporalActivity(policy, () => Promise.reject(error), options)).catch((thrown) => thrown)).toBe(
      error,
    );
  }
});

test("in the environment for tests as it comes, an activity has a value and a failure", async () => {
  const environment = new MockActivityEnvironment(undefined, quiet);
  expect(
    await environment.run(
      temporalActivity(policy, async (to: string) => to, options),
      "a@b.c",
    ),
  ).toBe("a@b.c");
});
