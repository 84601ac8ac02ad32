import { totalAfter, unaskable } from "./delays.ts";
import { list, ms, plural } from "./in-words.ts";
import { madeBy, toldOf } from "./made-by.ts";
import type { View } from "./view.ts";

/** How the numbers of the worst case come about, a sentence each. */
export function because(view: View): readonly string[] {
  const { retry, breaker, fallback } = view.plan;
  if (retry === null) {
    const alone =
      view.kind === "breaker" ? "A breaker lets a call make one attempt." : "There is no retry: a call makes one attempt.";
    return [alone, "Nothing bounds the time that it takes."];
  }
  return [
    attemptsSentence(view),
    ...delaySentences(view),
    totalSentence(view),
    ...budgetSentences(view),
    ...(breaker === null ? [] : ["While the circuit is open, calls are rejected without an attempt."]),
    ...(fallback === null ? [] : ["The fallback runs after that: nothing bounds the time that it takes."]),
  ];
}

function attemptsSentence({ plan: { retry }, worst }: View): string {
  const { maxAttempts = 1, deadlineMs = Infinity } = retry ?? {};
  const { attempts, attemptsByClass, attemptsBySettings, retried } = worst;
  const requests = `each is a request, ${attempts === Infinity ? "and nothing bounds them" : `${plural(attempts, "request")} per call`}`;
  if (maxAttempts === 1) return "retry.maxAttempts is 1: a call makes one attempt, which is one request.";
  if (retried.length === 0)
    return "No class is retried, for lack of a strategy or a cap above 0: a call makes one attempt, which is one request.";
  if (attempts < attemptsBySettings) {
    return `The shortest delays let ${plural(attempts, "attempt")} begin within retry.deadlineMs (${ms(deadlineMs)}): ${requests}.`;
  }
  if (attempts === Infinity) {
    const deadline =
      deadlineMs === Infinity ? "" : ` but retry.deadlineMs (${ms(deadlineMs)}), since the shortest delays are 0 ms`;
    return `retry.maxAttempts is Infinity: nothing bounds the attempts${deadline}. Each is a request.`;
  }
  if (attemptsByClass < maxAttempts) {
    const caps = retried.map(({ errorClass, cap }) => `${errorClass} ${cap}`);
    return `The caps on retries of single classes (${caps.join(", ")}) allow ${plural(attempts, "attempt")}, below retry.maxAttempts (${maxAttempts}): ${requests}.`;
  }
  return `retry.maxAttempts allows ${plural(attempts, "attempt")}: ${requests}.`;
}

function delaySentences({ plan: { retry }, worst }: View): readonly string[] {
  const { attempts, longest, retried } = worst;
  if (retry === null || retried.length === 0) return [];
  const { deadlineMs } = retry;
  const noEnd = deadlineMs === Infinity;
  const sentences: string[] = [];

  const mute = unaskable(retried);
  const sleptMs = totalAfter(longest, attempts - 1);
  if (mute.length > 0) {
    const why = "it throws, answers no number, or takes its chance from elsewhere";
    sentences.push(`The strategy of ${list(mute)} could not be asked: ${why}. Its delays count as unbounded.`);
  } else if (sleptMs === Infinity) {
    sentences.push("The delays add up without end.");
  } else {
    const retries = attempts === Infinity ? "all retries" : plural(attempts - 1, "retry", "retries");
    sentences.push(`The longest delays of ${retries} add up to ${ms(sleptMs)}.`);
  }
  if (sleptMs >= deadlineMs && !noEnd) sentences.push(`A call sleeps for less than retry.deadlineMs (${ms(deadlineMs)}).`);
  if (retried.some(({ strategy }) => madeBy(strategy)?.includes("retryAfterOr"))) {
    const bound = noEnd ? "Nothing bounds that wait" : "It must fit into the deadline, or the call stops";
    sentences.push(`A dependency may ask for a longer wait (retryAfterMs). ${bound}.`);
  }
  return sentences;
}

function totalSentence({ plan: { retry }, worst: { attempts, asleepMs, totalMs } }: View): string {
  const { deadlineMs = Infinity, attemptTimeoutMs = Infinity } = retry ?? {};
  if (totalMs === Infinity) {
    return (
      "Nothing bounds the time of a call: retry.deadlineMs is Infinity, and " +
      (attemptTimeoutMs === Infinity ? "so is retry.attemptTimeoutMs." : "its attempts and delays have no end.")
    );
  }
  const sync = "A synchronous attempt cannot be interrupted, and may take longer.";
  if (totalMs === deadlineMs) return `retry.deadlineMs ends a call after ${ms(deadlineMs)}, whatever it is doing. ${sync}`;
  const delays = asleepMs === 0 ? "" : ` + ${ms(asleepMs)} of delays`;
  return `${plural(attempts, "attempt")} x retry.attemptTimeoutMs (${ms(attemptTimeoutMs)})${delays} = ${ms(totalMs)}. ${sync}`;
}

function budgetSentences({ plan: { retry } }: View): readonly string[] {
  if (retry?.budget === undefined) return [];
  const { name, settings = {} } = toldOf(retry.budget) ?? {};
  const { maxRetries, windowMs, capacity, retryCost, successRefund } = settings;
  if (name === "Budget")
    return [`The budget allows ${maxRetries} retries of all calls together within any ${ms(Number(windowMs))}.`];
  if (name !== "TokenBudget") return ["The budget may refuse retries: it tells nothing of its settings."];
  const atOnce = Math.floor(Number(capacity) / Number(retryCost));
  const share = Math.round((Number(successRefund) / Number(retryCost)) * 1000) / 1000;
  return [
    `The budget allows ${plural(atOnce, "retry", "retries")} of all calls together and, once they are spent, ${share} per success.`,
  ];
}
