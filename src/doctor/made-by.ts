import { type Strategy, strategyPartOf } from "../core/backoff/strategy.ts";
import { descriptionOf } from "../core/part.ts";

/** A strategy as messages name it. */
export function nameOf(strategy: Strategy): string {
  const { name } = descriptionOf(strategy);
  if (strategyPartOf(strategy) !== undefined) return name;
  return name === "anonymous" ? "a function without a name" : `the function ${name}`;
}
