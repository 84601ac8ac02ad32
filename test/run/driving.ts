/*
 * What the tests of the drivers have in common: a policy on a virtual clock, the same call through every driver, operations that fail
 * in a given order, and observers that write down what they see.
 */
import {
  type AttemptContext,
  type AttemptInfo,
  type Breaker,
  type CallOptions,
  type ErrorClass,
  type EventName,
  type ExecuteOptions,
  type Failure,
  type Hooks,
  type LogFields,
  type Outcome,
  Policy,
  type PolicyOptions,
  type RetryBudget,
  type Success,
  type Tags,
} from "redress";
import { VirtualClock } from "redress/testing";

type AnyPolicy = Policy<unknown, unknown>;
export type Op = (attempt: AttemptInfo) => unknown;

export interface Stage {
  readonly clock: VirtualClock;
  readonly policy: AnyPolicy;
}

/** A policy on a clock of its own. */
export function stage(options: PolicyOptions<unknown, unknown> = {}, clock = new VirtualClock()): Stage {
  return { clock, policy: new Policy<unknown, unknown>({ clock, random: () => 0.5, ...options }) };
}

/** How `call` ended: by one of the two. */
export interface Ending {
  readonly value?: unknown;
  readonly error?: unknown;
}

interface Driver {
  /** What `call` answered or threw. */
  call(stage: Stage, op: Op, options?: CallOptions): Promise<Ending>;
  /** What `execute` answered; rejects with what it threw. */
  execute(stage: Stage, op: Op, options?: ExecuteOptions): Promise<Outcome<unknown>>;
}

const asynchronous = (adapt: (op: Op) => Op): Driver => ({
  call: (on, op, options) => ending(played(on.clock, on.policy.call(adapt(op), options))),
  execute: (on, op, options) => played(on.clock, on.policy.execute(adapt(op), options)),
});

const synchronous: Driver = {
  call: (on, op, options) => ending((async () => on.policy.callSync(op, options))()),
  execute: async (on, op, options) => on.policy.executeSync(op, options),
};

type NamedDriver = readonly [name: string, driver: Driver];

/** Those that can be interrupted while the operation runs. */
export const asynchronousDrivers: readonly NamedDriver[] = [
  ["call", asynchronous((op) => async (attempt) => op(attempt))],
  ["call, with an operation that returns at once", asynchronous((op) => op)],
];

/** Every test that does not interrupt anything runs through all of them. */
export const drivers: readonly NamedDriver[] = [...asynchronousDrivers, ["callSync", synchronous]];

/** Lets all the time pass that a promise waits for. Its rejection is always looked after. */
export async function played<T>(clock: VirtualClock, promise: Promise<T>): Promise<T> {
  promise.catch(() => {});
  await clock.run();
  return promise;
}

export function ending(promise: Promise<unknown>): Promise<Ending> {
  return promise.then(
    (value) => ({ value }),
    (error: unknown) => ({ error }),
  );
}

/** Whether a promise has settled once everything has happened that waits for nothing but promises. */
export async function isSettled(promise: Promise<unknown>): Promise<boolean> {
  let settled = false;
  const note = (): void => {
    settled = true;
  };
  promise.then(note, note);
  await macrotask();
  return settled;
}

export const macrotask = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** An operation that hangs and ignores its signal. */
export const hang = (): Promise<never> => new Promise(() => {});

/** An operation that throws these in turn and answers "value" after them, and counts its invocations. */
export function throwing(...values: readonly unknown[]): Op & { count: number } {
  const op = (): unknown => {
    if (op.count < values.length) throw values[op.count++];
    op.count++;
    return "value";
  };
  op.count = 0;
  return op;
}

/** An operation that answers these in turn, the last one for ever, and counts its invocations. */
export function answering(...values: readonly unknown[]): Op & { count: number } {
  const op = (): unknown => values[Math.min(op.count++, values.length - 1)];
  op.count = 0;
  return op;
}

/** An operation that always throws this. */
export function alwaysThrowing(value: unknown): Op & { count: number } {
  const op = (): unknown => {
    op.count++;
    throw value;
  };
  op.count = 0;
  return op;
}

export function asFailure(outcome: Outcome<unknown>): Failure {
  if (outcome.ok) throw new Error(`Expected a failure, got the value ${String(outcome.value)}.`);
  return outcome;
}

export function asSuccess(outcome: Outcome<unknown>): Success<unknown> {
  if (!outcome.ok) throw new Error(`Expected a value, got ${outcome.stopReason}.`, { cause: outcome.lastError });
  return outcome;
}

type SeenEvent = readonly [event: EventName, attempt: number, sleepMs: number, tags: Tags];

/** Hooks that write down all they see. */
export interface Recorder extends Hooks {
  readonly events: SeenEvent[];
  readonly logs: (readonly [event: EventName, fields: LogFields])[];
  readonly starts: AttemptContext[];
  readonly ends: AttemptContext[];
  names(): readonly EventName[];
  delays(): readonly number[];
}

export function recorder(): Recorder {
  const events: SeenEvent[] = [];
  const logs: (readonly [EventName, LogFields])[] = [];
  const starts: AttemptContext[] = [];
  const ends: AttemptContext[] = [];
  return {
    events,
    logs,
    starts,
    ends,
    names: () => events.map(([event]) => event),
    delays: () => events.filter(([event]) => event === "retry").map(([, , sleepMs]) => sleepMs),
    onMetric: (event, attempt, sleepMs, tags) => void events.push([event, attempt, sleepMs, tags]),
    onLog: (event, fields) => void logs.push([event, fields]),
    onAttemptStart: (context) => void starts.push(context),
    onAttemptEnd: (context) => void ends.push(context),
  };
}

/** The hooks of a recorder alone, to pass as options of a call. */
export const hooksOf = ({ onMetric, onLog, onAttemptStart, onAttemptEnd }: Recorder): Hooks => ({
  onMetric,
  onLog,
  onAttemptStart,
  onAttemptEnd,
});

/** A breaker that admits every call and writes down what it hears. */
export function listeningBreaker(): Breaker & { readonly heard: string[]; asked: number } {
  const heard: string[] = [];
  const permit = { epoch: 0, atMs: 0 };
  const breaker = {
    name: "listening",
    state: "closed" as const,
    retryAfterMs: 0,
    asked: 0,
    heard,
    allow: () => {
      breaker.asked++;
      return { admitted: true as const, state: "closed" as const, permit };
    },
    recordSuccess: () => void heard.push("success"),
    recordFailure: (errorClass: ErrorClass) => void heard.push(errorClass),
    recordCancel: () => void heard.push("cancel"),
  };
  return breaker;
}

/** A budget that grants so many retries and writes down what it hears. */
export function listeningBudget(grants = Infinity): RetryBudget & { readonly heard: string[] } {
  const heard: string[] = [];
  let left = grants;
  return {
    heard,
    remaining: () => left,
    consume: (_cost, failed) => {
      heard.push(`consume ${failed?.errorClass}`);
      return left-- > 0;
    },
    recordSuccess: () => void heard.push("success"),
    recordFailure: (errorClass) => void heard.push(`failure ${errorClass}`),
  };
}
