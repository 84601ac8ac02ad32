import { type OptionRule, requireOptions } from "../../core/option-rules.ts";
import type { Policy } from "../policy.ts";
import type { PolicyOptions } from "../policy-options.ts";

export interface KeyedOptions {
  /** How many policies are kept at most: an integer >= 1, finite. Beyond it, the least recently used go first. @default 1_000 */
  readonly maxKeys?: number | undefined;
}

/** What the policies of keys are made of: options, a policy, or a function that gives either for a key. */
export type KeyedSubject<R = unknown, F = never> =
  | PolicyOptions<R, F>
  | Policy<R, F>
  | ((key: string) => PolicyOptions<R, F> | Policy<R, F>);

const MAX_KEYS = 1_000;

// Without a limit, whoever chooses the keys could fill the memory.
const finiteWhole: OptionRule = {
  text: "a finite integer >= 1",
  type: "number",
  ok: (value: number) => Number.isInteger(value) && value >= 1,
};

const keyedRules: Readonly<Record<keyof KeyedOptions, OptionRule>> = { maxKeys: finiteWhole };

/** Checks the options, and completes them. */
export function readKeyedOptions(options: KeyedOptions): { readonly maxKeys: number } {
  const { maxKeys = MAX_KEYS } = requireOptions("keyed", options, { rules: keyedRules, flat: true });
  return { maxKeys };
}
