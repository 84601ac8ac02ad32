// The form of a library.
export { connectionRule } from "./connection.ts";
export { classifierOfLibrary, judge } from "./judge.ts";
export type { Library, Meaning } from "./library.ts";
export { asText, Link, type Rule, type Verdict } from "./link.ts";
export { Recogniser } from "./recogniser.ts";
// When to come back.
export { millisFromNow, parseRetryAfter, withHeaders } from "./retry-after.ts";
export { retryableFlag } from "./retryable-flag.ts";
// The forms of its tables.
export {
  type Beginnings,
  type Codes,
  kindOfBeginning,
  kindOfCode,
  kindOfPattern,
  type Patterns,
} from "./tables.ts";
