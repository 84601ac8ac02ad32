/*
 * Firebase: the client's errors are all named FirebaseError, those of firebase-admin hold `errorInfo`; both have a code such as
 * "auth/id-token-expired", and Firestore's client gRPC's status in words. What the general words get right is not listed. Codes that only
 * report that something failed quote what the server said.
 */
import { kindOfHttpStatus } from "../../core/failure/http/status.ts";
import type { Kind } from "../../core/failure/kind.ts";
import { passingIn } from "../common/index.ts";
import {
  type Beginnings,
  type Codes,
  kindOfBeginning,
  kindOfCode,
  type Library,
  type Link,
  type Verdict,
} from "../shared/index.ts";

/*
 * By what stands behind the product. Sources: firebase-admin src/utils/error.ts, src/messaging; firebase-js-sdk packages/auth/src/core/errors.ts,
 * packages/storage/src/implementation/error.ts, and the errors.ts of app, app-check, installations, messaging and remote-config.
 */
export const FIREBASE_CODES: Codes = {
  AUTH: [
    "invalid-credential",
    "invalid-api-key",
    "invalid-token",
    "invalid-id-token",
    "session-cookie-expired",
    "session-cookie-revoked",
    "invalid-user-token",
    "invalid-custom-token",
    "custom-token-mismatch",
    "requires-recent-login",
    "multi-factor-auth-required",
    "invalid-multi-factor-session",
    "missing-multi-factor-session",
    "null-user",
    "user-signed-out",
    "code-expired",
    "invalid-verification-code",
    "expired-action-code",
    "invalid-action-code",
    "invalid-app-credential",
    "missing-app-credential",
    "rejected-credential",
    "missing-recaptcha-token",
    "invalid-recaptcha-token",
    "third-party-auth-error",
    "expired-token",
  ],
  PERMISSION: [
    "user-disabled",
    "app-not-authorized",
    "unauthorized-app",
    "unauthorized-domain",
    "unauthorized-continue-uri",
    "admin-restricted-operation",
    "mismatched-credential",
    "permission-blocked",
    "permission-default",
  ],
  RATE_LIMIT: ["message-rate-exceeded", "device-message-rate-exceeded", "topics-message-rate-exceeded"],
  SERVER_ERROR: ["server-unavailable", "internal-error"],
  TRANSIENT: ["retry-limit-exceeded", "fetch-network-error", "fetch-client-network", "app-offline", "stream-error"],
  CONCURRENCY: ["redirect-operation-pending", "delete-pending-registration"],
  PERMANENT: [
    "registration-token-not-registered",
    "payload-size-limit-exceeded",
    "second-factor-limit-exceeded",
    "maximum-second-factor-count-exceeded",
    "maximum-user-count-exceeded",
    "test-phone-number-limit-exceeded",
    "too-many-topics",
    "account-exists-with-different-credential",
    "argument-error",
    "claims-too-large",
    "weak-password",
    "unverified-email",
    "email-change-needs-verification",
    "no-such-provider",
    "billing-not-enabled",
    "configuration-exists",
    "popup-closed-by-user",
    "popup-blocked",
    "cancelled-popup-request",
    "redirect-cancelled-by-user",
    "user-cancelled",
    "captcha-check-failed",
    "no-app",
    "no-options",
    "no-auth-event",
    "already-initialized",
    "use-before-activation",
    "user-not-disabled",
    "app-not-installed",
    "auth-domain-config-required",
    "operation-not-supported-in-this-environment",
    "registration-api-key",
    "app-deleted",
    "server-file-wrong-size",
    "no-download-url",
    "no-default-bucket",
    "cannot-slice-blob",
  ],
};

/* What says one thing of one product and another of the next. */
const PRODUCT_CODES: Codes = {
  PERMISSION: ["storage/unauthorized"],
  // The quota of the project, until somebody pays.
  PERMANENT: ["storage/quota-exceeded"],
};

