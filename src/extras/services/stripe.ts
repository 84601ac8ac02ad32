/*
 * Stripe: the status, but where the code says something else. Its codes are told by this table alone, for their words are about money:
 * a limit that is exceeded is one of amounts, and who has to authenticate is the owner of the card. What failed on the way is in `detail`.
 */
import { headersOf } from "../../core/failure/http/answer.ts";
import { kindOfHttpStatus } from "../../core/failure/http/status.ts";
import { type Codes, headerIn, kindOfCode, type Library, type Link, type Verdict, withHeaders } from "../shared/index.ts";

/* Source: docs.stripe.com/error-codes. */
export const STRIPE_CODES: Codes = {
  RATE_LIMIT: ["rate_limit", "payment_intent_rate_limit_exceeded"],
  AUTH: ["api_key_expired", "platform_api_key_expired", "secret_key_required"],
  PERMISSION: [
    "platform_account_required",
    "application_fees_not_allowed",
    "transfers_not_allowed",
    "payouts_not_allowed",
    "not_allowed_on_standard_account",
    "ownership_declaration_not_allowed",
  ],
  // Something else works with the object or the key at this moment.
  CONCURRENCY: ["lock_timeout", "idempotency_key_in_use", "token_in_use", "terminal_reader_busy"],
  TIMEOUT: ["payment_method_provider_timeout", "terminal_reader_timeout", "forwarding_api_upstream_connection_timeout"],
  TRANSIENT: ["processing_error", "terminal_reader_offline", "forwarding_api_upstream_connection_error"],
  SERVER_ERROR: [
    "forwarding_api_retryable_upstream_error",
    "forwarding_api_upstream_error",
    "three_d_secure_authentication_upstream_error",
  ],
};

/* Where there is no code: `rawType`. Sources: stripe-node src/Error.ts (generateOAuthError, generateV2Error); "External dependency failed" for 424. */
export const STRIPE_TYPES: Codes = {
  AUTH: ["invalid_grant", "invalid_client"],
  RATE_LIMIT: ["rate_limit", "rate_limit_error"],
};

/* The body of a webhook is not signed with this secret. */
const NOT_SIGNED = "StripeSignatureVerificationError";

const EXTERNAL_DEPENDENCY_FAILED = 424;

function stripeRule(link: Link): Verdict {
  const type = link.text("type");
  if (type === NOT_SIGNED) return "AUTH";
  // Every error has both, with or without an answer.
  const status = link.read("statusCode");
  if (typeof status !== "number" || typeof link.read("raw") !== "object" || !isOurs(link)) return undefined;
  const kind =
    kindOfCode(STRIPE_CODES, link.code) ??
    kindOfCode(STRIPE_TYPES, link.text("rawType")) ??
    (status === EXTERNAL_DEPENDENCY_FAILED ? "SERVER_ERROR" : kindOfHttpStatus(status));
  const headers = headersOf(link.reader, link.error);
  const verdict = kind && withHeaders(kind, headers);
  // Stripe's own word on whether to try again. Source: stripe-node src/RequestSender.ts (_shouldRetry).
  if (verdict === undefined || headerIn(headers, "stripe-should-retry") !== "false") return verdict;
  return { ...(typeof verdict === "string" ? { errorClass: verdict } : verdict), retry: false };
}

/* What every error of the client takes over of the answer, be it undefined. */
const isOurs = ({ reader, error }: Link): boolean => reader.read(error, "rawType") !== undefined;

export const stripe: Library = {
  name: "stripe",
  looks: { fields: ["rawType", "raw"] },
  meaning: {
    rule: stripeRule,
    // What was thrown on the way to Stripe.
    wrappers: ["detail"],
  },
};
