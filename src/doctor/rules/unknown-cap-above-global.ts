import { counted } from "../wording.ts";
import type { SubjectRule } from "./rule.ts";

export const unknownCapAboveGlobal: SubjectRule = {
  id: "unknown-cap-above-global",
  summary: "More retries of unknown failures are allowed than attempts at all.",
  reads: ["maxAttempts", "maxUnknownAttempts"],
  check({ plan: { retry }, chosen }) {
    if (retry === null || !chosen("maxUnknownAttempts")) return [];
    const { maxAttempts, maxUnknownAttempts } = retry;
    if (maxAttempts <= 1 || maxUnknownAttempts === Infinity || maxUnknownAttempts < maxAttempts) return [];
    const message =
      `retry.maxUnknownAttempts is ${maxUnknownAttempts}, and retry.maxAttempts (${maxAttempts}) allows ${counted(maxAttempts - 1, "retry", "retries")} at all: ` +
      "failures that nobody could classify are retried as often as any other.";
    const fix = `Set it below ${maxAttempts - 1}, or to Infinity where unknown failures deserve as many retries as known ones.`;
    return [{ option: "retry.maxUnknownAttempts", value: maxUnknownAttempts, message, fix }];
  },
};