/* Families of requests that are wrong: what they begin with, and what they end with. */
const WRONG_FIRST: readonly string[] = [
  "invalid-",
  "missing-",
  "unsupported-",
  "duplicate-",
  "bad-",
  "reserved-",
  "mismatching-",
];
const WRONG_LAST: readonly string[] = [
  "-already-exists",
  "-already-in-use",
  "-already-linked",
  "-already-initialized",
  "-not-found",
  "-mismatch",
  "-not-enabled",
  "-not-activated",
  "-unsupported",
];

/* The client makes a code of each message of the server that it does not know: "auth/the-service-is-currently-unavailable.". */
const SENTENCES: Beginnings = {
  SERVER_ERROR: ["the-service-is-currently-unavailable", "internal-error-encountered"],
  AUTH: ["api-key-not-valid", "api-key-expired"],
  PERMISSION: ["requests-from-", "requests-to-this-api-"],
};

/* These say that something failed, and quote what. */
const REPORTS: readonly string[] = [
  "internal-error",
  "unknown-error",
  "unknown",
  "unable-to-parse-response",
  "invalid-credential",
  "argument-error",
  "request-failed",
  "fetch-status",
  "fetch-status-error",
];

/* How they quote an answer: "{"error":{"code":503", "Status code: 502", and Functions "unavailable [503]", with 0 for no answer. */
const QUOTED_STATUS = /"code": ?(\d{3})\b|\bStatus code: (\d{3})\b/;
const FUNCTIONS_STATUS = / \[(\d+)\]$/;

/* Of an ID token or a session cookie that is none, for which admin has no code. Source: firebase-admin src/auth/token-verifier.ts. */
export const REFUSED_TOKENS: Beginnings = {
  AUTH: [
    "Firebase ID token has ",
    "Firebase session cookie has ",
    "Decoding Firebase ID token failed",
    "Decoding Firebase session cookie failed",
  ],
};

function firebaseRule(link: Link): Verdict {
  const { name, code, message } = link;
  if (name !== "FirebaseError" && link.read("errorInfo", "code") !== code) return undefined;
  if (code === "") return undefined;
  const [product, word = product] = code.split("/", 2) as [string, string?];
  if (product === "functions") return kindOfFunctions(word, message);
  const quoted = REPORTS.includes(word) ? quotedIn(message) : undefined;
  if (quoted !== undefined) return quoted;
  const refused = word === "argument-error" ? kindOfBeginning(REFUSED_TOKENS, message) : undefined;
  return (
    refused ??
    kindOfCode(PRODUCT_CODES, code) ??
    kindOfCode(FIREBASE_CODES, word) ??
    kindOfBeginning(SENTENCES, word) ??
    kindOfFamily(word)
  );
}

function quotedIn(message: string): Kind | undefined {
  const [, inJson, inWords] = QUOTED_STATUS.exec(message) ?? [];
  return kindOfHttpStatus(Number(inJson ?? inWords)) ?? passingIn(message);
}

/* With 503 and 504 it was the service; without, this side. Its other codes are gRPC's, in words. */
function kindOfFunctions(word: string, message: string): Kind | undefined {
  const status = Number(FUNCTIONS_STATUS.exec(message)?.[1]);
  if (status === 0 && word === "internal") return "TRANSIENT";
  return word === "unavailable" || word === "deadline-exceeded" || word === "unknown" ? kindOfHttpStatus(status) : undefined;
}

function kindOfFamily(word: string): Kind | undefined {
  const wrong = WRONG_FIRST.some((words) => word.startsWith(words)) || WRONG_LAST.some((words) => word.endsWith(words));
  return wrong ? "PERMANENT" : undefined;
}

export const firebase: Library = {
  name: "firebase",
  looks: { fields: ["errorInfo", "codePrefix"], names: ["FirebaseError"] },
  meaning: { rule: firebaseRule },
};
