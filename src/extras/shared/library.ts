import type { Link, Rule } from "./link.ts";
import type { Beginnings, Codes } from "./tables.ts";

/**
 * One library, in one file: how its errors look, what they mean, and where it keeps what it wraps. `universalClassifier` is built from
 * the list of them in libraries.ts; a library's own classifier needs the meaning alone, which is why the two stand apart.
 */
export interface Library {
  readonly name: string;
  /** By what an error is recognised at a first glance. The rule looks closer; but an error that shows none of this is not asked about. */
  readonly looks: Looks;
  readonly meaning: Meaning;
  /** True for an error that only wraps another one and says the same of everything: it is not asked about, its cause is. */
  readonly onlyWraps?: (link: Link) => boolean;
}

/** Rules, in the order in which they are asked of a chain of errors, and where the chain goes on. */
export interface Meaning {
  /** What an error means that is certainly one of this library's. */
  readonly rule?: Rule;
  /** What it means if no rule of this kind knew any error of the chain. Asked before what happens to any connection. */
  readonly beforeConnection?: Rule;
  /** The same, asked after what happens to any connection: a refused connection outweighs it. */
  readonly fallbacks?: readonly Rule[];
  /** Asked when nothing else is known of any error of the chain. */
  readonly lastResort?: Rule;
  /** The fields in which its errors keep what they wrap, besides `cause` and `errors`. */
  readonly wrappers?: readonly string[];
  /** The same, where they may keep what is no error: only what has a stack counts. */
  readonly wrappersOfErrors?: readonly string[];
}

/** A whole word, a set or table of them, or a pattern where what stands in the field is open-ended. */
export type Clue = string | ReadonlySet<string> | Codes | Beginnings | RegExp;

interface Looks {
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
