/* What a call goes on from. The progress comes from outside, the options around it do not: what is wrong with the one is told apart from a mistake in the other. */
import { isInvalidProgressError } from "../core/failure/invalid-progress-error.ts";
import { isPlain } from "../core/is-object.ts";
import { checkedByOwner, checkOptions, oneOf, wholeFrom } from "../core/option-rules.ts";
import type { Resumption } from "../core/retry/progress.ts";
import { readProgress } from "../core/retry/read-progress.ts";
import type { ResumeOptions } from "../run/call/options.ts";

const rules = { progress: checkedByOwner, otherwise: oneOf(["fail", "restart"]), deliveries: wholeFrom(1) };
const NOTHING_YET: Resumption = { attempts: 0, failures: {}, elapsedMs: 0, prevSleepMs: null, deliveries: 0 };

/**
 * Reads what a call goes on from; `null` where it begins.
 *
 * @param owner the option that it was given as, for messages
 */
export function readResume(owner: string, given: unknown): Resumption | null {
  if (given === null) return null;
  if (!isPlain(given) || Object.hasOwn(given, "version") || !Object.keys(rules).some((name) => Object.hasOwn(given, name)))
    return readProgress(given);
  const { progress, otherwise, deliveries = 1 } = checkOptions(owner, given as ResumeOptions, rules);
  const before = progressBefore(progress, otherwise);
  const known = before ?? NOTHING_YET;
  const lost = deliveries - 1 - known.deliveries;
  return lost <= 0 ? before : { ...known, attempts: known.attempts + lost, deliveries: known.deliveries + lost };
}

function progressBefore(progress: unknown, otherwise: ResumeOptions["otherwise"]): Resumption | null {
  if (progress === undefined || progress === null) return null;
  try {
    return readProgress(progress);
  } catch (error) {
    if (otherwise === "restart" && isInvalidProgressError(error)) return null;
    throw error;
  }
}
