/*
 * Whose error is it? To ask every library's rule takes several microseconds, so an error is looked at first: at its fields, its name and
 * its code, and then, if none of the libraries that these bring to mind knows it, at its words. The libraries that it may belong to are
 * asked in the order of their list. The index is built from what each library says of the looks of its errors.
 */
import type { Clue, Library } from "./library.ts";
import type { Link, Verdict } from "./link.ts";

// An error with more fields than this is no error.
const MOST_FIELDS = 30;

/** A set of libraries, one bit each by their place in the list. */
type Candidates = number;

/** For clues of one kind: whole words, patterns, and the beginnings of texts by their first letter. */
class Clues {
  readonly #whole = new Map<string, Candidates>();
  readonly #patterns: [pattern: RegExp, candidates: Candidates][] = [];
  readonly #beginnings = new Map<string, [beginning: string, candidates: Candidates][]>();
  readonly #asBeginnings: boolean;

  constructor(libraries: readonly Library[], kind: "fields" | "names" | "codes" | "beginnings") {
    this.#asBeginnings = kind === "beginnings";
    libraries.forEach(({ looks }, place) => {
      for (const clue of looks[kind] ?? []) this.#add(clue, 1 << place);
    });
  }

  #add(clue: Clue | number, candidate: Candidates): void {
    if (clue instanceof RegExp) this.#patterns.push([clue, candidate]);
    else if (clue instanceof Set) for (const one of clue) this.#add(one, candidate);
    else if (typeof clue === "object") for (const one of Object.values(clue).flat()) this.#add(one, candidate);
    else if (this.#asBeginnings) {
      const first = `${clue}`.slice(0, 1);
      this.#beginnings.set(first, [...(this.#beginnings.get(first) ?? []), [`${clue}`, candidate]]);
    } else this.#whole.set(`${clue}`, (this.#whole.get(`${clue}`) ?? 0) | candidate);
  }

  whole(text: string): Candidates {
    return this.#whole.get(text) ?? 0;
  }

  /** By all that is open-ended: patterns and beginnings. */
  partly(text: string): Candidates {
    let candidates = 0;
    for (const [pattern, more] of this.#patterns) if (pattern.test(text)) candidates |= more;
    if (this.#asBeginnings)
      for (const [beginning, more] of this.#beginnings.get(text.charAt(0)) ?? [])
        if (text.startsWith(beginning)) candidates |= more;
    return candidates;
  }
}

export class Recogniser {
  readonly #libraries: readonly Library[];
  readonly #fields: Clues;
  readonly #names: Clues;
  readonly #codes: Clues;
  readonly #beginnings: Clues;
  readonly #words: readonly (readonly [word: string, candidates: Candidates])[];
  readonly #hidden: Candidates;
  readonly #onlyWrap: readonly ((link: Link) => boolean)[];

  /** @param libraries at most 31, for the candidates are the bits of one small integer */
  constructor(libraries: readonly Library[]) {
    this.#libraries = libraries;
    this.#fields = new Clues(libraries, "fields");
    this.#names = new Clues(libraries, "names");
    this.#codes = new Clues(libraries, "codes");
    this.#beginnings = new Clues(libraries, "beginnings");
    const words = new Map<string, Candidates>();
    libraries.forEach(({ looks }, place) => {
      for (const word of looks.words ?? []) words.set(word, (words.get(word) ?? 0) | (1 << place));
    });
    this.#words = [...words];
    this.#onlyWrap = libraries.flatMap(({ onlyWraps }) => onlyWraps ?? []);
    this.#hidden = libraries.reduce((all, { looks }, place) => (looks.hidden ? all | (1 << place) : all), 0);
  }

  /** The verdict of the first library that knows the error for certain. */
  verdictOn(link: Link): Verdict {
    const { error, name, code, message } = link;
    for (const onlyWraps of this.#onlyWrap) if (onlyWraps(link)) return undefined;
    const likely = this.#byFields(error) | this.#names.whole(name) | this.#codes.whole(code);
    const verdict = this.#ask(likely, link);
    if (verdict !== undefined) return verdict;
    const possible = (this.#names.partly(name) | this.#codes.partly(code)) & ~likely;
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
    let candidates = this.#beginnings.partly(message);
    const statement = message.lastIndexOf(" - ");
    if (statement > 0) candidates |= this.#beginnings.partly(message.slice(statement + 3));
    // Each is looked for as it is: a pattern of all of them would try each at every place.
    for (const [word, more] of this.#words) if (message.includes(word)) candidates |= more;
    return candidates;
  }
}
