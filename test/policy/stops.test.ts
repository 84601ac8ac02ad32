/* What a gate hears of each way to stop, as the table of stops has it. */
import {
  AbortRetryError,
  type Breaker,
  Budget,
  CircuitOpenError,
  constant,
  LimitedError,
  type Limiter,
  Policy,
  type PolicyOptions,
  StopReason,
} from "redress";
import { VirtualClock } from "redress/testing";
import { expect, test } from "vitest";
import { STOP_MEANINGS, STOPS, type Stop } from "../../src/core/failure/stops.ts";

/** A breaker that notes what it hears. */
function listener(admitted = true): Breaker & { readonly heard: string[] } {
  const heard: string[] = [];
  return {
    name: "listener",
    state: admitted ? "closed" : "open",
    retryAfterMs: 0,
    heard,
    allow: () => (admitted ? { admitted, state: "closed", permit: {} as never } : { admitted, state: "open", permit: null }),
    recordSuccess: () => void heard.push("success"),
    recordFailure: (errorClass) => void heard.push(`failure ${errorClass}`),
    recordCancel: () => void heard.push("cancel"),
  };
}

const retry = { classifier: () => "TRANSIENT" as const, strategy: constant(1) };
const nobody: Limiter = {
  name: "nobody",
  admit: () => ({ kind: "rejected", limiter: "nobody", reason: "full", retryAfterMs: null, why: "it admits nobody" }),
  release: () => {},
};
const ways: Readonly<Record<StopReason, PolicyOptions>> = {
  MAX_ATTEMPTS_GLOBAL: { retry: { ...retry, maxAttempts: 1 } },
  MAX_ATTEMPTS_PER_CLASS: { retry: { ...retry, maxRetriesPerClass: { TRANSIENT: 0 } } },
  DEADLINE_EXCEEDED: { retry: { ...retry, strategy: constant(2), deadlineMs: 1 } },
  MAX_UNKNOWN_ATTEMPTS: { retry: { ...retry, classifier: () => "UNKNOWN", maxUnknownRetries: 0 } },
  NON_RETRYABLE_CLASS: { retry: { ...retry, classifier: () => "PERMANENT" } },
  RETRY_REFUSED: { retry: { ...retry, classifier: () => ({ errorClass: "SERVER_ERROR", retry: false }) } },
  NO_STRATEGY: { retry: { classifier: () => "TRANSIENT", strategies: {} } },
  ALREADY_RETRIED: { retry: { ...retry, strategy: constant(0) } },
  BUDGET_EXHAUSTED: { retry: { ...retry, budget: new Budget({ maxRetries: 0, windowMs: 1 }) } },
  SCHEDULED: { retry: { ...retry, sleep: () => "defer" } },
  ABORTED: { retry: { ...retry, sleep: () => "abort" } },
  CIRCUIT_OPEN: {},
  LIMITED: { limiter: nobody },
  NO_RETRY: {},
};

test.each(Object.keys(StopReason) as StopReason[])(
  "of a call that ends as %s, a gate hears what the table says",
  async (reason) => {
    const circuitBreaker = listener(reason !== "CIRCUIT_OPEN");
    const inner = new Policy({ retry: { ...retry, maxRetriesPerClass: { TRANSIENT: 0 } } });
    const fails = (): Promise<never> => Promise.reject(new Error("failed"));
    const outcome = await new Policy({ ...ways[reason], circuitBreaker, clock: new VirtualClock() }).execute(() =>
      reason === "ALREADY_RETRIED" ? inner.call(fails) : fails(),
    );
    const errorClass = outcome.ok ? null : outcome.lastClass;
    const { gateHears } = STOPS[reason];

    expect(outcome).toMatchObject({ stopReason: reason });
    // What was never admitted is not told of.
    const told = gateHears === "cancel" ? "cancel" : `failure ${errorClass}`;
    expect(circuitBreaker.heard).toEqual(reason === "CIRCUIT_OPEN" ? [] : [told]);
  },
);

test.each<[string, unknown]>([
  ["a call that its operation aborts", new AbortRetryError()],
  ["a call that a breaker further in rejected", new CircuitOpenError({ breaker: "inner", state: "open", retryAfterMs: 1 })],
  [
    "a call that a limiter further in turned away",
    new LimitedError({ limiter: "inner", reason: "full", retryAfterMs: null, why: "full" }),
  ],
])("of %s, a gate hears a cancel", async (_what, error) => {
  const circuitBreaker = listener();
  await new Policy({ circuitBreaker }).execute(() => Promise.reject(error));

  expect(circuitBreaker.heard).toEqual(["cancel"]);
});

test("every stop has a meaning in a few words", () => {
  expect(STOP_MEANINGS).toStrictEqual({
    MAX_ATTEMPTS_GLOBAL: "the last attempt failed",
    MAX_ATTEMPTS_PER_CLASS: "this class may not be retried more often",
    DEADLINE_EXCEEDED: "the deadline passed, or would have",
    MAX_UNKNOWN_ATTEMPTS: "too many failures of no known class",
    NON_RETRYABLE_CLASS: "repeating the call could not help",
    RETRY_REFUSED: "the dependency, or the caller, said not to retry",
    NO_STRATEGY: "no strategy for this class",
    ALREADY_RETRIED: "a policy further in has retried it already",
    BUDGET_EXHAUSTED: "the retry budget was spent",
    SCHEDULED: "the retry was left to another process",
    ABORTED: "cancelled",
    CIRCUIT_OPEN: "the circuit was open",
    LIMITED: "a limiter turned the attempt away",
    NO_RETRY: "the policy has no retry",
  } satisfies Record<StopReason, string>);
});

test("the table tells cancels from failures, limits that keep a policy around from retrying, and what can be resumed", () => {
  const which = (is: (stop: Stop) => boolean): string[] =>
    Object.entries(STOPS)
      .filter(([, stop]) => is(stop))
      .map(([reason]) => reason);
  expect(which(({ gateHears }) => gateHears === "cancel")).toEqual(["ABORTED", "LIMITED"]);
  expect(which(({ gateHears }) => gateHears === "failure")).toHaveLength(12);
  expect(which(({ isLimit }) => isLimit === true)).toEqual([
    "MAX_ATTEMPTS_PER_CLASS",
    "DEADLINE_EXCEEDED",
    "MAX_UNKNOWN_ATTEMPTS",
    "ALREADY_RETRIED",
    "BUDGET_EXHAUSTED",
    "CIRCUIT_OPEN",
    "LIMITED",
  ]);
  expect(which(({ canResume }) => canResume === true)).toEqual([
    "BUDGET_EXHAUSTED",
    "SCHEDULED",
    "ABORTED",
    "CIRCUIT_OPEN",
    "LIMITED",
  ]);
});
