/* How messages say durations, numbers, lists and strategies. */
import { type Strategy, strategyPartOf } from "../core/backoff/strategy.ts";
import { descriptionOf } from "../core/part.ts";

/** Milliseconds as messages have them. */
export const ms = (duration: number): string => `${duration} ms`;

/** "1 retry", "3 retries". */
export const counted = (many: number, one: string, more = `${one}s`): string => `${many} ${many === 1 ? one : more}`;

/** "A", "A and B", "A, B and C". */
export function list(words: readonly string[]): string {
  return words.length < 2 ? words.join("") : `${words.slice(0, -1).join(", ")} and ${words.at(-1)}`;
}

/** A strategy as messages name it. */
export function strategyName(strategy: Strategy): string {
  const { name } = descriptionOf(strategy);
  if (strategyPartOf(strategy) !== undefined) return name;
  return name === "anonymous" ? "a function without a name" : `the function ${name}`;
}
