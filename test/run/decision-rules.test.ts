/* The rules of the decision, in their order, as a caller sees them: why the call stopped, what event told of it, what was done until then. */
import {
  AbortRetryError,
  AuthError,
  type CallOptions,
  constant,
  type EventName,
  PermanentError,
  PermissionError,
  RateLimitError,
  type RetryOptions,
  type StopReason,
  TransientError,
} from "redress";
import type { VirtualClock } from "redress/testing";
import { describe, expect, test, vi } from "vitest";
import { alwaysThrowing, drivers, hooksOf, type Op, recorder, stage, throwing } from "./driving.ts";

const transient = new TransientError();
const limited = new RateLimitError();
const unknown = new Error("nobody knows");

interface Case {
  readonly retry?: RetryOptions;
  readonly options?: CallOptions;
  readonly op: (clock: VirtualClock) => Op;
  readonly stop: StopReason;
  readonly event: EventName;
  readonly attempts: number;
  readonly delays?: readonly number[];
}

const always = (error: unknown) => () => alwaysThrowing(error);
const inTurn =
  (...errors: readonly unknown[]) =>
  () =>
    throwing(...errors);
/** Fails after so many milliseconds of work. */
const slowly =
  (ms: number, error: unknown) =>
  (clock: VirtualClock): Op =>
  () => {
    clock.block(ms);
    throw error;
  };

