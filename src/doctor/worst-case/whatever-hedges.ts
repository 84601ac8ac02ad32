import type { DelayQuestion, DelayRange, delayRange } from "./ask-strategy.ts";

/**
 * So many attempts of a round are asked about: both ends, and some between, since a function of the user's own may answer anything. The delays of the
 * built-in strategies only grow with the attempt.
 */
const ASKED = { early: 8, late: 3 } as const;
/** Rounds that are early ones. */
const EARLY = 16;

/**
 * The delays after a round, whichever of its attempts was the last. A strategy is asked with the number of attempts so far, and hedges count: after
 * the second round that may be 2, or 4.
 *
 * @param perRound the attempts of a round, at most
 */
export function whateverHedges(range: typeof delayRange, perRound: number, maxAttempts: number): typeof delayRange {
  if (perRound === 1) return range;
  return (strategy, question: DelayQuestion) => {
    const rounds = question.attempt;
    const most = Math.max(rounds, Math.min(rounds * perRound, maxAttempts - 1, Number.MAX_SAFE_INTEGER));
    const last = (rounds <= EARLY ? ASKED.early : ASKED.late) - 1;
    const asked = new Set(Array.from({ length: last + 1 }, (_, index) => Math.round(rounds + ((most - rounds) * index) / last)));
    let all = null as DelayRange | null;
    for (const attempt of asked) {
      const one = range(strategy, { ...question, attempt });
      if (one === null) return null;
      all = { leastMs: Math.min(all?.leastMs ?? Infinity, one.leastMs), mostMs: Math.max(all?.mostMs ?? 0, one.mostMs) };
    }
    return all;
  };
}
