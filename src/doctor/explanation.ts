import { strategyPartOf } from "../core/backoff/strategy.ts";
import type { View } from "./subjects/index.ts";
import { counted, list, ms, strategyName } from "./wording.ts";
import { budgetLimits, totalAfter, unaskable } from "./worst-case/index.ts";

/** How the numbers of the worst case come about, a sentence each. */
export function explain(view: View): readonly string[] {
  const { retry, breaker, fallback } = view.plan;
  if (retry === null) {
    const alone = view.alone ? "A breaker lets a call make one attempt." : "There is no retry: a call makes one attempt.";
    return [alone, "Nothing bounds the time that it takes."];
  }
  return [
    attemptsSentence(view),
    ...delaySentences(view),
    totalSentence(view),
    ...budgetSentences(view),
    ...(breaker === null ? [] : [openSentence(view)]),
    ...(fallback === null ? [] : ["The fallback runs after that: nothing bounds the time that it takes."]),
  ];
}

function openSentence({ breaker }: View): string {
  const rejected = "While the circuit is open, calls are rejected without an attempt";
  const { recoveryBackoff, recoveryTimeoutMs } = breaker ?? {};
  if (recoveryBackoff === undefined || recoveryTimeoutMs === undefined) return `${rejected}.`;
  const limit = strategyPartOf(recoveryBackoff)?.bounded === false ? ", which has no limit of its own" : "";
  return (
    `${rejected}: for circuitBreaker.recoveryTimeoutMs (${ms(recoveryTimeoutMs)}) at first and, after a failed probe, ` +
    `for as long as circuitBreaker.recoveryBackoff says (${strategyName(recoveryBackoff)})${limit}.`
  );
}

function attemptsSentence({ plan: { retry }, worst }: View): string {
  const { maxAttempts = 1, deadlineMs = Infinity } = retry ?? {};
  const { attempts, attemptsByClass, attemptsBySettings, retried, usual } = worst;
  const requests = `each is a request, ${attempts === Infinity ? "and nothing bounds them" : `${counted(attempts, "request")} per call`}`;
  if (maxAttempts === 1) return "retry.maxAttempts is 1: a call makes one attempt, which is one request.";
  if (retried.length === 0)
    return "No class is retried, for lack of a strategy or a cap above 0: a call makes one attempt, which is one request.";
  if (attempts < attemptsBySettings) {
    return `The shortest delays let ${counted(attempts, "attempt")} begin within retry.deadlineMs (${ms(deadlineMs)}): ${requests}.`;
  }
  // What the delays of the strategies would let begin, if it is less.
  const sooner =
    usual.attempts < attempts
      ? ` The shortest delays of the strategies let ${usual.attempts} begin within retry.deadlineMs (${ms(deadlineMs)}); ` +
        `${retry?.sleeper === undefined ? "a dependency that asks for shorter ones (retryAfterMs) lets" : "a sleeper that takes less time (retry.sleeper) lets"} more of them begin.`
      : "";
  if (attempts === Infinity) {
    const delays = usual.attempts < attempts ? "delays may be" : "the shortest delays are";
    const deadline = deadlineMs === Infinity ? "" : ` but retry.deadlineMs (${ms(deadlineMs)}), since ${delays} 0 ms`;
    return `retry.maxAttempts is Infinity: nothing bounds the attempts${deadline}. Each is a request.${sooner}`;
  }
  if (attemptsByClass < maxAttempts) {
    const caps = retried.map(({ errorClass, cap }) => `${errorClass} ${cap}`);
    return `The caps on retries of single classes (${caps.join(", ")}) allow ${counted(attempts, "attempt")}, below retry.maxAttempts (${maxAttempts}): ${requests}.${sooner}`;
  }
  return `retry.maxAttempts allows ${counted(attempts, "attempt")}: ${requests}.${sooner}`;
}

function delaySentences({ plan: { retry }, worst }: View): readonly string[] {
  const { attempts, usual, retried, heedsRetryAfter } = worst;
  if (retry === null || retried.length === 0) return [];
  const { deadlineMs } = retry;
  const end = deadlineMs === Infinity ? "and nothing bounds them" : `below retry.deadlineMs (${ms(deadlineMs)})`;
  const sentences: string[] = [];

  const unasked = unaskable(retried);
  const sleptMs = totalAfter(usual.longest, attempts - 1);
  if (unasked.length > 0) {
    const why = "it throws, answers no number, or takes its chance from elsewhere";
    sentences.push(`The strategy of ${list(unasked)} could not be asked: ${why}. Its delays count as unbounded.`);
  } else if (sleptMs === Infinity) {
    sentences.push("The delays add up without end.");
  } else {
    const retries = attempts === Infinity ? "all retries" : counted(attempts - 1, "retry", "retries");
    sentences.push(`The longest delays of ${retries} add up to ${ms(sleptMs)}.`);
  }
  if (sleptMs >= deadlineMs && deadlineMs < Infinity)
    sentences.push(`A call sleeps for less than retry.deadlineMs (${ms(deadlineMs)}).`);
  if (attempts > 1 && heedsRetryAfter) sentences.push(`A dependency may ask for longer delays (retryAfterMs), ${end}.`);
  if (attempts > 1 && retry.sleeper !== undefined)
    sentences.push(`retry.sleeper sleeps instead of the clock, and may take longer, ${end}.`);
  if (attempts > 1 && retry.sleep !== undefined) sentences.push(`retry.sleep may take its time to answer, ${end}.`);
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
  return `${counted(attempts, "attempt")} x retry.attemptTimeoutMs (${ms(attemptTimeoutMs)})${delays} = ${ms(totalMs)}. ${sync}`;
}

function budgetSentences({ plan: { retry }, worst: { retried } }: View): readonly string[] {
  if (retry === null) return [];
  const limits = budgetLimits(retry.budget, retried);
  switch (limits.kind) {
    case "other":
      return ["The budget may refuse retries: it tells nothing of its settings."];
    case "unlimited":
      return ["The budget is unlimited: it allows any number of retries."];
    case "throttle": {
      const { capacity, timeoutCapacity, successRefund } = limits;
      return [
        `The budget makes retries of all calls together while at most ${counted(capacity, "failure")} and at most ` +
          `${counted(timeoutCapacity, "timeout")} are not made up for: each success makes up for ${successRefund} of both.`,
      ];
    }
    case "rolling":
      return limits.maxRetries === Infinity
        ? ["The budget allows any number of retries."]
        : [
            `The budget allows ${counted(limits.maxRetries, "retry", "retries")} of all calls together within any ${ms(limits.windowMs)}.`,
          ];
    case "tokens": {
      const { capacity, successRefund, costs } = limits;
      const [cost = 1, ...others] = new Set(costs.map(([, each]) => each));
      if (others.length > 0 || cost === 0) {
        const each = costs.map(([errorClass, tokens]) => `${tokens} after ${errorClass}`);
        return [
          `The budget has ${counted(capacity, "token")} for the retries of all calls together. A retry takes ${list(each)}; a success gives ${successRefund} back.`,
        ];
      }
      const atOnce = Math.floor(capacity / cost);
      const share = Math.round((successRefund / cost) * 1000) / 1000;
      return [
        `The budget allows ${counted(atOnce, "retry", "retries")} of all calls together and, once they are spent, ${share} per success.`,
      ];
    }
  }
}