const cases: Record<string, Case> = {
  "1: AbortRetryError stops the call, whatever else would": {
    retry: { maxAttempts: 1 },
    op: always(new AbortRetryError()),
    stop: "ABORTED",
    event: "aborted",
    attempts: 1,
  },
  "1: abortIf stops the call after a failure, whatever else would": {
    retry: { maxAttempts: 1, maxRetriesPerClass: { TRANSIENT: 0 } },
    options: { abortIf: vi.fn().mockReturnValueOnce(false).mockReturnValue(true) },
    op: always(transient),
    stop: "ABORTED",
    event: "aborted",
    attempts: 1,
  },
  "2: one retry per class is one retry": {
    retry: { maxRetriesPerClass: { TRANSIENT: 1 }, maxAttempts: 9 },
    op: always(transient),
    stop: "MAX_ATTEMPTS_PER_CLASS",
    event: "max_attempts_exceeded",
    attempts: 2,
    delays: [10],
  },
  "2: no retry per class is no retry": {
    retry: { maxRetriesPerClass: { TRANSIENT: 0 } },
    op: always(transient),
    stop: "MAX_ATTEMPTS_PER_CLASS",
    event: "max_attempts_exceeded",
    attempts: 1,
  },
  "2: a class is counted over the whole call, not in a row": {
    retry: { maxRetriesPerClass: { TRANSIENT: 1 } },
    op: inTurn(transient, limited, transient),
    stop: "MAX_ATTEMPTS_PER_CLASS",
    event: "max_attempts_exceeded",
    attempts: 3,
    delays: [10, 10],
  },
  "2 before 3: the cap of a class that is never retried speaks first": {
    retry: { maxRetriesPerClass: { AUTH: 0 } },
    op: always(new AuthError()),
    stop: "MAX_ATTEMPTS_PER_CLASS",
    event: "max_attempts_exceeded",
    attempts: 1,
  },
  "2 before 4: the cap of UNKNOWN speaks before maxUnknownRetries": {
    retry: { maxRetriesPerClass: { UNKNOWN: 0 }, maxUnknownRetries: 0 },
    op: always(unknown),
    stop: "MAX_ATTEMPTS_PER_CLASS",
    event: "max_attempts_exceeded",
    attempts: 1,
  },
  "3: AUTH is never retried": { op: always(new AuthError()), stop: "NON_RETRYABLE_CLASS", event: "permanent_fail", attempts: 1 },
  "3: PERMISSION is never retried": {
    op: always(new PermissionError()),
    stop: "NON_RETRYABLE_CLASS",
    event: "permanent_fail",
    attempts: 1,
  },
  "3: PERMANENT is never retried": {
    op: always(new PermanentError()),
    stop: "NON_RETRYABLE_CLASS",
    event: "permanent_fail",
    attempts: 1,
  },
  "3: a cap that leaves retries does not make PERMANENT retryable": {
    retry: { maxRetriesPerClass: { PERMANENT: 5 } },
    op: always(new PermanentError()),
    stop: "NON_RETRYABLE_CLASS",
    event: "permanent_fail",
    attempts: 1,
  },
  "3 before 5: what is never retried is called so, even after the deadline": {
    retry: { deadlineMs: 100 },
    op: slowly(100, new PermanentError()),
    stop: "NON_RETRYABLE_CLASS",
    event: "permanent_fail",
    attempts: 1,
  },
  "4: UNKNOWN is retried twice by default": {
    op: always(unknown),
    stop: "MAX_UNKNOWN_ATTEMPTS",
    event: "max_unknown_attempts_exceeded",
    attempts: 3,
    delays: [10, 10],
  },
  "4: with maxUnknownRetries 0, UNKNOWN is not retried": {
    retry: { maxUnknownRetries: 0 },
    op: always(unknown),
    stop: "MAX_UNKNOWN_ATTEMPTS",
    event: "max_unknown_attempts_exceeded",
    attempts: 1,
  },
  "4: only UNKNOWN failures count towards maxUnknownRetries": {
    retry: { maxUnknownRetries: 1 },
    op: inTurn(unknown, transient, transient, unknown),
    stop: "MAX_UNKNOWN_ATTEMPTS",
    event: "max_unknown_attempts_exceeded",
    attempts: 4,
    delays: [10, 10, 10],
  },
  "4 before 5: the cap on UNKNOWN speaks before the deadline": {
    retry: { deadlineMs: 100, maxUnknownRetries: 0 },
    op: slowly(100, unknown),
    stop: "MAX_UNKNOWN_ATTEMPTS",
    event: "max_unknown_attempts_exceeded",
    attempts: 1,
  },
  "5: a failure at the deadline exactly is not retried": {
    retry: { deadlineMs: 100, strategy: constant(0) },
    op: slowly(100, transient),
    stop: "DEADLINE_EXCEEDED",
    event: "deadline_exceeded",
    attempts: 1,
  },
  "5 before 6: the deadline speaks before the missing strategy": {
    retry: { deadlineMs: 100, strategy: undefined, strategies: { RATE_LIMIT: constant(1) } },
    op: slowly(100, transient),
    stop: "DEADLINE_EXCEEDED",
    event: "deadline_exceeded",
    attempts: 1,
  },
  "5 before 7: the deadline speaks before maxAttempts": {
    retry: { deadlineMs: 100, maxAttempts: 1 },
    op: slowly(100, transient),
    stop: "DEADLINE_EXCEEDED",
    event: "deadline_exceeded",
    attempts: 1,
  },
  "6: a class without a strategy is not retried where there is no default": {
    retry: { strategy: undefined, strategies: { RATE_LIMIT: constant(7) } },
    op: inTurn(limited, transient),
    stop: "NO_STRATEGY",
    event: "no_strategy_configured",
    attempts: 2,
    delays: [7],
  },
  "6 before 7: the missing strategy speaks before maxAttempts": {
    retry: { maxAttempts: 1, strategy: undefined, strategies: { RATE_LIMIT: constant(7) } },
    op: always(transient),
    stop: "NO_STRATEGY",
    event: "no_strategy_configured",
    attempts: 1,
  },
  "7: maxAttempts counts all attempts, the first included": {
    retry: { maxAttempts: 3 },
    op: always(transient),
    stop: "MAX_ATTEMPTS_GLOBAL",
    event: "max_attempts_exceeded",
    attempts: 3,
    delays: [10, 10],
  },
  "7: there are six attempts by default": {
    op: always(transient),
    stop: "MAX_ATTEMPTS_GLOBAL",
    event: "max_attempts_exceeded",
    attempts: 6,
    delays: [10, 10, 10, 10, 10],
  },
  "7 before 8: the last attempt stops by maxAttempts, whatever its delay would be": {
    retry: { maxAttempts: 2, deadlineMs: 100, strategy: ({ attempt }) => (attempt === 1 ? 1 : 5_000) },
    op: always(transient),
    stop: "MAX_ATTEMPTS_GLOBAL",
    event: "max_attempts_exceeded",
    attempts: 2,
    delays: [1],
  },
  "8: a delay as long as the time left does not fit": {
    retry: { deadlineMs: 100, strategy: constant(60) },
    op: slowly(40, transient),
    stop: "DEADLINE_EXCEEDED",
    event: "deadline_exceeded",
    attempts: 1,
  },
  "8: a delay one millisecond shorter than the time left fits": {
    retry: { deadlineMs: 100, strategy: constant(59) },
    op: slowly(40, transient),
    stop: "DEADLINE_EXCEEDED",
    event: "deadline_exceeded",
    attempts: 2,
    delays: [59],
  },
  "8: an infinite delay fits no deadline, not even an infinite one": {
    retry: { deadlineMs: Infinity, strategy: () => Infinity },
    op: always(transient),
    stop: "DEADLINE_EXCEEDED",
    event: "deadline_exceeded",
    attempts: 1,
  },
};

describe.each(drivers)("through %s", (_name, driver) => {
  test.each(Object.entries(cases))("rule %s", async (_title, { retry, options, op, stop, event, attempts, delays = [] }) => {
    // A table row may be run several times: its mocks start afresh.
    const abortIf = options?.abortIf && vi.fn().mockReturnValueOnce(false).mockReturnValue(true);
    const on = stage({ retry: { strategy: constant(10), ...retry } });
    const seen = recorder();

    const outcome = await driver.execute(on, op(on.clock), { ...hooksOf(seen), ...(abortIf && { abortIf }) });

    expect(outcome).toMatchObject({ ok: false, stopReason: stop, attempts });
    expect(seen.delays()).toEqual(delays);
    expect(seen.names().at(-1)).toBe(event);
    expect(seen.events.at(-1)?.slice(1, 3)).toEqual([attempts, 0]);
    expect(seen.events.at(-1)?.[3]).toMatchObject({ stop_reason: stop });
  });
});
