/* Rules about the limits on the attempts of one call. */
import { ERROR_CLASSES, type ErrorClass, NEVER_RETRIED } from "../../core/failure/error-class.ts";
import type { RetrySettings } from "../../run/call/retry-settings.ts";
import { ms, plural } from "../in-words.ts";
import type { View } from "../view.ts";
import type { Rule, Warning } from "./warning.ts";

export const unreachableCap: Rule = {
  id: "unreachable-cap",
  reads: ["maxAttempts", "perClassMaxAttempts", "strategy", "strategies", "deadlineMs", "maxUnknownAttempts", "sleeper"],
  check(view) {
    const { retry } = view.plan;
    if (retry === null) return [];
    const classes = ERROR_CLASSES.flatMap((errorClass) => classCap(view, retry, errorClass) ?? []);
    return [...classes, ...(unknownCap(view, retry) ?? []), ...(attemptsCap(view, retry) ?? [])];
  },
};

function classCap({ worst }: View, retry: RetrySettings, errorClass: ErrorClass): Warning | null {
  const cap = retry.perClassMaxAttempts[errorClass] ?? 0;
  // 0 forbids retries, which is never idle; Infinity is no cap.
  if (cap === 0 || cap === Infinity) return null;
  const option = `retry.perClassMaxAttempts.${errorClass}`;
  const warn = (why: string, fix: string): Warning => ({ option, value: cap, message: `${option} is ${cap}, but ${why}`, fix });
  if (NEVER_RETRIED.has(errorClass)) {
    const fix = `Leave ${errorClass} out, or let the classifier give another class to failures that repeating can help.`;
    return warn(`${errorClass} is never retried: the cap bounds nothing.`, fix);
  }
  if ((retry.strategies[errorClass] ?? retry.strategy) === undefined) {
    const fix = `Give retry.strategies.${errorClass} or retry.strategy, or leave the cap out.`;
    return warn(`there is no strategy for ${errorClass}: it is not retried at all.`, fix);
  }
  const { maxAttempts, maxUnknownAttempts, deadlineMs } = retry;
  if (errorClass === "UNKNOWN" && cap > maxUnknownAttempts) {
    const why = `retry.maxUnknownAttempts (${maxUnknownAttempts}) ends the call after ${plural(maxUnknownAttempts, "retry", "retries")} of it: the cap is never reached.`;
    return warn(why, "Raise retry.maxUnknownAttempts to the cap, or leave the cap out.");
  }
  if (cap >= maxAttempts) {
    const why = `retry.maxAttempts (${maxAttempts}) ends the call after ${plural(maxAttempts - 1, "retry", "retries")}: the cap is never reached.`;
    return warn(
      why,
      "Caps count retries, maxAttempts counts attempts: lower the cap, raise retry.maxAttempts, or leave the cap out.",
    );
  }
  const { attempts } = worst.usual;
  if (cap < attempts || retry.sleeper !== undefined) return null;
  const why = `${beginWithin(attempts, deadlineMs)}: the cap is never reached.`;
  return warn(why, "Lower the cap, raise retry.deadlineMs, or shorten the delays.");
}

function unknownCap({ chosen }: View, { maxUnknownAttempts, perClassMaxAttempts }: RetrySettings): readonly Warning[] | null {
  const cap = perClassMaxAttempts.UNKNOWN ?? Infinity;
  if (cap >= maxUnknownAttempts || maxUnknownAttempts === Infinity || !chosen("maxUnknownAttempts")) return null;
  const option = "retry.maxUnknownAttempts";
  const message =
    `${option} is ${maxUnknownAttempts}, but retry.perClassMaxAttempts.UNKNOWN (${cap}) ends the call ` +
    `after ${plural(cap, "retry", "retries")} of it: the cap is never reached.`;
  return [{ option, value: maxUnknownAttempts, message, fix: "Both count the same retries: leave one of them out." }];
}

const beginWithin = (attempts: number, deadlineMs: number): string =>
  `with the shortest delays of the strategies, only ${plural(attempts, "attempt")} can begin within retry.deadlineMs (${ms(deadlineMs)})`;

function attemptsCap(view: View, { maxAttempts, deadlineMs, sleeper }: RetrySettings): readonly Warning[] | null {
  if (maxAttempts <= 1 || maxAttempts === Infinity) return null;
  const { retried, attemptsByClass, usual } = view.worst;
  const option = "retry.maxAttempts";
  const warn = (why: string, fix: string): readonly Warning[] => [
    { option, value: maxAttempts, message: `${option} is ${maxAttempts}, but ${why}`, fix },
  ];
  if (retried.length === 0) {
    const why = "no class is retried: none has both a strategy and a cap above 0. Every call makes one attempt.";
    return warn(why, "Give retry.strategy, or retry.strategies for the classes to retry; or set retry.maxAttempts to 1.");
  }
  if (!view.chosen("maxAttempts")) return null;
  if (attemptsByClass < maxAttempts) {
    const why = `the caps of the classes allow ${plural(attemptsByClass, "attempt")} at most, all classes together.`;
    return warn(why, `Set it to ${attemptsByClass}, or raise the caps.`);
  }
  const { attempts, shortest } = usual;
  // A sleeper takes the time that it takes.
  if (attempts < maxAttempts && sleeper === undefined) {
    const neededMs = shortest.totalsMs[maxAttempts - 2];
    const needed = neededMs === undefined ? "" : `: all of them take ${ms(neededMs)} of delays`;
    return warn(
      `${beginWithin(attempts, deadlineMs)}${needed}.`,
      `Set it to ${attempts} or less, raise retry.deadlineMs, or shorten the delays.`,
    );
  }
  return null;
}

export const unknownCapAboveGlobal: Rule = {
  id: "unknown-cap-above-global",
  reads: ["maxAttempts", "maxUnknownAttempts"],
  check({ plan: { retry }, chosen }) {
    if (retry === null || !chosen("maxUnknownAttempts")) return [];
    const { maxAttempts, maxUnknownAttempts } = retry;
    if (maxAttempts <= 1 || maxUnknownAttempts === Infinity || maxUnknownAttempts < maxAttempts) return [];
    const message =
      `retry.maxUnknownAttempts is ${maxUnknownAttempts}, and retry.maxAttempts (${maxAttempts}) allows ${plural(maxAttempts - 1, "retry", "retries")} at all: ` +
      "failures that nobody could classify are retried as often as any other.";
    const fix = `Set it below ${maxAttempts - 1}, or to Infinity where unknown failures deserve as many retries as known ones.`;
    return [{ option: "retry.maxUnknownAttempts", value: maxUnknownAttempts, message, fix }];
  },
};
