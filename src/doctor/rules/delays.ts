/* Rules about how long a call waits between its attempts. */

import { strategyPartOf } from "../../core/backoff/strategy.ts";
import type { Classifier } from "../../core/failure/classification.ts";
import { defaultClassifier, strictClassifier } from "../../core/failure/default-classifier.ts";
import type { ErrorClass } from "../../core/failure/error-class.ts";
import { descriptionOf } from "../../core/part.ts";
import { defaultStrategy } from "../../core/retry/defaults.ts";
import { rangeOf, toAsk } from "../ask.ts";
import { firstDelay } from "../delays.ts";
import { ms } from "../in-words.ts";
import { nameOf } from "../made-by.ts";
import { type Retried, strategiesInUse } from "../retried.ts";
import type { Rule } from "./warning.ts";

export const noRoomForRetry: Rule = {
  id: "no-room-for-retry",
  reads: ["classifier", "attemptTimeoutMs", "deadlineMs", "maxAttempts", "strategy", "strategies", "sleeper"],
  check({ plan: { retry }, worst: { retried } }) {
    if (retry === null || retry.attemptTimeoutMs === Infinity) return [];
    const { attemptTimeoutMs, deadlineMs } = retry;
    const after = retried.filter(({ errorClass }) => mayBeTimeout(errorClass, retry.classifier));
    if (after.length === 0) return [];
    // A sleeper takes the time that it takes.
    const delays = after.map(({ errorClass, strategy }) => firstDelay(errorClass, strategy)?.leastMs ?? 0);
    const firstMs = retry.sleeper === undefined ? Math.min(...delays) : 0;
    if (attemptTimeoutMs + firstMs < deadlineMs) return [];
    const delay = firstMs === 0 ? "" : ` and the shortest first delay is ${ms(firstMs)}`;
    const message =
      `retry.attemptTimeoutMs is ${ms(attemptTimeoutMs)}${delay}, which leaves no room for a second attempt ` +
      `within retry.deadlineMs (${ms(deadlineMs)}): an attempt that times out is never retried.`;
    const raise = `raise retry.deadlineMs above ${ms(attemptTimeoutMs * 2 + firstMs)}`;
    const roomMs = deadlineMs - firstMs;
    const fix =
      roomMs > 0 ? `Set retry.attemptTimeoutMs well below ${ms(roomMs)}, or ${raise}.` : `Shorten the delays, or ${raise}.`;
    return [{ option: "retry.attemptTimeoutMs", value: attemptTimeoutMs, message, fix }];
  },
};

/** Whether an attempt that timed out may be a failure of this class. The built-in classifiers say what it is; another one is not asked. */
const mayBeTimeout = (errorClass: ErrorClass, classifier: Classifier): boolean =>
  errorClass === "TRANSIENT" || (classifier !== defaultClassifier && classifier !== strictClassifier);

const PRESET = JSON.stringify(descriptionOf(defaultStrategy()));

export const delayExceedsDeadline: Rule = {
  id: "delay-exceeds-deadline",
  reads: ["deadlineMs", "maxAttempts", "strategy", "strategies"],
  check({ plan: { retry }, worst }) {
    if (retry === null || retry.deadlineMs === Infinity) return [];
    const { deadlineMs, maxAttempts } = retry;
    return strategiesInUse(worst.retried).flatMap((used) => {
      // The preset was nobody's choice.
      const preset = used.option === "retry.strategy" && JSON.stringify(descriptionOf(used.strategy)) === PRESET;
      if (preset) return [];
      const longestMs = longestDelay(used, Math.min(used.cap, maxAttempts - 1), deadlineMs);
      if (longestMs === null || longestMs < deadlineMs) return [];
      const message =
        `${used.option} is ${nameOf(used.strategy)} with delays of up to ${ms(longestMs)}, not below retry.deadlineMs (${ms(deadlineMs)}): ` +
        "a delay that does not fit ends the call instead.";
      const fix = `Lower its longest delay to a fraction of ${ms(deadlineMs)}, or raise retry.deadlineMs.`;
      return [{ option: used.option, value: descriptionOf(used.strategy), message, fix }];
    });
  },
};

/** The longest delay a strategy can answer: a built-in one ever, since it has a cap; another one as far as a call gets. */
function longestDelay({ strategy, errorClass }: Retried, retries: number, deadlineMs: number): number | null {
  const asked = toAsk(strategy, errorClass);
  let longestMs = 0;
  let prevSleepMs: number | null = null;
  const steps = strategyPartOf(strategy)?.bounded ? 64 : Math.min(retries, 64);
  for (let attempt = 1; attempt <= steps; attempt++) {
    const range = rangeOf(asked, { errorClass, attempt, prevSleepMs, remainingMs: deadlineMs });
    if (range === null) return null;
    longestMs = Math.max(longestMs, range.mostMs);
    prevSleepMs = range.mostMs;
  }
  return longestMs;
}
