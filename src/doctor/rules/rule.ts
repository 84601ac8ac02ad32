import type { View } from "../subjects/index.ts";
import type { Traffic } from "../traffic.ts";

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
  | "budget-runs-dry"
  | "seconds-for-milliseconds"
  | "retry-after-unheard"
  | "repeated-write"
  | "breaker-name"
  | "blind-result-classifier"
  | "hedge-never-fires"
  | "hedged-write"
  | "queue-outlasts-deadline"
  | "limiter-below-probes"
  | "retries-fill-limit"
  | "deadline-of-deliveries"
  | "chaos-in-policy";

/** What a rule has to say. */
export interface Warning {
  readonly option: string | null;
  readonly value: unknown;
  readonly message: string;
  readonly fix: string;
}

interface RuleName {
  readonly id: RuleId;
  /** What is wrong where the rule is broken. */
  readonly summary: string;
}

/** Looks at one subject. */
export interface SubjectRule extends RuleName {
  /** The options that it reads: where one of them was refused, the rule says nothing. */
  readonly reads: readonly string[];
  readonly check: (view: View, traffic: Traffic) => readonly Warning[];
}

/** Looks at all subjects together. */
export interface GroupRule extends RuleName {
  readonly checkAll: (views: readonly View[]) => readonly WarningAbout[];
}

export interface WarningAbout {
  readonly view: View;
  readonly warning: Warning;
}

export type Rule = SubjectRule | GroupRule;
