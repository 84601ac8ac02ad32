import { hooksWithoutPolicy } from "../run/call/hook-errors.ts";

/** What a part says of itself. One of the user's own may throw: that is heard of once, and it has said nothing then. */
export function asked<Said>(part: object, what: string, read: () => Said): Said | undefined {
  let said: Said | undefined;
  hooksWithoutPolicy.observe(what, part, undefined, () => {
    said = read();
  });
  return said;
}

/** A number that JSON has a word for; `null` otherwise. */
export const finite = (value: unknown): number | null => (typeof value === "number" && Number.isFinite(value) ? value : null);
