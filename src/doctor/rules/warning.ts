import type { LintOptions } from "../finding.ts";
import type { RuleId } from "../rules.ts";
import type { View } from "../view.ts";

/** What a rule has to say. */
export interface Warning {
  readonly option: string | null;
  readonly value: unknown;
  readonly message: string;
  readonly fix: string;
}

export type Traffic = NonNullable<LintOptions["traffic"]>;

/** Looks at one subject. */
export interface Rule {
  readonly id: RuleId;
  /** The options it judges by: where one of them was refused, it says nothing. */
  readonly reads: readonly string[];
  readonly check: (view: View, traffic: Traffic) => readonly Warning[];
}
