import { counted } from "../wording.ts";
import type { SubjectRule } from "./rule.ts";

export const unknownCapAboveGlobal: SubjectRule = {
  id: "unknown-cap-above-global",
  summary: "More retries of unknown failures are allowed than attempts at all.",
  reads: ["maxAttempts", "maxUnknownRetries"],
  check({ plan: { retry }, chosen }) {
    if (retry === null || !chosen("maxUnknownRetries")) return [];
    const { maxAttempts, maxUnknownRetries } = retry;
    if (maxAttempts <= 1 || maxUnknownRetries === Infinity || maxUnknownRetries < maxAttempts) return [];
    const message =
      `retry.maxUnknownRetries is ${maxUnknownRetries}, and retry.maxAttempts (${maxAttempts}) allows ${counted(maxAttempts - 1, "retry", "retries")} at all: ` +
      "failures that nobody could classify are retried as often as any other.";
    const fix = `Set it below ${maxAttempts - 1}, or to Infinity where unknown failures deserve as many retries as known ones.`;
    return [{ option: "retry.maxUnknownRetries", value: maxUnknownRetries, message, fix }];
  },
};
