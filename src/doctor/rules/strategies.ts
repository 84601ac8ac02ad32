/* Rules about what a strategy is made of. */
import { strategyPartOf } from "../../core/backoff/strategy.ts";
import { ERROR_CLASSES, NEVER_RETRIED } from "../../core/failure/error-class.ts";
import { descriptionOf } from "../../core/part.ts";
import { rangeOf, toAsk } from "../ask.ts";
import { nameOf } from "../made-by.ts";
import { type Retried, strategiesInUse } from "../retried.ts";
import type { Rule } from "./warning.ts";

export const retryAfterIgnored: Rule = {
  id: "retry-after-ignored",
  reads: ["strategy", "strategies", "maxAttempts", "perClassMaxAttempts"],
  check({ worst: { retried } }, { classes }) {
    const used = retried.find(({ errorClass }) => errorClass === "RATE_LIMIT");
    if (used === undefined || classes?.includes("RATE_LIMIT") === false) return [];
    if (strategyPartOf(used.strategy)?.readsRetryAfter !== false) return [];
    const message =
      `${used.option} is ${nameOf(used.strategy)}, which does not look at retryAfterMs: a rate limited call comes back before the dependency ` +
      "asked it to, and is refused again.";
    const fix =
      used.option === "retry.strategy"
        ? "Wrap it: retryAfterOr(strategy); or give RATE_LIMIT a strategy of its own."
        : "Wrap it: retryAfterOr(strategy).";
    return [{ option: used.option, value: descriptionOf(used.strategy), message, fix }];
  },
};

export const noJitter: Rule = {
  id: "no-jitter",
  reads: ["strategy", "strategies", "maxAttempts"],
  check({ plan: { retry }, worst }) {
    return strategiesInUse(worst.retried).flatMap((used) => {
      const value = descriptionOf(used.strategy);
      const warn = (why: string, fix: string) => [
        { option: used.option, value, message: `${used.option} is ${nameOf(used.strategy)}, ${why}`, fix },
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
  const asked = toAsk(strategy, null);
  let prevSleepMs: number | null = null;
  for (let attempt = 1; attempt <= attempts; attempt++) {
    const asking = retryAfterMs === undefined ? {} : { retryAfterMs };
    const range = rangeOf(asked, { errorClass, attempt, prevSleepMs, remainingMs: 3_600_000, ...asking });
    if (range === null || range.leastMs !== range.mostMs) return false;
    prevSleepMs = range.leastMs;
  }
  return true;
}

export const unusedStrategy: Rule = {
  id: "unused-strategy",
  reads: ["strategies", "perClassMaxAttempts", "maxUnknownAttempts"],
  check({ plan: { retry } }) {
    if (retry === null) return [];
    return ERROR_CLASSES.flatMap((errorClass) => {
      const strategy = retry.strategies[errorClass];
      if (strategy === undefined) return [];
      const option = `retry.strategies.${errorClass}`;
      const warn = (why: string, fix: string) => [
        { option, value: descriptionOf(strategy), message: `${option} is ${nameOf(strategy)}, but ${why}`, fix },
      ];
      if (NEVER_RETRIED.has(errorClass)) {
        const fix = "Leave it out, or let the classifier give another class to failures that repeating can help.";
        return warn(`${errorClass} is never retried: the strategy is never asked.`, fix);
      }
      const cap = retry.perClassMaxAttempts[errorClass] === 0 ? `retry.perClassMaxAttempts.${errorClass}` : null;
      const zero = cap ?? (errorClass === "UNKNOWN" && retry.maxUnknownAttempts === 0 ? "retry.maxUnknownAttempts" : null);
      return zero === null ? [] : warn(`${zero} is 0: the strategy is never asked.`, `Leave it out, or raise ${zero}.`);
    });
  },
};
