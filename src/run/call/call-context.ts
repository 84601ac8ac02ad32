import type { CallContext, CallerContext } from "../../core/events.ts";
import {
  canCarry,
  LONGEST_CARRIED,
  MOST_CARRIED,
  type Progress,
  progressOf,
  type Resumption,
} from "../../core/retry/progress.ts";

/** What a call is known by to its hooks, and to the calls that are made in its operation. */
export class KnownCall implements CallContext {
  readonly operation: string | null;
  readonly parent: CallerContext | null;
  readonly resumed: Progress | null;
  #carried: Readonly<Record<string, string>> | undefined;

  constructor(operation: string | null, parent: CallerContext | null, resumed: Resumption | null) {
    this.operation = operation;
    this.parent = parent;
    this.resumed = resumed && progressOf(resumed, resumed, 0);
    this.#carried = resumed?.carried;
    Object.freeze(this);
  }

  carry(name: string, text: string): void {
    if (!canCarry(name, text))
      throw new RangeError(
        `carry takes a name of lower case letters, digits, ".", "_" and "-", and a text of at most ${LONGEST_CARRIED} characters.`,
      );
    const carried = { ...this.#carried, [name]: text };
    if (Object.keys(carried).length > MOST_CARRIED) throw new RangeError(`carry takes at most ${MOST_CARRIED} texts.`);
    this.#carried = Object.freeze(carried);
  }

  /** What travels with the progress of a call. */
  static carriedBy(call: KnownCall): Readonly<Record<string, string>> | undefined {
    return call.#carried;
  }
}
