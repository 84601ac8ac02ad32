/* The list of rules: their names and what they say. What they look for stands in rules/, by theme. */

/** What a finding can be about. Each can be switched off. */
export type RuleId =
  | "no-room-for-retry"
  | "unreachable-cap"
  | "unknown-cap-above-global"
  | "delay-exceeds-deadline"
  | "retry-after-ignored"
  | "no-budget"
  | "breaker-never-trips"
  | "breaker-trips-on-absent-class"
  | "fallback-hides-retries"
  | "identical-breakers"
  | "no-jitter"
  | "no-deadline"
  | "unused-strategy"
  | "budget-runs-dry";

const summaries: Readonly<Record<RuleId, string>> = {
  "no-room-for-retry": "An attempt that times out leaves no room for a second one before the deadline.",
  "unreachable-cap": "A cap that can never be reached bounds nothing.",
  "unknown-cap-above-global": "More retries of unknown failures are allowed than attempts at all.",
  "delay-exceeds-deadline": "A strategy may wait longer than the whole call may take.",
  "retry-after-ignored": "A rate limited call is retried without regard to when the dependency asked it to come back.",
  "no-budget": "Nothing bounds the retries of all calls together.",
  "breaker-never-trips": "Nothing can open the circuit.",
  "breaker-trips-on-absent-class": "The circuit waits for failures that never occur.",
  "fallback-hides-retries": "Callers wait for retries although a fallback has the value at hand.",
  "identical-breakers": "Two circuits of one name count apart.",
  "no-jitter": "Callers that failed together come back together.",
  "no-deadline": "Nothing bounds the time that a call with its retries takes.",
  "unused-strategy": "A strategy stands for a class that is never retried.",
  "budget-runs-dry": "A budget is empty from the beginning, or stays empty once it is spent.",
};

/** All rules, in the order of their findings. */
export const RULES: readonly { readonly id: RuleId; readonly summary: string }[] = Object.entries(summaries).map(
  ([id, summary]) => ({ id: id as RuleId, summary }),
);
