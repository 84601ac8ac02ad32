import type { PolicyDescription } from "../policy/describe.ts";

/** A number, or "Infinity" where nothing bounds it: plain JSON. */
export type Bound = number | "Infinity";

/** The worst that one call can come to. */
export interface WorstCase {
  /** Attempts, each of which is a request, hedges included. */
  readonly attempts: Bound;
  /** Of them, in flight at a time: 1 without hedges. Those that were cut short are not counted, though they may go on. */
  readonly atOnce: Bound;
  /** From the beginning of the call to its end, or to its fallback, in milliseconds. */
  readonly totalMs: Bound;
  /** Of that, asleep between attempts, in milliseconds. */
  readonly asleepMs: Bound;
  /** Of that, waiting in the queues of limiters, in milliseconds. */
  readonly queuedMs: Bound;
  /**
   * How often the call is begun, where a sleep handler leaves retries to later deliveries: 1 without one. All of the above holds over all deliveries together, where each goes on
   * from the progress of the one before. One that a circuit or limiter puts off before its attempt is one more.
   */
  readonly deliveries: Bound;
}

/** What a rate limiter admits of all calls together. */
export interface RateBound {
  /** The name of the limiter. */
  readonly limiter: string;
  /** What it counts: "requests", or one of its dimensions. */
  readonly unit: string;
  /** Within any interval, at most. */
  readonly most: Bound;
  readonly intervalMs: Bound;
}

/** What bounds all calls of a process together that share the limiters and the hedge of a policy. */
export interface AllCalls {
  /** Attempts in flight at a time. */
  readonly atOnce: Bound;
  /** Empty without rate limiters. */
  readonly rates: readonly RateBound[];
  /** Hedges that all calls of any minute may add, for each of them: 0.05 is 5 % more requests. 0 without hedges. */
  readonly hedgesPerCall: Bound;
}

/** What a policy will do, and the worst that it can come to. */
export interface Envelope {
  readonly subject: string;
  /** Every setting, defaults included. */
  readonly settings: PolicyDescription;
  readonly worstCase: WorstCase;
  readonly allCalls: AllCalls;
  /** How the numbers come about, a sentence each: which setting bounds what. */
  readonly because: readonly string[];
}

/** Policies that call each other, from the outside in: what reaches the innermost dependency. */
export interface NestedEnvelope {
  readonly layers: readonly { readonly subject: string; readonly attempts: Bound }[];
  /** The product over the layers. */
  readonly requestsPerCall: Bound;
  /**
   * The same where the layers stand in one process, as long as the dependency does not ask for longer delays than the strategies give: a policy with
   * `nested: "stop"` does not retry what one further in has retried for as long as its own delay. Hedges are made all the same.
   */
  readonly requestsInOneProcess: Bound;
  /** The calculation: "4 x 4 x 4 = 64 requests". */
  readonly because: string;
}
