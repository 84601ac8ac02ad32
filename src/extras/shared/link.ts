import type { ErrorReader } from "../../core/failure/chain.ts";
import type { Classification } from "../../core/failure/classification.ts";
import type { Kind } from "../../core/failure/kind.ts";

// Half of what a rule gets to see of a message: patterns must stay cheap on messages of any length.
const HALF = 250;

/** One error of a chain, with what nearly every rule asks of it. */
export class Link {
  readonly error: object;
  readonly reader: ErrorReader;
  /** `""` where there is none. */
  readonly name: string;
  /** A string or a number, in writing; `""` where there is neither. A rule that must tell them apart reads the code itself. */
  readonly code: string;
  /** The beginning and the end of the message: what lies between, such as a statement of SQL, is no rule's business. */
  readonly message: string;
  /** What the error holds of the answer of a service, once a rule has looked for it: common/answers.ts. */
  answers?: readonly { readonly object: object; readonly isAnswer: boolean }[];

  constructor(error: object, reader: ErrorReader) {
    this.error = error;
    this.reader = reader;
    const message = asText(reader.read(error, "message"));
    this.name = asText(reader.read(error, "name"));
    this.code = asText(reader.read(error, "code"));
    this.message = message.slice(0, HALF) + message.slice(HALF).slice(-HALF);
  }

  /** A field of the error, or what stands below it: `link.read("response", "headers")`. */
  read(key: PropertyKey, inner?: PropertyKey): unknown {
    const value = this.reader.read(this.error, key);
    return inner === undefined ? value : this.reader.read(value, inner);
  }

  /** The same in writing; `""` for what is neither a string nor a number. */
  text(key: PropertyKey, inner?: PropertyKey): string {
    return asText(this.read(key, inner));
  }
}

/** Strings and numbers in writing; nothing else has a say, for its `toString` may be anything. */
export function asText(value: unknown): string {
  return typeof value === "string" || typeof value === "number" ? `${value}` : "";
}

/** `undefined`: the rule does not know the error. */
export type Verdict = Kind | Classification | undefined;

/** What one library's error means; `undefined` for an error that the rule does not know. */
export type Rule = (link: Link) => Verdict;
