/* What holds after every run of hostile input: it has changed nothing that all code shares, and nothing of itself. */
import fc from "fast-check";
import { isInvalidProgressError } from "redress";
import { law } from "../properties/law.ts";

const shared = [Object.prototype, Array.prototype, Function.prototype, Error.prototype, RegExp.prototype, Promise.prototype];
const members = (): string => JSON.stringify(shared.map((each) => Reflect.ownKeys(each).map(String)));
const before = members();

/** Nobody has written to what every object inherits. */
export function unpolluted(): void {
  law(members() === before, "no prototype has new members");
  law(!("polluted" in {}), "an empty object has no member", ({} as Record<string, unknown>)["polluted"]);
}

/** What the getters and methods of hostile values throw: it may come back as it is. */
const THEIR_OWN = "do not touch";

/** What may be thrown for bad input, in the words of the reference; everything else is a crash. */
function isDocumented(error: unknown): boolean {
  if (isInvalidProgressError(error) || error instanceof TypeError || error instanceof RangeError) return true;
  return error instanceof Error && error.message === THEIR_OWN;
}

/** Runs it, and lets by what is documented. Whether it came to its end. */
export function survived(run: () => unknown): boolean {
  try {
    run();
    return true;
  } catch (error) {
    law(isDocumented(error), "only what is documented is thrown", error instanceof Error ? error.stack : error);
    return false;
  } finally {
    unpolluted();
  }
}

/** Names that reach what objects inherit. */
export const inherited = [
  "__proto__",
  "constructor",
  "prototype",
  "toString",
  "valueOf",
  "hasOwnProperty",
  "then",
  "toJSON",
] as const;

/** A text in JSON whose members may be named like what objects inherit: `JSON.parse` makes own members of them. */
export const hostileJson: fc.Arbitrary<string> = fc
  .letrec<{ value: unknown }>((tie) => ({
    value: fc.oneof(
      { maxDepth: 4 },
      fc.constantFrom<unknown>(0, -1, 1e308, 2 ** 53, 0.5, null, true, "", "x".repeat(5_000), { polluted: true }),
      fc.array(tie("value"), { maxLength: 3 }),
      fc.array(fc.tuple(fc.oneof(fc.constantFrom(...inherited), fc.string({ maxLength: 5 })), tie("value")), { maxLength: 4 }),
    ),
  }))
  .value.map((value) => JSON.stringify(value, entries));

/** Pairs become members in writing, where no setter is asked. */
function entries(_key: string, value: unknown): unknown {
  const isPairs =
    Array.isArray(value) &&
    value.length > 0 &&
    value.every((pair) => Array.isArray(pair) && typeof pair[0] === "string" && pair.length === 2);
  if (!isPairs) return value;
  const made = {};
  for (const [name, inner] of value as [string, unknown][])
    Object.defineProperty(made, name, { value: inner, enumerable: true, configurable: true, writable: true });
  return made;
}

/** Frozen through and through: code that writes to it would throw. */
export function frozen<T>(value: T, seen = new Set<unknown>()): T {
  if (typeof value !== "object" || value === null || seen.has(value) || ArrayBuffer.isView(value)) return value;
  seen.add(value);
  for (const key of Reflect.ownKeys(value)) {
    const inner = Object.getOwnPropertyDescriptor(value, key);
    if (inner !== undefined && "value" in inner) frozen(inner.value, seen);
  }
  return Object.freeze(value);
}
