import type { PolicyDescription } from "../policy/describe.ts";

/** A number, or "Infinity" where nothing bounds it: plain JSON. */
export type Bound = number | "Infinity";

/** The worst that one call can come to. */
export interface WorstCase {
  /** Attempts, each of which is a request. */
  readonly attempts: Bound;
  /** From the beginning of the call to its end, or to its fallback, in milliseconds. */
  readonly totalMs: Bound;
  /** Of that, asleep between attempts, in milliseconds. */
  readonly asleepMs: Bound;
}

/** What a policy will do, and the worst that it can come to. */
export interface Envelope {
  readonly subject: string;
  /** Every setting, defaults included. */
  readonly settings: PolicyDescription;
  readonly worstCase: WorstCase;
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
   * `nested: "stop"` does not retry what one further in has retried for as long as its own delay.
   */
  readonly requestsInOneProcess: Bound;
  /** The calculation: "4 x 4 x 4 = 64 requests". */
  readonly because: string;
}
