/*
 * BigQuery: the reason decides, wherever it stands, for it says more than the status: 403 is a rate limit, a quota or a right, and a job that
 * failed has no status at all.
 *   ApiError { code: 403, errors: [{ reason: "quotaExceeded" }] }
 *   PartialFailureError { errors: [{ row, errors: [{ reason: "invalid" }] }] }
 */
import { asText, type Codes, kindOfCode, type Library, type Link, type Verdict, withRetryAfter } from "../shared/index.ts";

/* Source: BigQuery, "Error messages", "Error table". */
export const BIGQUERY_REASONS: Codes = {
  RATE_LIMIT: ["rateLimitExceeded", "jobRateLimitExceeded", "userRateLimitExceeded"],
  AUTH: ["invalidUser", "proxyAuthenticationRequired"],
  PERMISSION: ["accessDenied"],
  CONCURRENCY: ["resourceInUse"],
  TIMEOUT: ["timeout"],
  TRANSIENT: ["tableUnavailable"],
  SERVER_ERROR: ["backendError", "internalError", "jobBackendError", "jobInternalError"],
  PERMANENT: [
    "attributeError",
    "badRequest",
    "billingNotEnabled",
    "billingTierLimitExceeded",
    "blocked",
    "duplicate",
    "invalid",
    "invalidQuery",
    "notFound",
    "notImplemented",
    "quotaExceeded",
    "resourcesExceeded",
    "responseTooLarge",
  ],
};

/* What is said of the rows beside the one that was wrong, and of a job that was cancelled. */
const STOPPED = "stopped";

/* What BigQuery calls an invalid query, too. Source: BigQuery, "Multi-statement transactions" and "DML". */
const CONFLICT = /could not serialize access|due to concurrent update/i;

/* A few of each, for a list may be endless. */
export const FIRST: readonly number[] = [0, 1, 2, 3, 4];

function bigqueryRule(link: Link): Verdict {
  const partial = link.name === "PartialFailureError";
  if (!partial && link.text("constructor", "name") !== "ApiError") return undefined;
  const reasons = FIRST.flatMap((place) => reasonsOf(link, link.read("errors", place)));
  if (reasons.includes("invalidQuery") && CONFLICT.test(link.message)) return "CONCURRENCY";
  const kinds = reasons.map((reason) => kindOfCode(BIGQUERY_REASONS, reason)).filter((kind) => kind !== undefined);
  // Of rows that failed for different reasons, one that never fits decides: the same rows would fail again.
  const kind = kinds.find((one) => one === "PERMANENT") ?? kinds[0] ?? (reasons.includes(STOPPED) ? "PERMANENT" : undefined);
  return kind && withRetryAfter(kind, link.read("response", "headers"));
}

/** The reason of an error, or those of a row; "" for each that is not there. */
function reasonsOf({ reader }: Link, error: unknown): readonly string[] {
  const reason = asText(reader.read(error, "reason"));
  if (reason !== "") return [reason];
  const errors = reader.read(error, "errors");
  return FIRST.map((place) => asText(reader.read(reader.read(errors, place), "reason")));
}

export const bigquery: Library = {
  name: "bigquery",
  looks: { fields: ["errors"], names: ["PartialFailureError"] },
  meaning: { rule: bigqueryRule },
};
