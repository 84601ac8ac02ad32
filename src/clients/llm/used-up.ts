import { member } from "./members.ts";

/* Words in the bodies of answers that no waiting helps against. Sources: OpenAI, "Error codes"; Anthropic, "Errors". */
const USED_UP: ReadonlySet<unknown> = new Set([
  "insufficient_quota",
  "billing_error",
  "billing_hard_limit_reached",
  "billing_not_active",
]);

/** Whether an answer's JSON says that a quota is used up, or that the account does not pay. */
export function saysUsedUp(json: unknown): boolean {
  const error = member(json, "error");
  return USED_UP.has(member(error, "code")) || USED_UP.has(member(error, "type"));
}
