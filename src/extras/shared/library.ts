import type { Link, Rule } from "./link.ts";
import type { Beginnings, Codes } from "./tables.ts";

/**
 * One library, in one file: how its errors look, what they mean, and where it keeps what it wraps. `universalClassifier` is built from
 * the list of them in libraries.ts; a library's own classifier asks its rules alone.
 */
export interface Library {
  readonly name: string;
  /** By what an error is recognised at a first glance. It need not be certain, since the rule looks closer; but an error that shows none of this is not asked about. */
  readonly looks: Looks;
  /** Where its errors keep what they wrap, besides `cause` and `errors`. */
  readonly wrappers?: readonly string[];
  /** What an error means that is certainly one of this library's. */
  readonly rule: Rule;
  /** The same for errors that another's rule may know better, deeper in the chain: asked before what happens to any connection, */
  readonly beforeConnection?: Rule;
  /** after it, */
  readonly fallbacks?: readonly Rule[];
  /** and when nothing else is known of any error of the chain. */
  readonly lastResort?: Rule;
  /** True for an error that only wraps another one and says the same of everything: it is not asked about, its cause is. */
  readonly onlyWraps?: (link: Link) => boolean;
}

/** A whole word, a set or table of them, or a pattern where what stands in the field is open-ended. */
export type Clue = string | ReadonlySet<string> | Codes | Beginnings | RegExp;

export interface Looks {
  /** The names of fields that few other errors have. */
  readonly fields?: readonly string[];
  readonly names?: readonly Clue[];
  readonly codes?: readonly Clue[];
  /** How the message begins, or what follows " - " in it: Knex writes the statement before a driver's words. */
  readonly beginnings?: readonly Clue[];
  /** What stands anywhere in the message. */
  readonly words?: readonly string[];
  /** The fields are not enumerable, as with got's and ofetch's statuses: every error is asked about that nothing else has claimed. */
  readonly hidden?: boolean;
}
