import { ERROR_CLASSES, type ErrorClass, NEVER_RETRIED } from "../../core/failure/error-class.ts";
import type { RetrySettings } from "../../run/call/retry-settings.ts";
import type { View } from "../subjects/index.ts";
import { counted, ms } from "../wording.ts";
import type { SubjectRule, Warning } from "./rule.ts";

export const unreachableCap: SubjectRule = {
  id: "unreachable-cap",
  summary: "A cap that can never be reached bounds nothing.",
  reads: ["maxAttempts", "maxRetriesPerClass", "strategy", "strategies", "deadlineMs", "maxUnknownRetries", "sleeper", "hedge"],
  check(view) {
    const { retry } = view.plan;
    if (retry === null) return [];
    const classes = ERROR_CLASSES.flatMap((errorClass) => classCap(view, retry, errorClass) ?? []);
    return [...classes, ...(unknownCap(view, retry) ?? []), ...(attemptsCap(view, retry) ?? []), ...hedgesCap(view, retry)];
  },
};

function classCap({ worst }: View, retry: RetrySettings, errorClass: ErrorClass): Warning | null {
  const cap = retry.maxRetriesPerClass[errorClass] ?? 0;
  // 0 forbids retries, which is never idle; Infinity is no cap.
  if (cap === 0 || cap === Infinity) return null;
  const option = `retry.maxRetriesPerClass.${errorClass}`;
  const warn = (why: string, fix: string): Warning => ({ option, value: cap, message: `${option} is ${cap}, but ${why}`, fix });
  if (NEVER_RETRIED.has(errorClass)) {
    const fix = `Leave ${errorClass} out, or let the classifier give another class to failures that repeating can help.`;
    return warn(`${errorClass} is never retried: the cap bounds nothing.`, fix);
  }
  if ((retry.strategies[errorClass] ?? retry.strategy) === undefined) {
    const fix = `Give retry.strategies.${errorClass} or retry.strategy, or leave the cap out.`;
    return warn(`there is no strategy for ${errorClass}: it is not retried at all.`, fix);
  }
  const { maxAttempts, maxUnknownRetries, deadlineMs } = retry;
  if (errorClass === "UNKNOWN" && cap > maxUnknownRetries) {
    const why = `retry.maxUnknownRetries (${maxUnknownRetries}) ends the call after ${counted(maxUnknownRetries, "retry", "retries")} of it: the cap is never reached.`;
    return warn(why, "Raise retry.maxUnknownRetries to the cap, or leave the cap out.");
  }
  if (cap >= maxAttempts) {
    const why = `retry.maxAttempts (${maxAttempts}) ends the call after ${counted(maxAttempts - 1, "retry", "retries")}: the cap is never reached.`;
    return warn(
      why,
      "Caps count retries, maxAttempts counts attempts: lower the cap, raise retry.maxAttempts, or leave the cap out.",
    );
  }
  // A cap counts the failures of rounds: those of hedges whose round goes on are none.
  const { rounds } = worst.usual;
  if (cap < rounds || retry.sleeper !== undefined) return null;
  const why = `${beginWithin(rounds, deadlineMs)}: the cap is never reached.`;
  return warn(why, "Lower the cap, raise retry.deadlineMs, or shorten the delays.");
}

function unknownCap({ chosen }: View, { maxUnknownRetries, maxRetriesPerClass }: RetrySettings): readonly Warning[] | null {
  const cap = maxRetriesPerClass.UNKNOWN ?? Infinity;
  if (cap >= maxUnknownRetries || maxUnknownRetries === Infinity || !chosen("maxUnknownRetries")) return null;
  const option = "retry.maxUnknownRetries";
  const message =
    `${option} is ${maxUnknownRetries}, but retry.maxRetriesPerClass.UNKNOWN (${cap}) ends the call ` +
    `after ${counted(cap, "retry", "retries")} of it: the cap is never reached.`;
  return [{ option, value: maxUnknownRetries, message, fix: "Both count the same retries: leave one of them out." }];
}

const beginWithin = (attempts: number, deadlineMs: number): string =>
  `with the shortest delays of the strategies, only ${counted(attempts, "attempt")} can begin within retry.deadlineMs (${ms(deadlineMs)})`;

function attemptsCap(view: View, { maxAttempts, deadlineMs, sleeper }: RetrySettings): readonly Warning[] | null {
  if (maxAttempts <= 1 || maxAttempts === Infinity) return null;
  const { retried, roundsByClass, perRound, usual } = view.worst;
  const option = "retry.maxAttempts";
  const warn = (why: string, fix: string): readonly Warning[] => [
    { option, value: maxAttempts, message: `${option} is ${maxAttempts}, but ${why}`, fix },
  ];
  if (retried.length === 0 && perRound === 1) {
    const why = "no class is retried: none has both a strategy and a cap above 0. Every call makes one attempt.";
    return warn(why, "Give retry.strategy, or retry.strategies for the classes to retry; or set retry.maxAttempts to 1.");
  }
  if (!view.chosen("maxAttempts")) return null;
  const hedged = perRound === 1 ? "" : ", hedges included";
  const byClass = roundsByClass * perRound;
  if (byClass < maxAttempts) {
    const why = `the caps of the classes allow ${counted(byClass, "attempt")} at most, all classes together${hedged}.`;
    return warn(why, `Set it to ${byClass}, or raise the caps.`);
  }
  const { rounds, shortest } = usual;
  const attempts = rounds * perRound;
  // A sleeper takes the time that it takes.
  if (attempts < maxAttempts && sleeper === undefined) {
    const neededMs = perRound === 1 ? shortest.totalsMs[maxAttempts - 2] : undefined;
    const needed = neededMs === undefined ? "" : `: all of them take ${ms(neededMs)} of delays`;
    return warn(
      `${beginWithin(attempts, deadlineMs)}${hedged}${needed}.`,
      `Set it to ${attempts} or less, raise retry.deadlineMs, or shorten the delays.`,
    );
  }
  return null;
}

function hedgesCap({ hedge }: View, { maxAttempts }: RetrySettings): readonly Warning[] {
  // With one attempt, it is not the cap that is wrong.
  if (hedge === null || maxAttempts === 1 || hedge.maxHedges < maxAttempts || hedge.maxHedges === Infinity) return [];
  const { maxHedges } = hedge;
  const message =
    `hedge.maxHedges is ${maxHedges}, but hedges are attempts, and retry.maxAttempts (${maxAttempts}) allows ` +
    `${counted(maxAttempts - 1, "attempt")} beside the first: the cap is never reached.`;
  const fix = "Lower it, or raise retry.maxAttempts.";
  return [{ option: "hedge.maxHedges", value: maxHedges, message, fix }];
}
