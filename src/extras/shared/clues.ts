import type { Clue, Library } from "./library.ts";

/** A set of libraries, one bit each by their place in the list. */
export type Candidates = number;

type Kind = "fields" | "names" | "codes" | "beginnings" | "words";

/** Every word and pattern of one kind that the libraries list, each with the library that lists it. */
function listed(libraries: readonly Library[], kind: Kind): (readonly [clue: string | RegExp, candidate: Candidates])[] {
  return libraries.flatMap(({ looks }, place) =>
    (looks[kind] ?? []).flatMap((clue) => wordsIn(clue).map((word) => [word, 1 << place] as const)),
  );
}

function wordsIn(clue: Clue): readonly (string | RegExp)[] {
  if (typeof clue === "string" || clue instanceof RegExp) return [clue];
  return clue instanceof Set ? [...(clue as ReadonlySet<string>)] : Object.values(clue).flat().map(String);
}

/** Which libraries list a word, and which a pattern that it matches. */
export class Clues {
  readonly #whole = new Map<string, Candidates>();
  readonly #patterns: (readonly [pattern: RegExp, candidate: Candidates])[] = [];

  constructor(libraries: readonly Library[], kind: Kind) {
    for (const [clue, candidate] of listed(libraries, kind)) {
      if (typeof clue === "string") this.#whole.set(clue, this.whole(clue) | candidate);
      else this.#patterns.push([clue, candidate]);
    }
  }

  whole(text: string): Candidates {
    return this.#whole.get(text) ?? 0;
  }

  matching(text: string): Candidates {
    let candidates = 0;
    for (const [pattern, candidate] of this.#patterns) if (pattern.test(text)) candidates |= candidate;
    return candidates;
  }
}

/** Which libraries list the beginning of a message. */
export class Openings {
  readonly #byFirstLetter = new Map<string, (readonly [beginning: string, candidate: Candidates])[]>();
  readonly #patterns: Clues;

  constructor(libraries: readonly Library[]) {
    this.#patterns = new Clues(libraries, "beginnings");
    for (const [clue, candidate] of listed(libraries, "beginnings")) {
      if (typeof clue !== "string") continue;
      const letter = clue.charAt(0);
      this.#byFirstLetter.set(letter, [...(this.#byFirstLetter.get(letter) ?? []), [clue, candidate]]);
    }
  }

  of(message: string): Candidates {
    let candidates = this.#patterns.matching(message);
    for (const [beginning, candidate] of this.#byFirstLetter.get(message.charAt(0)) ?? [])
      if (message.startsWith(beginning)) candidates |= candidate;
    return candidates;
  }
}

/** Which libraries list words that stand somewhere in a message. */
export class Mentions {
  readonly #words = new Map<string, Candidates>();

  constructor(libraries: readonly Library[]) {
    for (const [clue, candidate] of listed(libraries, "words"))
      this.#words.set(clue as string, (this.#words.get(clue as string) ?? 0) | candidate);
  }

  /** Each word is looked for as it is: one pattern of all of them would try each at every place. */
  in(message: string): Candidates {
    let candidates = 0;
    for (const [word, more] of this.#words) if (message.includes(word)) candidates |= more;
    return candidates;
  }
}
