/*
 * ElevenLabs: `body.detail` has a code in words, in `code` or, in older answers, in `status`. A 401 is more than a wrong key: it may be credits that are
 * used up, a key without a permission, or an account that was shut out; and a 429 may be a service that is busy.
 */
import { asText, type Codes, kindOfCode, type Library, type Link, type Verdict } from "../shared/index.ts";

/* What the status does not say. Source: ElevenLabs' help center, "API - Error Code 400 or 401" and "API - Error Code 429". */
export const ELEVENLABS_CODES: Codes = {
  PERMANENT: [
    "quota_exceeded",
    "insufficient_credits",
    "payment_required",
    "payment_issue",
    "max_character_limit_exceeded",
    "voice_not_found",
    "model_not_found",
  ],
  PERMISSION: [
    "missing_permissions",
    "detected_unusual_activity",
    "only_for_creator+",
    "free_users_not_allowed",
    "subscription_required",
    "paid_plan_required",
  ],
  SERVER_ERROR: ["system_busy"],
};

function elevenlabsRule(link: Link): Verdict {
  const { reader } = link;
  const detail = reader.read(link.read("body"), "detail");
  return (
    kindOfCode(ELEVENLABS_CODES, asText(reader.read(detail, "code"))) ??
    kindOfCode(ELEVENLABS_CODES, asText(reader.read(detail, "status")))
  );
}

export const elevenlabs: Library = {
  name: "elevenlabs",
  looks: { names: ["ElevenLabsError"] },
  meaning: { rule: (link) => (link.name === "ElevenLabsError" ? elevenlabsRule(link) : undefined) },
};
