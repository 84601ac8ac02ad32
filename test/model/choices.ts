/* Who chooses what happens next: a random source, which is written down, or what was written down, as far as it still makes sense. */
import type { Chance } from "./chance.ts";

/** One choice. Happenings are named, and not numbered, so that a choice means the same after others were taken away. */
export interface Choice {
  /** What happens, such as "call 1" or "end 1.2". */
  readonly does: string;
  /** Of an alarm: how late it rings, in milliseconds. */
  readonly lateMs: number;
  /** The next thing happens within the same turn, before promises have settled. */
  readonly together: boolean;
}

export interface Chooser {
  choose(ready: readonly string[]): Choice;
  readonly made: readonly Choice[];
}

/** What is rarely the next thing to happen: it could always be. */
const isRare = (does: string): boolean => does.startsWith("abort") || does.startsWith("by hand");

export class RandomChooser implements Chooser {
  readonly made: Choice[] = [];
  readonly #chance: Chance;
  readonly #late: boolean;
  readonly #crowded: boolean;

  constructor(chance: Chance, { late, crowded }: { readonly late: boolean; readonly crowded: boolean }) {
    this.#chance = chance;
    this.#late = late;
    this.#crowded = crowded;
  }

  choose(ready: readonly string[]): Choice {
    const chance = this.#chance;
    let does = chance.pick(ready);
    for (let again = 0; again < 2 && isRare(does); again++) does = chance.pick(ready);
    const lateMs = this.#late && does.startsWith("alarm") && chance.flip(0.3) ? 1 + chance.below(6) : 0;
    const choice = { does, lateMs, together: this.#crowded && chance.flip(0.3) };
    this.made.push(choice);
    return choice;
  }
}

/** Makes the choices of a list. What cannot be done is left out, and at the end whatever is ready happens in order. */
export class ReplayChooser implements Chooser {
  readonly made: Choice[] = [];
  readonly #choices: readonly Choice[];
  #next = 0;

  constructor(choices: readonly Choice[]) {
    this.#choices = choices;
  }

  choose(ready: readonly string[]): Choice {
    let choice: Choice | undefined;
    while (choice === undefined && this.#next < this.#choices.length) {
      const next = this.#choices[this.#next++] as Choice;
      if (ready.includes(next.does)) choice = next;
    }
    choice ??= { does: ready.find((does) => !isRare(does)) ?? (ready[0] as string), lateMs: 0, together: false };
    this.made.push(choice);
    return choice;
  }
}
