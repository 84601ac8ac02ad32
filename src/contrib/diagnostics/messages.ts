/*
 * What is published. A call and an attempt have one message object each, which is published on all of their channels: subscribers may keep what they like in it,
 * or know it by a WeakMap. What is not known yet is `null`, but for `error` and `result`, which are `undefined` as in the platform's own tracing channels.
 */
import type { AttemptContext, AttemptDecision, CallContext, CallEnd, EventName, StopReason, Tags } from "../../index.ts";

/** Published on `tracing:redress:call:*`. Holds what the operation returned or threw: do not log it as a whole. */
export class CallMessage {
  readonly operation: string | null;
  /** What all hooks of the call know it by. */
  readonly call: CallContext;
  /** How it ended; `null` until `asyncStart`, or `error`. */
  end: CallEnd | null = null;

  constructor(call: CallContext) {
    this.operation = call.operation;
    this.call = call;
  }

  /** What `call` throws. */
  get error(): unknown {
    const { end } = this;
    if (end === null || end.ok) return undefined;
    return end.stopReason === null ? end.fault : end.error;
  }

  /** The value: the operation's or the fallback's. */
  get result(): unknown {
    return this.end?.ok === true ? this.end.value : undefined;
  }
}

/** Published on `tracing:redress:attempt:*`. Holds what the operation returned or threw: do not log it as a whole. */
export class AttemptMessage {
  readonly operation: string | null;
  readonly call: CallContext;
  /** 1 for the first. */
  readonly attempt: number;
  readonly hedge: boolean;
  /** What was decided after it; `null` until `asyncStart`, or `error`. */
  decision: AttemptDecision | null = null;
  /** Why the call ends with it; `null` where it does not. */
  stopReason: StopReason | null = null;
  /** The delay before the next attempt, in milliseconds; 0 where none follows. */
  sleepMs = 0;
  /** What hooks know of its end. */
  ended: AttemptContext | null = null;

  constructor({ operation, call, attempt, hedge }: AttemptContext) {
    this.operation = operation;
    this.call = call;
    this.attempt = attempt;
    this.hedge = hedge;
  }

  /** What the operation threw, or what it was cut short with. */
  get error(): unknown {
    return this.ended?.cause === "exception" ? this.ended.error : undefined;
  }

  /** The returned value that was classified as a failure. Values of successes are told with the call. */
  get result(): unknown {
    return this.ended?.cause === "result" ? this.ended.result : undefined;
  }
}

/** Published on `redress:event`: what `onMetric` is told. */
export interface EventMessage {
  readonly event: EventName;
  /** The attempt that it follows; 0 for events of a circuit. */
  readonly attempt: number;
  readonly sleepMs: number;
  /** Of few values each: labels for metrics. */
  readonly tags: Tags;
}
