import { descriptionOf } from "../../core/part.ts";
import { strategyName } from "../wording.ts";
import { delayRange, type Retried, strategiesInUse, strategyToAsk } from "../worst-case/index.ts";
import type { SubjectRule } from "./rule.ts";

export const noJitter: SubjectRule = {
  id: "no-jitter",
  summary: "Callers that failed together come back together.",
  reads: ["strategy", "strategies", "maxAttempts"],
  check({ plan: { retry }, worst }) {
    return strategiesInUse(worst.retried).flatMap((used) => {
      const value = descriptionOf(used.strategy);
      const warn = (why: string, fix: string) => [
        { option: used.option, value, message: `${used.option} is ${strategyName(used.strategy)}, ${why}`, fix },
      ];
      const retries = Math.min(used.cap, (retry?.maxAttempts ?? 1) - 1, 3);
      if (isFixed(used, retries, undefined)) {
        const why = "whose delays are always the same: callers that failed together come back together, again and again.";
        return warn(why, "Use fullJitter, equalJitter or decorrelatedJitter, or give the strategy chance from its context.");
      }
      if (isFixed(used, retries, 60_000)) {
        const why = "which waits exactly as long as the dependency asked: all callers come back at that instant.";
        return warn(why, "Add chance: retryAfterOr(strategy, { jitterMs: 250 }).");
      }
      return [];
    });
  },
};

/** Whether the shortest and the longest delay are the same after each attempt. */
function isFixed({ strategy, errorClass }: Retried, attempts: number, retryAfterMs: number | undefined): boolean {
  const asked = strategyToAsk(strategy, null);
  let prevSleepMs: number | null = null;
  for (let attempt = 1; attempt <= attempts; attempt++) {
    const asking = retryAfterMs === undefined ? {} : { retryAfterMs };
    const range = delayRange(asked, { errorClass, attempt, prevSleepMs, remainingMs: 3_600_000, ...asking });
    if (range === null || range.leastMs !== range.mostMs) return false;
    prevSleepMs = range.leastMs;
  }
  return true;
}
