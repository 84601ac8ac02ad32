import { googleErrorIn, isDayUsedUp } from "./google-error.ts";
import { member } from "./members.ts";

/*
 * Words in the bodies of answers that no waiting helps against; of errors, `universalClassifier` knows the same. Sources: OpenAI, "Error codes"; Anthropic, "Errors", and
 * @anthropic-ai/sdk src/core/error-classes.ts.
 */
export const USED_UP: ReadonlySet<unknown> = new Set([
  "insufficient_quota",
  "billing_error",
  "billing_hard_limit_reached",
  "billing_not_active",
  "contract_spend_limit_reached",
  "enforced_spend_limit_reached",
]);

/** Whether an answer's JSON says that a quota is used up, or that the account does not pay. */
export function saysUsedUp(json: unknown): boolean {
  const error = googleErrorIn(json);
  if (isDayUsedUp(error)) return true;
  return [member(error, "code"), member(error, "type"), member(member(error, "details"), "error_code")].some((word) =>
    USED_UP.has(word),
  );
}
