// The form of a library.
export { connectionRule } from "./connection.ts";
// When to come back.
export { headerIn, headersIn } from "./headers.ts";
export { millisUntil } from "./instant.ts";
export { judge, judgeAs } from "./judge.ts";
export type { Library, Meaning } from "./library.ts";
export { asText, Link, type Rule, type Verdict } from "./link.ts";
export { Recogniser } from "./recogniser.ts";
export { parseRetryAfter, retryAfterIn, withDelay, withRetryAfter, withRetryAfterOrLimit } from "./retry-after.ts";
export { retryableFlag } from "./retryable-flag.ts";
// The forms of its tables.
export {
  type Beginnings,
  type Codes,
  classOfBeginning,
  classOfCode,
  classOfPattern,
  type Patterns,
} from "./tables.ts";
