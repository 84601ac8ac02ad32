import type { CallOptions } from "../../index.ts";
import {
  aboveZero,
  aFunction,
  checkedByOwner,
  type OptionRule,
  type OptionTable,
  objectWith,
  requireOptions,
  text,
} from "../options/index.ts";

/** What one stream may set for itself, beside what any call may. */
export interface PolicyStreamOptions<T = unknown> extends Omit<CallOptions, "discard" | "resume"> {
  /**
   * How long its consumer may wait for the next item, once the first has come, in milliseconds, > 0: then the stream has stalled. Only while the consumer
   * waits: one that takes its time is no stall. `Infinity` for a stream that may be silent for any time. @default 60_000
   */
  readonly idleTimeoutMs?: number | undefined;
  /**
   * Whether an item says that the stream is whole, such as `[DONE]`: a stream that closes without one has been cut. What comes after it is still
   * delivered. It must answer at once. @default none: a stream is whole when it closes
   */
  readonly isEnd?: ((item: T) => boolean) | undefined;
}

/** What a stream goes by. */
export interface StreamSettings<T> {
  readonly idleTimeoutMs: number;
  readonly isEnd: ((item: T) => boolean) | undefined;
  readonly call: Omit<CallOptions, "discard" | "resume">;
}

const callRules: Readonly<Record<keyof Omit<CallOptions, "discard" | "resume">, OptionRule>> = {
  operation: text,
  signal: objectWith("an AbortSignal", ["addEventListener"]),
  deadlineMs: aboveZero,
  // What their rules know is checked by the call.
  cost: checkedByOwner,
  classifier: checkedByOwner,
  refuseRepeat: aFunction,
  abortIf: aFunction,
  sleep: aFunction,
  beforeSleep: aFunction,
  sleeper: aFunction,
  onMetric: aFunction,
  onLog: aFunction,
  onAttemptStart: aFunction,
  onAttemptEnd: aFunction,
  onCallStart: aFunction,
  onCallEnd: aFunction,
  aroundAttempt: aFunction,
};

const streamTable: OptionTable<keyof PolicyStreamOptions> = {
  rules: { idleTimeoutMs: aboveZero, isEnd: aFunction, ...callRules },
};

export function readStreamOptions<T>(options: PolicyStreamOptions<T>): StreamSettings<T> {
  const { idleTimeoutMs = 60_000, isEnd, ...call } = requireOptions("policyStream", options, streamTable);
  // Hooks, and what is asked, are methods of the object that they came in.
  const bound = Object.entries(call).map(([name, value]) => [name, typeof value === "function" ? value.bind(options) : value]);
  return { idleTimeoutMs, isEnd: isEnd?.bind(options), call: Object.fromEntries(bound) };
}
