import { strategyPartOf } from "../../core/backoff/strategy.ts";
import type { View } from "../subjects/index.ts";
import { ms, strategyName } from "../wording.ts";
import { attemptsSentence, hedgeSentences } from "./attempts.ts";
import { budgetSentences } from "./budget.ts";
import { limiterSentences } from "./limiters.ts";
import { delaySentences, overlapSentences, totalSentence } from "./time.ts";

/** How the numbers of the worst case come about, a sentence each. */
export function explain(view: View): readonly string[] {
  const { retry, breaker, fallback } = view.plan;
  if (retry === null) {
    const bounds = [...hedgeSentences(view), ...limiterSentences(view)];
    return [attemptsSentence(view), ...bounds, "Nothing bounds the time that it takes."];
  }
  return [
    attemptsSentence(view),
    ...hedgeSentences(view),
    ...delaySentences(view),
    ...limiterSentences(view),
    totalSentence(view),
    ...overlapSentences(view),
    ...(view.worst.attempts === 1 ? [] : budgetSentences(view)),
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
