/* How long a call takes. */
import type { RetrySettings } from "../../run/call/retry-settings.ts";
import type { View } from "../subjects/index.ts";
import { counted, list, ms } from "../wording.ts";
import { deferralOf, totalAfter, unaskable } from "../worst-case/index.ts";

export function delaySentences({ plan: { retry }, worst }: View): readonly string[] {
  const { rounds, usual, retried, heedsRetryAfter } = worst;
  if (retry === null || retried.length === 0) return [];
  const { deadlineMs } = retry;
  const end = deadlineMs === Infinity ? "and nothing bounds them" : `below retry.deadlineMs (${ms(deadlineMs)})`;
  const sentences: string[] = [];

  const unasked = unaskable(retried);
  const sleptMs = totalAfter(usual.longest, rounds - 1);
  if (unasked.length > 0) {
    const why = "it throws, answers no number, or takes its chance from elsewhere";
    sentences.push(`The strategy of ${list(unasked)} could not be asked: ${why}. Its delays count as unbounded.`);
  } else if (sleptMs === Infinity) {
    sentences.push("The delays add up without end.");
  } else {
    const retries = rounds === Infinity ? "all retries" : counted(rounds - 1, "retry", "retries");
    sentences.push(`The longest delays of ${retries} add up to ${ms(sleptMs)}.`);
  }
  if (sleptMs >= deadlineMs && deadlineMs < Infinity)
    sentences.push(`A call sleeps for less than retry.deadlineMs (${ms(deadlineMs)}).`);
  if (rounds > 1 && heedsRetryAfter) sentences.push(`A dependency may ask for longer delays (retryAfterMs), ${end}.`);
  if (rounds > 1 && retry.sleeper !== undefined)
    sentences.push(`retry.sleeper sleeps instead of the clock, and may take longer, ${end}.`);
  if (rounds > 1) sentences.push(...deferralSentences(retry, worst.deliveries, end));
  return sentences;
}

/** What a sleep handler makes of the delays. */
function deferralSentences({ sleep }: RetrySettings, deliveries: number, end: string): readonly string[] {
  const deferral = deferralOf(sleep);
  if (deferral === null) return [];
  const { fromMs } = deferral;
  const begun = deliveries === Infinity ? "any number of deliveries" : `up to ${counted(deliveries, "delivery", "deliveries")}`;
  const all =
    "Caps and deadline hold over all of them, with the delays between, where each goes on from the progress of the one before.";
  if (fromMs === null)
    return [`retry.sleep may take its time to answer, ${end}, and may leave each retry to a later delivery: ${begun}. ${all}`];
  if (deliveries === 1) return [`retry.sleep leaves delays from ${ms(fromMs)} to later deliveries: none is as long.`];
  return [`retry.sleep leaves delays from ${ms(fromMs)} to later deliveries: ${begun}. ${all}`];
}

export function totalSentence({ plan: { retry }, worst }: View): string {
  const { deadlineMs = Infinity, attemptTimeoutMs = Infinity } = retry ?? {};
  const { attempts, asleepMs, queuedMs, totalMs } = worst;
  if (totalMs === Infinity) {
    const why =
      attemptTimeoutMs === Infinity
        ? "so is retry.attemptTimeoutMs"
        : queuedMs === Infinity
          ? "so is the time in the queue of a limiter"
          : "its attempts and delays have no end";
    return `Nothing bounds the time of a call: retry.deadlineMs is Infinity, and ${why}.`;
  }
  const sync = "A synchronous attempt cannot be interrupted, and may take longer.";
  if (totalMs === deadlineMs) return `retry.deadlineMs ends a call after ${ms(deadlineMs)}, whatever it is doing. ${sync}`;
  const delays = asleepMs === 0 ? "" : ` + ${ms(asleepMs)} of delays`;
  const queues = queuedMs === 0 ? "" : ` + ${ms(queuedMs)} in queues`;
  return `${counted(attempts, "attempt")} x retry.attemptTimeoutMs (${ms(attemptTimeoutMs)})${delays}${queues} = ${ms(totalMs)}. ${sync}`;
}

/** What an attempt timeout does not bound. */
export function overlapSentences({ plan: { retry } }: View): readonly string[] {
  if (retry === null || retry.attemptTimeoutMs === Infinity) return [];
  const next = retry.maxAttempts === 1 ? "" : ", beside the next one,";
  return [
    `An attempt that is cut short goes on in the background${next} unless its operation stops by attempt.signal; wrapped functions get it by passAttempt.`,
  ];
}
