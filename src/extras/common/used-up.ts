import type { Codes } from "../shared/index.ts";

/* No waiting brings money: these outweigh the 429 that comes with them. Source: OpenAI, "Error codes"; Anthropic, "Errors". */
export const USED_UP: Codes = {
  PERMANENT: ["insufficient_quota", "billing_error", "billing_hard_limit_reached", "billing_not_active"],
};
