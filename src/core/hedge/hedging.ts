/* What a call asks of the hedges of its policy. Told the time; shared by all calls of the policies that share it. */
import { hasMethods } from "../is-object.ts";

/** Under this key a Hedge brings along how a call performs it, so that a policy without one does not carry it. */
export const ROUNDS: unique symbol = Symbol.for("redress.rounds/1");

/** When to start a further attempt beside one that is still in flight, and how many of them. */
export interface Hedging {
  /** @internal */
  readonly [ROUNDS]: object;
  /** Hedges of one round, at most. */
  readonly maxHedges: number;
  /** Whether it goes by how long first attempts take. */
  readonly learns: boolean;
  /** A call makes its first attempt. */
  began(nowMs: number): void;
  /** How long after an attempt has begun a hedge is started, in milliseconds; `Infinity` for not at all. */
  delayMs(nowMs: number): number;
  /** Whether the load allows one more. Counts nothing. */
  allows(nowMs: number): boolean;
  /** A hedge was started. */
  started(nowMs: number): void;
  /** A hedge would have been started, but the load, the budget or a limiter did not allow it. */
  refused(): void;
  /**
   * How long the first attempt of a call took that ended with a success; or that was cut because a hedge had won: then it would have taken longer, which
   * must be counted all the same, or the quantile would sink with every hedge that wins.
   */
  firstTook(nowMs: number, durationMs: number): void;
  /** An attempt has ended a hedged round with a success. `cut`: attempts that were cut short for it. */
  won(byHedge: boolean, cut: number): void;
}

const METHODS = [
  "began",
  "delayMs",
  "allows",
  "started",
  "refused",
  "firstTook",
  "won",
] as const satisfies readonly (keyof Hedging)[];

/** Whether an object is a Hedge, of whichever copy of this package. */
export function isHedging(value: object): value is Hedging {
  return ROUNDS in value && hasMethods(value, METHODS);
}
