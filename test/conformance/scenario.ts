/*
 * One scripted scenario: a policy, calls on one clock, and what must come out. Recorded from Python redress 1.4 on a virtual clock,
 * with the two differences that are on purpose: no backoff after the last allowed attempt, and none that reaches the deadline.
 */
import {
  AbortRetryError,
  type AttemptInfo,
  AuthError,
  Budget,
  type CallOptions,
  CircuitBreaker,
  type Classification,
  ConcurrencyError,
  type ErrorClass,
  type Outcome,
  PermanentError,
  PermissionError,
  Policy,
  RateLimitError,
  type RetryOptions,
  ServerError,
  type SleepDecision,
  type Strategy,
  TransientError,
  unlimited,
} from "redress";
import { VirtualClock } from "redress/testing";

export interface Scenario {
  readonly name: string;
  readonly retry: {
    readonly maxAttempts: number;
    readonly deadlineMs: number;
    readonly maxUnknownAttempts: number | null;
    readonly perClassMaxAttempts: Partial<Record<ErrorClass, number>>;
    readonly backoffMs: Partial<Record<ErrorClass | "default", readonly number[]>>;
    readonly honourRetryAfter: boolean;
  } | null;
  readonly breaker: {
    readonly failureThreshold: number;
    readonly windowMs: number;
    readonly recoveryTimeoutMs: number;
    readonly tripOn: readonly ErrorClass[];
    readonly classThresholds: Partial<Record<ErrorClass, number>>;
  } | null;
  readonly budget: { readonly maxRetries: number; readonly windowMs: number } | null;
  readonly calls: readonly ScriptedCall[];
  readonly expected: readonly Expected[];
}

interface ScriptedCall {
  readonly gapMs: number;
  readonly operation?: string;
  readonly attempts: readonly ScriptedAttempt[];
  readonly sleepDecisions?: readonly ("SLEEP" | "DEFER" | "ABORT")[];
  readonly abortIfAfterAttempts?: number;
}

interface ScriptedAttempt {
  readonly takesMs: number;
  readonly ok?: true;
  readonly abort?: true;
  readonly fail?: ErrorClass;
  readonly result?: ErrorClass;
  readonly retryAfterMs?: number;
}

export interface Expected {
  readonly ok: boolean;
  readonly attempts: number;
  readonly invocations: number;
  readonly stopReason: string | null;
  readonly lastClass: string | null;
  readonly cause: string | null;
  readonly elapsedMs: number;
  readonly nextDelayMs: number | null;
  readonly breakerState: string | null;
  readonly budgetRemaining: number | null;
  readonly events: readonly (readonly [event: string, attempt: number, sleepMs: number, tags: object])[];
}

/** An answer of the scripted operation that stands for a failure: thrown, or returned. */
class Scripted extends Error {
  readonly classification: Classification;
  constructor(errorClass: ErrorClass, retryAfterMs: number | undefined) {
    super(errorClass);
    this.classification = { errorClass, retryAfterMs };
  }
}

const MARKERS: Record<ErrorClass, new () => Error> = {
  AUTH: AuthError,
  PERMISSION: PermissionError,
  PERMANENT: PermanentError,
  CONCURRENCY: ConcurrencyError,
  RATE_LIMIT: RateLimitError,
  SERVER_ERROR: ServerError,
  TRANSIENT: TransientError,
  UNKNOWN: Error,
};

type Driver = (policy: Policy, op: (attempt: AttemptInfo) => unknown, options: CallOptions) => Promise<Outcome<unknown>>;

export const drivers: Record<string, Driver> = {
  "the asynchronous driver": (policy, op, options) => policy.execute(async (attempt) => op(attempt), options),
  "the asynchronous driver, with an operation that returns at once": (policy, op, options) => policy.execute(op, options),
  "the synchronous driver": async (policy, op, options) => policy.executeSync(op, options),
};

/** Plays a scenario through a driver, and answers what came out, in the form of what is expected. */
export async function play(scenario: Scenario, drive: Driver): Promise<Expected[]> {
  const clock = new VirtualClock();
  const breaker = scenario.breaker && new CircuitBreaker({ ...scenario.breaker, clock });
  const budget = scenario.budget && new Budget({ ...scenario.budget, clock });
  const policy = new Policy({
    clock,
    // Python redress has no budget by default.
    ...(scenario.retry && { retry: retryOptions(scenario.retry), budget: budget ?? unlimited }),
    ...(breaker && { circuitBreaker: breaker }),
  });

  const seen: Expected[] = [];
  for (const call of scenario.calls) {
    clock.block(call.gapMs);
    let invocations = 0;
    let slept = 0;
    const events: Expected["events"][number][] = [];
    const operation = (): unknown => {
      const scripted = call.attempts[invocations++] as ScriptedAttempt;
      clock.block(scripted.takesMs);
      return perform(scripted, scenario.retry === null);
    };
    const outcome = await drive(policy, operation, {
      operation: call.operation,
      sleeper: (ms) => clock.block(ms),
      sleep: call.sleepDecisions && (() => (call.sleepDecisions?.[slept++] ?? "SLEEP").toLowerCase() as SleepDecision),
      abortIf: call.abortIfAfterAttempts === undefined ? undefined : () => invocations >= (call.abortIfAfterAttempts ?? 0),
      onMetric: (event, attempt, sleepMs, { err: _err, ...tags }) => {
        if (scenario.retry !== null || event.startsWith("circuit_")) events.push([event, attempt, sleepMs, tags]);
      },
    });
    seen.push({
      ok: outcome.ok,
      attempts: outcome.attempts,
      invocations,
      stopReason: outcome.ok ? null : outcome.stopReason,
      lastClass: outcome.ok ? null : outcome.lastClass,
      cause: outcome.ok ? null : outcome.cause,
      elapsedMs: outcome.elapsedMs,
      nextDelayMs: !outcome.ok && outcome.stopReason === "SCHEDULED" ? outcome.nextDelayMs : null,
      breakerState: breaker?.state ?? null,
      budgetRemaining: budget?.remaining() ?? null,
      events,
    });
  }
  return seen;
}

function retryOptions(retry: NonNullable<Scenario["retry"]>): RetryOptions {
  const { backoffMs, honourRetryAfter, maxUnknownAttempts, perClassMaxAttempts, ...limits } = retry;
  const scripted =
    (delays: readonly number[]): Strategy =>
    ({ attempt, classification }) =>
      (honourRetryAfter ? classification.retryAfterMs : undefined) ?? (delays[Math.min(attempt, delays.length) - 1] as number);
  const { default: common, ...perClass } = backoffMs;
  return {
    ...limits,
    maxUnknownRetries: maxUnknownAttempts ?? Infinity,
    maxRetriesPerClass: perClassMaxAttempts,
    strategy: common && scripted(common),
    strategies: Object.fromEntries(Object.entries(perClass).map(([errorClass, delays]) => [errorClass, scripted(delays)])),
    classifier: (error) => (error instanceof Scripted ? error.classification : "UNKNOWN"),
    resultClassifier: (result) => (result instanceof Scripted ? result.classification : null),
  };
}

function perform({ ok, abort, fail, result, retryAfterMs }: ScriptedAttempt, byMarker: boolean): unknown {
  if (ok) return "value";
  if (abort) throw new AbortRetryError();
  if (fail) throw byMarker ? new MARKERS[fail]() : new Scripted(fail, retryAfterMs);
  return new Scripted(result as ErrorClass, retryAfterMs);
}
