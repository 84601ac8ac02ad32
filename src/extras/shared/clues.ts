import type { Clue, Library } from "./library.ts";

/** Libraries by their places in the list: ascending, each once. */
export type Places = readonly number[];

const NOWHERE: Places = [];

/** Adds the places of some more libraries, and keeps the order. Both are short: few clues are several libraries'. */
export function addPlaces(places: number[], more: Places): void {
  for (const place of more) {
    let at = places.length;
    // Before the first place there is none, which is not greater.
    while ((places[at - 1] as number) > place) at--;
    if (places[at - 1] !== place) places.splice(at, 0, place);
  }
}

type Kind = "fields" | "names" | "codes" | "beginnings" | "words";

/** Every word and pattern of one kind that the libraries list, each with the libraries that list it. */
function listed(libraries: readonly Library[], kind: Kind): ReadonlyMap<string | RegExp, Places> {
  const found = new Map<string | RegExp, number[]>();
  libraries.forEach(({ looks }, place) => {
    const clues: readonly Clue[] | undefined = looks[kind];
    clues?.flatMap(wordsIn).forEach((word) => {
      const places = found.get(word) ?? [];
      addPlaces(places, [place]);
      found.set(word, places);
    });
  });
  return found;
}

function wordsIn(clue: Clue): readonly (string | RegExp)[] {
  if (typeof clue === "string" || clue instanceof RegExp) return [clue];
  return clue instanceof Set ? [...(clue as ReadonlySet<string>)] : Object.values(clue).flat().map(String);
}

/** Which libraries list a word, and which a pattern that it matches. */
export class Clues {
  readonly #whole = new Map<string, Places>();
  readonly #patterns: (readonly [pattern: RegExp, places: Places])[] = [];

  constructor(libraries: readonly Library[], kind: Kind) {
    for (const [clue, places] of listed(libraries, kind)) {
      if (typeof clue === "string") this.#whole.set(clue, places);
      else this.#patterns.push([clue, places]);
    }
  }

  whole(text: string): Places {
    return this.#whole.get(text) ?? NOWHERE;
  }

  addMatching(places: number[], text: string): void {
    for (const [pattern, more] of this.#patterns) if (pattern.test(text)) addPlaces(places, more);
  }
}

/** Which libraries list the beginning of a message. */
export class Openings {
  readonly #byLetters = new Map<string, (readonly [beginning: string, places: Places])[]>();
  readonly #patterns: Clues;

  constructor(libraries: readonly Library[]) {
    this.#patterns = new Clues(libraries, "beginnings");
    for (const [clue, places] of listed(libraries, "beginnings")) {
      if (typeof clue !== "string") continue;
      const letters = firstLetters(clue);
      this.#byLetters.set(letters, [...(this.#byLetters.get(letters) ?? []), [clue, places]]);
    }
  }

  addTo(places: number[], message: string): void {
    this.#patterns.addMatching(places, message);
    for (const [beginning, more] of this.#byLetters.get(firstLetters(message)) ?? [])
      if (message.startsWith(beginning)) addPlaces(places, more);
  }
}

/** By as many letters as every beginning has, so that few beginnings are compared with a message. */
const firstLetters = (text: string): string => text.slice(0, 3);

/** Which libraries list words that stand somewhere in a message. */
export class Mentions {
  readonly #words: readonly (readonly [word: string, places: Places])[];

  constructor(libraries: readonly Library[]) {
    this.#words = [...listed(libraries, "words")].map(([word, places]) => [word as string, places]);
  }

  /** Each word is looked for as it is: one pattern of all of them would try each at every place. So they must stay few. */
  addTo(places: number[], message: string): void {
    for (const [word, more] of this.#words) if (message.includes(word)) addPlaces(places, more);
  }
}
