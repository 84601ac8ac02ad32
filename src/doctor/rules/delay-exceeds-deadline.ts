import { strategyPartOf } from "../../core/backoff/strategy.ts";
import { descriptionOf } from "../../core/part.ts";
import { defaultStrategy } from "../../core/retry/defaults.ts";
import { ms, strategyName } from "../wording.ts";
import { delayRange, type Retried, strategiesInUse, strategyToAsk } from "../worst-case/index.ts";
import type { SubjectRule } from "./rule.ts";

const PRESET = JSON.stringify(descriptionOf(defaultStrategy()));

export const delayExceedsDeadline: SubjectRule = {
  id: "delay-exceeds-deadline",
  summary: "A strategy may wait longer than the whole call may take.",
  reads: ["deadlineMs", "maxAttempts", "strategy", "strategies"],
  check({ plan: { retry }, worst }) {
    if (retry === null || retry.deadlineMs === Infinity) return [];
    const { deadlineMs, maxAttempts } = retry;
    return strategiesInUse(worst.retried).flatMap((used) => {
      // The preset was not chosen.
      const preset = used.option === "retry.strategy" && JSON.stringify(descriptionOf(used.strategy)) === PRESET;
      if (preset) return [];
      const longestMs = longestDelay(used, Math.min(used.cap, maxAttempts - 1), deadlineMs);
      if (longestMs === null || longestMs < deadlineMs) return [];
      const message =
        `${used.option} is ${strategyName(used.strategy)} with delays of up to ${ms(longestMs)}, not below retry.deadlineMs (${ms(deadlineMs)}): ` +
        "a delay that does not fit ends the call instead.";
      const fix = `Lower its longest delay to a fraction of ${ms(deadlineMs)}, or raise retry.deadlineMs.`;
      return [{ option: used.option, value: descriptionOf(used.strategy), message, fix }];
    });
  },
};

/** The longest delay that a strategy can give: at any attempt where it has a limit of its own, else at those that a call can get to. */
function longestDelay({ strategy, errorClass }: Retried, retries: number, deadlineMs: number): number | null {
  const asked = strategyToAsk(strategy, errorClass);
  let longestMs = 0;
  let prevSleepMs: number | null = null;
  const steps = strategyPartOf(strategy)?.bounded ? 64 : Math.min(retries, 64);
  for (let attempt = 1; attempt <= steps; attempt++) {
    const range = delayRange(asked, { errorClass, attempt, prevSleepMs, remainingMs: deadlineMs });
    if (range === null) return null;
    longestMs = Math.max(longestMs, range.mostMs);
    prevSleepMs = range.mostMs;
  }
  return longestMs;
}
