/*
 * Whose error is it? To ask every library's rule takes several microseconds, so an error is looked at first. The index is built from what
 * each library says of the looks of its errors. In this order, each step only where the one before brought no verdict:
 *   1. its fields, its whole name and its whole code
 *   2. families of names and codes, by pattern
 *   3. its message; and the libraries whose fields cannot be seen
 * The libraries that a step brings to mind are asked in the order of their list.
 */
import { type Candidates, Clues, Mentions, Openings } from "./clues.ts";
import type { Library } from "./library.ts";
import type { Link, Verdict } from "./link.ts";

// An error with more fields than this is no error.
const MOST_FIELDS = 30;

export class Recogniser {
  readonly #libraries: readonly Library[];
  readonly #fields: Clues;
  readonly #names: Clues;
  readonly #codes: Clues;
  readonly #openings: Openings;
  readonly #mentions: Mentions;
  readonly #hidden: Candidates;
  readonly #onlyWrap: readonly ((link: Link) => boolean)[];

  /** @param libraries at most 31, for the candidates are the bits of one small integer */
  constructor(libraries: readonly Library[]) {
    this.#libraries = libraries;
    this.#fields = new Clues(libraries, "fields");
    this.#names = new Clues(libraries, "names");
    this.#codes = new Clues(libraries, "codes");
    this.#openings = new Openings(libraries);
    this.#mentions = new Mentions(libraries);
    this.#hidden = libraries.reduce((all, { looks }, place) => (looks.hidden ? all | (1 << place) : all), 0);
    this.#onlyWrap = libraries.flatMap(({ onlyWraps }) => onlyWraps ?? []);
  }

  /** The verdict of the first library that knows the error for certain. */
  verdictOn(link: Link): Verdict {
    const { error, name, code, message } = link;
    for (const onlyWraps of this.#onlyWrap) if (onlyWraps(link)) return undefined;
    const likely = this.#byFields(error) | this.#names.whole(name) | this.#codes.whole(code);
    const verdict = this.#ask(likely, link);
    if (verdict !== undefined) return verdict;
    const possible = (this.#names.matching(name) | this.#codes.matching(code)) & ~likely;
    return this.#ask(possible, link) ?? this.#ask((this.#byMessage(message) | this.#hidden) & ~likely & ~possible, link);
  }

  #ask(candidates: Candidates, link: Link): Verdict {
    for (let left = candidates; left !== 0; left &= left - 1) {
      // The lowest bit is the library that stands first.
      const verdict = this.#libraries[31 - Math.clz32(left & -left)]?.meaning.rule?.(link);
      if (verdict !== undefined) return verdict;
    }
    return undefined;
  }

  #byFields(error: object): Candidates {
    let candidates = 0;
    try {
      let fields = 0;
      for (const field in error) {
        candidates |= this.#fields.whole(field);
        if (++fields > MOST_FIELDS) break;
      }
    } catch {
      // A proxy that will not say what it has.
    }
    return candidates;
  }

  #byMessage(message: string): Candidates {
    const statement = message.lastIndexOf(" - ");
    const afterStatement = statement > 0 ? this.#openings.of(message.slice(statement + 3)) : 0;
    return this.#openings.of(message) | afterStatement | this.#mentions.in(message);
  }
}
