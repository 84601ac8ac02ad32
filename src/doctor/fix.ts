import { ERROR_CLASSES } from "../core/failure/error-class.ts";
import { STOP_EVENTS } from "../core/retry/decision.ts";
import { policyRules } from "../policy/policy.ts";
import { retryRules } from "../policy/retry.ts";
import { nearest } from "./nearest.ts";

/** What to do about a refused option. `reason` is what the constructor's message says after the option's name. */
export function fixOf(option: string, key: string | number | undefined, value: unknown, reason: string): string {
  const [, known] = /^ must be left out \(known: (.*?)\), got /.exec(reason) ?? [];
  if (known !== undefined) return toKnown(String(key), known, `Leave ${option} out`);
  if (reason.startsWith(" must be left out")) return `Leave ${option} out.`;
  const [, names] = /^ must be one of (.*?), got /.exec(reason) ?? [];
  if (names !== undefined) return toKnown(typeof value === "string" ? value : "", names, `Leave ${option} out`);
  if (reason.includes("legacyStrategy")) return "Wrap it: legacyStrategy((attempt, errorClass, prevSleepMs) => ms).";
  if (reason.includes("stop reasons and error classes") && typeof value === "string") {
    return toKnown(value, [...Object.keys(STOP_EVENTS), ...ERROR_CLASSES].join(", "), `Leave ${option} out`);
  }
  const [, rule] = /^ must be (.*?), got /s.exec(reason) ?? [];
  return required.has(key) ? `Give ${rule}.` : `Give ${rule}, or leave it out.`;
}

/** Members without which the option around them means nothing. */
const required: ReadonlySet<unknown> = new Set(["use", "on", "thresholdRatio", "minimumCalls", "durationMs"]);

function toKnown(word: string, names: string, otherwise: string): string {
  const meant = nearest(word, names.split(", "));
  return meant === null ? `${otherwise}, or write one of ${names}.` : `Write ${meant}, or leave it out.`;
}

const options = [...Object.keys(retryRules), ...Object.keys(policyRules)];

/** The option that somebody wrote, or that they probably meant. */
export function meantOption(key: string | number | undefined): string | null {
  if (key === undefined) return null;
  const word = String(key);
  return options.includes(word) ? word : (nearest(word, options) ?? word);
}
