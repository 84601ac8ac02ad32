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
import { FIREBASE_CODES } from "./firebase-codes.ts";

/* What says one thing of one product and another of the next. */
export const PRODUCT_CODES: Codes = {
  PERMISSION: ["storage/unauthorized"],
  // The quota of the project, until somebody pays.
  PERMANENT: ["storage/quota-exceeded"],
};

/* Families of requests that are wrong: what they begin with, and what they end with. */
export const WRONG_FIRST: readonly string[] = [
  "invalid-",
  "missing-",
  "unsupported-",
  "duplicate-",
  "bad-",
  "reserved-",
  "mismatching-",
];
export const WRONG_LAST: readonly string[] = [
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
export const SENTENCES: Beginnings = {
  SERVER_ERROR: ["the-service-is-currently-unavailable", "internal-error-encountered"],
  AUTH: ["api-key-not-valid", "api-key-expired"],
  PERMISSION: ["requests-from-", "requests-to-this-api-"],
};

/* These say that something failed, and quote what. */
export const REPORTS: readonly string[] = [
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
