import { closestWord } from "../../core/closest-word.ts";
import { type Refusal, written } from "../../core/refusal.ts";
import { policyRules } from "../../policy/policy-options.ts";
import { retryRules } from "../../policy/retry.ts";

/** What to do about a refused option. */
export function fixOf({ owner, path, element, rule, value, required }: Refusal): string {
  const { text, known, advice, why } = rule;
  if (advice !== undefined) return advice;
  const option = owner + written(element === undefined ? path : [...path, element]);
  if (why === "contradiction") return `Leave ${option} out.`;
  if (known !== undefined) {
    const near = typeof value === "string" && why !== "unknown" ? closestWord(value, known) : null;
    const meant = rule.meant ?? (near === null ? null : `\`${near}\``);
    return meant === null ? `Leave ${option} out, or write one of ${known.join(", ")}.` : `Write ${meant}, or leave it out.`;
  }
  return required ? `Give ${text}.` : `Give ${text}, or leave it out.`;
}

const options = [...Object.keys(retryRules), ...Object.keys(policyRules)];

/** The option that was written, or that was probably meant. */
export function meantOption(key: string | number | undefined): string | null {
  if (key === undefined) return null;
  const word = String(key);
  return options.includes(word) ? word : (closestWord(word, options) ?? word);
}
