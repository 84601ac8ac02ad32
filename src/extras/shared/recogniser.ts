/*
 * Whose error is it? To ask every library's rule takes several microseconds, so an error is looked at first. The index is built from what
 * each library says of the looks of its errors. In this order, each step only where the one before brought no verdict:
 *   1. its fields, its whole name and its whole code
 *   2. families of names and codes, by pattern
 *   3. its message; and the libraries whose fields cannot be seen
 * The libraries that a step brings to mind are asked in the order of their list.
 */
import { addPlaces, Clues, Mentions, Openings } from "./clues.ts";
import type { Library } from "./library.ts";
import type { Link, Verdict } from "./link.ts";

// An error with more fields than this is no error: the rest is not looked at.
const MOST_FIELDS = 30;

/** Hears the name of the library whose rule decided, and about which error of the chain. */
export type OnDecision = (library: string, about: object) => void;

export class Recogniser {
  readonly #libraries: readonly Library[];
  readonly #fields: Clues;
  readonly #names: Clues;
  readonly #codes: Clues;
  readonly #openings: Openings;
  readonly #mentions: Mentions;
  readonly #hidden: readonly number[];
  readonly #onlyWrap: readonly ((link: Link) => boolean)[];

  constructor(libraries: readonly Library[]) {
    this.#libraries = libraries;
    this.#fields = new Clues(libraries, "fields");
    this.#names = new Clues(libraries, "names");
    this.#codes = new Clues(libraries, "codes");
    this.#openings = new Openings(libraries);
    this.#mentions = new Mentions(libraries);
    this.#hidden = libraries.flatMap(({ looks }, place) => (looks.hidden ? [place] : []));
    this.#onlyWrap = libraries.flatMap(({ onlyWraps }) => onlyWraps ?? []);
  }

  /** The verdict of the first library that knows the error for certain. */
  verdictOn(link: Link, onDecision?: OnDecision): Verdict {
    for (const onlyWraps of this.#onlyWrap) if (onlyWraps(link)) return undefined;
    const asked: number[] = [];
    return (
      this.#ask(this.#likely(link), asked, link, onDecision) ??
      this.#ask(this.#possible(link), asked, link, onDecision) ??
      this.#ask(this.#remaining(link), asked, link, onDecision)
    );
  }

  /** Asks the rules of the libraries at these places, but for those that were asked before. */
  #ask(places: readonly number[], asked: number[], link: Link, onDecision: OnDecision | undefined): Verdict {
    for (const place of places) {
      if (asked.includes(place)) continue;
      const library = this.#libraries[place] as Library;
      const verdict = library.meaning.rule?.(link);
      if (verdict !== undefined) {
        onDecision?.(library.name, link.error);
        return verdict;
      }
      asked.push(place);
    }
    return undefined;
  }

  #likely({ error, name, code }: Link): readonly number[] {
    const places: number[] = [];
    try {
      let fields = 0;
      for (const field in error) {
        addPlaces(places, this.#fields.whole(field));
        if (++fields >= MOST_FIELDS) break;
      }
    } catch {
      // A proxy that will not say what it has.
    }
    addPlaces(places, this.#names.whole(name));
    addPlaces(places, this.#codes.whole(code));
    return places;
  }

  #possible({ name, code }: Link): readonly number[] {
    const places: number[] = [];
    this.#names.addMatching(places, name);
    this.#codes.addMatching(places, code);
    return places;
  }

  #remaining({ message }: Link): readonly number[] {
    const places: number[] = [...this.#hidden];
    this.#openings.addTo(places, message);
    const statement = message.lastIndexOf(" - ");
    if (statement > 0) this.#openings.addTo(places, message.slice(statement + 3));
    this.#mentions.addTo(places, message);
    return places;
  }
}
