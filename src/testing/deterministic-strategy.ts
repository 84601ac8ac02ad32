import { asStrategy, type BackoffContext, type Strategy } from "../core/backoff/strategy.ts";
import { arrayOf, checkValue, type OptionRule, requireOptions, zeroOrMore } from "../core/option-rules.ts";

/** What a `DeterministicStrategy` does with retries for which no delay is listed. */
export interface DeterministicStrategyOptions {
  /**
   * The delay of every retry after the last one listed: `"repeat"` gives the last one again, `"throw"` fails the call with a RangeError, for tests
   * that say how many retries there are; a number gives that many milliseconds, >= 0. @default "repeat"
   */
  readonly afterLast?: "repeat" | "throw" | number | undefined;
}

/** A strategy whose delays are listed. */
export interface DeterministicStrategy extends Strategy {
  /** The delays, in milliseconds: the first is that of the first retry. */
  readonly delaysMs: readonly number[];
}

const delaysRule: OptionRule = {
  ...arrayOf("a non-empty array of milliseconds", zeroOrMore),
  ok: (value: unknown) => Array.isArray(value) && value.length > 0,
};

const afterLastRule: OptionRule = {
  text: '"repeat", "throw" or a number >= 0',
  type: "",
  ok: (value: unknown) => value === "repeat" || value === "throw" || (typeof value === "number" && value >= 0),
};

interface DeterministicStrategyConstructor {
  new (delaysMs: readonly number[], options?: DeterministicStrategyOptions): DeterministicStrategy;
  (delaysMs: readonly number[], options?: DeterministicStrategyOptions): DeterministicStrategy;
}

/** A function that returns an object serves with `new`, too. */
function deterministicStrategy(given: readonly number[], options: DeterministicStrategyOptions = {}): DeterministicStrategy {
  const delaysMs: readonly number[] = Array.isArray(given) ? Object.freeze([...given]) : given;
  checkValue("deterministicStrategy.delaysMs", delaysMs, delaysRule);
  const { afterLast = "repeat" } = requireOptions("deterministicStrategy", options, { rules: { afterLast: afterLastRule } });
  const last = delaysMs.at(-1) as number;
  const strategy = ({ attempt }: BackoffContext): number => {
    const delayMs = delaysMs[attempt - 1];
    if (delayMs !== undefined) return delayMs;
    if (typeof afterLast === "number") return afterLast;
    if (afterLast === "repeat") return last;
    const count = delaysMs.length === 1 ? "is one delay" : `are ${delaysMs.length} delays`;
    throw new RangeError(
      `deterministicStrategy: attempt ${attempt} has failed, and there ${count} only: [${delaysMs.join(", ")}].`,
    );
  };
  return Object.assign(
    asStrategy(strategy, {
      name: "DeterministicStrategy",
      settings: { delaysMs, afterLast },
      readsRetryAfter: false,
      bounded: true,
    }),
    { delaysMs },
  );
}

/**
 * The listed delays, one after the other, by the number of the attempt that failed: the first follows attempt 1. It keeps no state, so that calls at the
 * same time do not disturb each other. In a hedged call, where a hedge is an attempt too, the next retry takes the delay of its own number.
 *
 * @param delaysMs milliseconds, each >= 0; at least one. `Infinity` never fits the deadline
 * @param options.afterLast what a retry waits for which none is listed @default "repeat": as long as the last one
 * @throws TypeError or RangeError for what is no such list, and a wrong or unknown option
 * @example
 * import { DeterministicStrategy } from "redress/testing";
 *
 * const policy = new Policy({ retry: { strategy: new DeterministicStrategy([100, 200, 400]) }, clock: new VirtualClock() });
 */
export const DeterministicStrategy: DeterministicStrategyConstructor =
  deterministicStrategy as unknown as DeterministicStrategyConstructor;
