import type { Strategy } from "../core/backoff/strategy.ts";
import { DESCRIPTION, type Description, descriptionOf } from "../core/description.ts";

/** The built-in strategies that make a delay, rather than ask another strategy. */
const MAKERS: ReadonlySet<string> = new Set([
  "constant",
  "decorrelatedJitter",
  "equalJitter",
  "exponential",
  "fullJitter",
  "legacyStrategy",
  "tokenBackoff",
]);

/** What a part of this package tells of itself; nothing for somebody else's. */
export const toldOf = (part: object | null | undefined): Description | undefined =>
  (part as { readonly [DESCRIPTION]?: Description } | null | undefined)?.[DESCRIPTION];

/** The built-in strategies that a strategy consists of, from the outside in; `null` where a function of somebody else is among them. */
export function madeBy(strategy: Strategy): readonly string[] | null {
  const names: string[] = [];
  let part = toldOf(strategy);
  while (part !== undefined && (part.name === "retryAfterOr" || part.name === "adaptive")) {
    names.push(part.name);
    part = part.settings["fallback"] as Description | undefined;
  }
  // What has no settings only bears the name.
  return part !== undefined && MAKERS.has(part.name) && Object.keys(part.settings).length > 0 ? [...names, part.name] : null;
}

/** A strategy as messages name it. */
export function nameOf(strategy: Strategy): string {
  const { name } = descriptionOf(strategy);
  if (toldOf(strategy) !== undefined) return name;
  return name === "anonymous" ? "a function without a name" : `the function ${name}`;
}
