/*
 * What the body of an error of Google's says beyond its status. Some of its services send an array of one error.
 *   google.rpc.RetryInfo      { retryDelay: "34.4s" }            when to come back: no header says so
 *   google.rpc.QuotaFailure   { violations: [{ quotaId }] }      which quota is used up; one of a day lasts longer than any call: GenerateRequestsPerDayPerProjectPerModel
 * Sources: google/rpc/error_details.proto; AIP-193; Google, "Gemini API, rate limits".
 */
import { member } from "./members.ts";

const RETRY_INFO = "type.googleapis.com/google.rpc.RetryInfo";
const QUOTA_FAILURE = "type.googleapis.com/google.rpc.QuotaFailure";

/** A duration, as JSON has it (google/protobuf/duration.proto). */
const DURATION = /^(\d+(?:\.\d+)?)s$/;

/** The error in a body; that of any vendor, which all keep it in `error`. */
export const googleErrorIn = (json: unknown): unknown => member(Array.isArray(json) ? json[0] : json, "error");

/** Whether a quota of the day is used up. */
export function isDayUsedUp(error: unknown): boolean {
  return detailsOf(error, QUOTA_FAILURE)
    .flatMap((detail) => listOf(member(detail, "violations")))
    .some((violation) => String(member(violation, "quotaId")).includes("PerDay"));
}

/** When the service wants to be asked again, in milliseconds; `undefined` where it does not say. */
export function retryDelayMs(error: unknown): number | undefined {
  for (const detail of detailsOf(error, RETRY_INFO)) {
    const [, seconds] = DURATION.exec(String(member(detail, "retryDelay"))) ?? [];
    if (seconds !== undefined) return Number(seconds) * 1_000;
  }
  return undefined;
}

const detailsOf = (error: unknown, type: string): readonly unknown[] =>
  listOf(member(error, "details")).filter((detail) => member(detail, "@type") === type);

const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);
