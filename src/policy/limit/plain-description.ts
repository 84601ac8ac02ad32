import type { Description } from "../../core/part.ts";

/** What a limiter is and how it stands, as plain JSON: Infinity reads as "Infinity". */
export function plainDescription<State extends object>(
  { name, settings }: Description,
  state: State,
): Description & { readonly state: State } {
  return JSON.parse(JSON.stringify({ name, settings, state }, (_key, part) => (part === Infinity ? "Infinity" : part)));
}
