import type { Codes } from "../shared/index.ts";

/*
 * No waiting brings money: these outweigh the 429 that comes with them. Sources: OpenAI, "Error codes"; Anthropic, "Errors", and @anthropic-ai/sdk
 * src/core/error-classes.ts.
 */
export const USED_UP: Codes = {
  PERMANENT: [
    "insufficient_quota",
    "billing_error",
    "billing_hard_limit_reached",
    "billing_not_active",
    "contract_spend_limit_reached",
    "enforced_spend_limit_reached",
  ],
};
