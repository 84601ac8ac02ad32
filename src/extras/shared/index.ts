// The form of a library.

// When to come back.
export { headerIn } from "../../core/failure/http/headers.ts";
export { CLAUSE_END } from "./clause.ts";
export { connectionRule } from "./connection.ts";
export { classifierOfLibrary, judge } from "./judge.ts";
export type { Library, Meaning } from "./library.ts";
export { asText, Link, type Rule, type Verdict } from "./link.ts";
export { type OnDecision, Recogniser } from "./recogniser.ts";
export { millisFromNow, parseRetryAfter, withHeaders, withRetryAfter } from "./retry-after.ts";
export { retryableFlag } from "./retryable-flag.ts";
export { speaksOfValues } from "./speaks-of-values.ts";
// The forms of its tables.
export {
  type Beginnings,
  type Codes,
  kindOfBeginning,
  kindOfCode,
  kindOfPattern,
  type Patterns,
} from "./tables.ts";
