import {
  AbortRetryError,
  Budget,
  type CallOptions,
  constant,
  type ErrorClass,
  type EventName,
  Policy,
  type RetryOptions,
} from "redress";
import { VirtualClock } from "redress/testing";

class Failed extends Error {
  readonly errorClass: ErrorClass;
  constructor(errorClass: ErrorClass) {
    super(errorClass);
    this.errorClass = errorClass;
  }
}

/** What an attempt fails with; "abort" is an `AbortRetryError`. */
export type ScriptedFailure = ErrorClass | "abort";

/** How long an attempt takes, and the options of the call. */
export type PlayOptions = CallOptions & { readonly takesMs?: number };

/** A budget that refuses. */
export const noBudget = () => new Budget({ maxRetries: 0, windowMs: 1_000 });

/**
 * Makes one synchronous call that fails like this, attempt by attempt, and then succeeds, on a clock that stands still but for the
 * attempts and the delays of 10 ms.
 */
export function play(retry: RetryOptions, failures: readonly ScriptedFailure[], { takesMs = 0, ...options }: PlayOptions = {}) {
  const clock = new VirtualClock();
  const events: EventName[] = [];
  const policy = new Policy({
    clock,
    retry: { strategy: constant(10), classifier: (error) => (error as Failed).errorClass, ...retry },
    hooks: { onMetric: (event) => events.push(event) },
  });
  const outcome = policy.executeSync(({ attempt }) => {
    clock.block(takesMs);
    const failure = failures[attempt - 1];
    if (failure === "abort") throw new AbortRetryError();
    if (failure !== undefined) throw new Failed(failure);
    return "value";
  }, options);
  return { outcome, lastEvent: events.at(-1), events };
}
