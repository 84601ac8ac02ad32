/*
 * Which fields an answer depends on: the fewest that still give it. Every field that the classifier reads is hidden in turn, the last one first,
 * and stays hidden where the answer stays the same. Of two fields that say the same, the one that is looked at first is left. Of a message,
 * and of any other long text, only the words are left that give the answer.
 */
import type { Classification } from "../../core/failure/classification.ts";
import type { ErrorClass } from "../../core/failure/error-class.ts";
import { type Keys, Lens, type Path } from "./lens.ts";

export interface Field {
  readonly field: Path;
  readonly value: unknown;
}

export type Answer = ErrorClass | Classification;

/** What a classifier said of an error, by which of its rules, and about which error of the chain, where it says that. */
export interface Decision {
  readonly answer: Answer;
  readonly rule: string | null;
  readonly about?: object | undefined;
}

/** The same, where the error of the chain stands. */
interface Placed extends Decision {
  readonly at: Path | undefined;
}

export interface Decisive {
  readonly fields: readonly Field[];
  readonly at: Path | undefined;
}

// Fields beyond this many are not tried: no rule reads so many of an error in earnest.
const MOST_FIELDS = 200;
const MOST_WORDS = 120;

export function decisiveFields(error: unknown, decide: (error: unknown) => Decision): Decisive {
  const changed = new Map<Path, unknown>();
  const keys: Keys = new WeakMap();
  const seen = new Set<Path>();
  const values = new Map<Path, unknown>();
  const ask = (): Placed => {
    const lens = new Lens(changed, keys);
    const decision = decide(lens.look(error, "error"));
    for (const [path, value] of lens.seen) if (values.size < MOST_FIELDS) values.set(path, value);
    return { ...decision, at: lens.pathOf(decision.about) };
  };
  const first = ask();
  const isStill = (): boolean => isSame(ask(), first);

  // What an object shows only to those who hold itself, a classifier may need: then nothing can be told.
  if (first.rule !== decide(error).rule) return { fields: [], at: undefined };
  // What is looked at only where the first fields say nothing, such as a body that repeats the code.
  while (values.size > seen.size) {
    for (const path of values.keys()) {
      seen.add(path);
      changed.set(path, undefined);
    }
    if (!isStill()) break;
  }
  changed.clear();
  const read = [...values].reverse();
  for (const [path] of read) {
    changed.set(path, undefined);
    if (!isStill()) changed.delete(path);
  }
  const fields = read
    .filter(([path]) => !changed.has(path))
    .reverse()
    .map(([field, value]) => ({ field, value: typeof value === "string" ? shortened(field, value) : value }));
  return { fields, at: first.at };

  /** The text without the words at its end and at its beginning that the answer does not need. */
  function shortened(path: Path, text: string): string {
    const words = text.split(/(?<=\s)/).slice(0, MOST_WORDS);
    const still = (from: number, to: number): boolean => {
      changed.set(path, words.slice(from, to).join("").trim());
      return isStill();
    };
    let to = words.length;
    while (to > 1 && still(0, to - 1)) to--;
    let from = 0;
    while (from < to - 1 && still(from + 1, to)) from++;
    const kept = words.slice(from, to).join("").trim();
    changed.set(path, kept);
    if (isStill()) return kept;
    changed.delete(path);
    return text;
  }
}

/** The same class and marks by the same rule about the same error; of a delay, that there is one: a date is nearer each time that it is read. */
function isSame(one: Placed, other: Placed): boolean {
  const [a, b] = [asClassification(one.answer), asClassification(other.answer)];
  return (
    one.rule === other.rule &&
    one.at === other.at &&
    a.errorClass === b.errorClass &&
    a.timeout === b.timeout &&
    a.retry === b.retry &&
    (a.retryAfterMs === undefined) === (b.retryAfterMs === undefined)
  );
}

export const asClassification = (answer: Answer): Classification =>
  typeof answer === "string" ? { errorClass: answer } : answer;
