/*
 * Supabase. PostgREST's error has lost the status: its code is PGRST's, or PostgreSQL's, which sqlstate.ts knows. Auth (GoTrue) answers 400 and
 * 422 to most things, and says in a word which. Storage answers 400 and has the real status in `statusCode`, as text or as a word. Functions keep
 * the response, or what fetch threw, in `context`.
 */
import { kindOfHttpStatus } from "../../core/failure/http/status.ts";
import { type Codes, kindOfCode, type Library, type Link, type Verdict } from "../shared/index.ts";

/* The other ones of a hundred are alike. Source: docs.postgrest.org, "Errors". */
export const PGRST_CODES: Codes = {
  GATEWAY_TIMEOUT: ["PGRST003"],
  SERVER_ERROR: ["PGRST000", "PGRST001", "PGRST002", "PGRSTX00"],
  AUTH: ["PGRST301", "PGRST302", "PGRST303"],
};

/* The request, the schema, or what the database's functions set; and PGRST300, a server without a secret. */
const PGRST_WRONG = /^PGRST[123]\d\d$/;

/* What a function raised as a status: `raise sqlstate 'PT402'`. Source: the same. */
const PT_STATUS = /^PT([45]\d\d)$/;

/* Where the status says something else. Source: auth-js src/lib/error-codes.ts; supabase.com/docs/guides/auth/debugging/error-codes. */
export const AUTH_CODES: Codes = {
  AUTH: [
    "bad_jwt",
    "invalid_jwt",
    "invalid_credentials",
    "no_authorization",
    "session_not_found",
    "session_expired",
    "refresh_token_not_found",
    "refresh_token_already_used",
    "flow_state_not_found",
    "flow_state_expired",
    "bad_code_verifier",
    "unexpected_audience",
    "otp_expired",
    "mfa_challenge_expired",
    "mfa_verification_failed",
    "mfa_verification_rejected",
    "reauthentication_needed",
    "reauthentication_not_valid",
    "reauth_nonce_missing",
    "insufficient_aal",
    "saml_relay_state_expired",
  ],
  PERMISSION: ["not_admin", "user_banned"],
  RATE_LIMIT: ["over_request_rate_limit", "over_email_send_rate_limit", "over_sms_send_rate_limit"],
  GATEWAY_TIMEOUT: ["hook_timeout", "hook_timeout_after_retry", "request_timeout"],
  CONCURRENCY: ["conflict"],
  // With 409 or 500, but set for good.
  PERMANENT: [
    "user_already_exists",
    "email_exists",
    "phone_exists",
    "identity_already_exists",
    "saml_idp_already_exists",
    "mfa_factor_name_conflict",
    "email_conflict_identity_not_deletable",
  ],
};

/* What auth-js finds out itself, with a status that nobody answered. Source: auth-js src/lib/errors.ts. */
export const AUTH_NAMES: Codes = {
  AUTH: ["AuthSessionMissingError"],
  PERMANENT: ["AuthPKCECodeVerifierMissingError", "AuthPKCEGrantCodeExchangeError", "AuthInvalidCredentialsError"],
  // Somebody else has changed the session in the meantime.
  CONCURRENCY: ["AuthRefreshDiscardedError"],
  // All it says is that something was no JSON.
  UNKNOWN: ["AuthUnknownError"],
};

/* Source: storage src/internal/errors/codes.ts. */
export const STORAGE_CODES: Codes = {
  AUTH: [
    "InvalidJWT",
    "ExpiredToken",
    "InvalidSignature",
    "InvalidUploadSignature",
    "SignatureDoesNotMatch",
    "S3InvalidAccessKeyId",
  ],
  PERMISSION: ["AccessDenied", "TenantNotFound"],
  RATE_LIMIT: ["SlowDown"],
  GATEWAY_TIMEOUT: ["DatabaseTimeout"],
  SERVER_ERROR: ["InternalError", "DatabaseError", "S3Error", "TransactionError"],
  CONCURRENCY: ["ResourceLocked", "LockTimeout"],
  PERMANENT: ["ResourceAlreadyExists", "KeyAlreadyExists", "BucketAlreadyExists", "Duplicate", "NoSuchKey", "NoSuchBucket"],
};

/* With 400, in the words of the storage's own check of the token. */
const BAD_TOKEN = /^(jwt expired|invalid signature|jwt malformed|Invalid Compact JWS|"exp" claim timestamp check failed)/i;

function supabaseRule(link: Link): Verdict {
  if (link.read("__isAuthError") === true) return kindOfAuth(link);
  return link.read("__isStorageError") === true ? kindOfStorage(link) : kindOfPostgrest(link.code);
}

/** A link that was clicked and refused says why in `details`. */
function kindOfAuth(link: Link): Verdict {
  const reason = link.code || link.text("details", "code");
  const known = kindOfCode(AUTH_CODES, reason) ?? kindOfCode(AUTH_NAMES, link.name);
  return known ?? (link.text("details", "error") === "access_denied" ? "PERMISSION" : undefined);
}

function kindOfStorage(link: Link): Verdict {
  const said = link.text("statusCode");
  if (Number(link.read("status")) === 400 && BAD_TOKEN.test(link.message)) return "AUTH";
  return kindOfCode(STORAGE_CODES, said) ?? storageStatus(Number(said), link.message);
}

/* What the storage answers where its database gave no answer in time. */
const DATABASE_TIMEOUT = 544;

function storageStatus(status: number, message: string): Verdict {
  if (status === DATABASE_TIMEOUT) return "GATEWAY_TIMEOUT";
  return status === 409 && /already exists/i.test(message) ? "PERMANENT" : kindOfHttpStatus(status);
}

function kindOfPostgrest(code: string): Verdict {
  const status = PT_STATUS.exec(code)?.[1];
  if (status !== undefined) return kindOfHttpStatus(Number(status));
  return kindOfCode(PGRST_CODES, code) ?? (PGRST_WRONG.test(code) ? "PERMANENT" : undefined);
}

export const supabase: Library = {
  name: "supabase",
  looks: {
    fields: ["__isAuthError", "__isStorageError", "hint"],
    codes: [PGRST_CODES],
  },
  meaning: { rule: supabaseRule, wrappers: ["context"] },
};
