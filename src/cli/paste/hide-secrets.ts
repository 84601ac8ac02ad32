/* Takes the values of fields that are named like secrets out of a pasted error, before anything of it is looked at or printed. */
import { isObject } from "../../core/is-object.ts";

const HIDDEN = "[hidden]";

/** Words that name a secret. `tokens` is none: it is what language models count. */
const words: ReadonlySet<string> = new Set([
  "authorization",
  "cookie",
  "cookies",
  "credential",
  "credentials",
  "passphrase",
  "passwd",
  "password",
  "pwd",
  "secret",
  "secrets",
  "signature",
  "token",
]);

/** The same in two words. */
const pairs: ReadonlySet<string> = new Set(["api key", "access key", "private key", "secret key", "connection string"]);
const joined: ReadonlySet<string> = new Set([...pairs].map((pair) => pair.replace(" ", "")));

/** Values that give nothing away. */
const silent: ReadonlySet<unknown> = new Set([null, undefined, ""]);

/** Whether a field's name speaks of a secret: `apiKey`, `x-api-key`, `Set-Cookie`, `accessToken`. */
export function isSecret(name: string): boolean {
  const parts = name
    .replaceAll(/([a-z\d])([A-Z])/g, "$1 $2")
    .toLowerCase()
    .split(/[^a-z\d]+/);
  return parts.some((part, index) => words.has(part) || joined.has(part) || pairs.has(`${part} ${parts[index + 1]}`));
}

/** Replaces the values of secrets, at any depth, in place. */
export function hideSecrets(value: unknown, seen: Set<unknown> = new Set()): void {
  if (!isObject(value) || seen.has(value)) return;
  seen.add(value);
  if (value instanceof Headers) {
    for (const name of [...value.keys()]) if (isSecret(name)) value.set(name, HIDDEN);
    return;
  }
  if (value instanceof Map)
    for (const [key, inner] of value) {
      if (typeof key === "string" && isSecret(key)) value.set(key, HIDDEN);
      else hideSecrets(inner, seen);
    }
  // A flat list of headers has names and values in turn.
  if (Array.isArray(value))
    for (let index = 1; index < value.length; index++) {
      const before: unknown = value[index - 1];
      if (typeof before === "string" && typeof value[index] === "string" && isSecret(before)) value[index] = HIDDEN;
    }
  for (const key of Reflect.ownKeys(value)) {
    const field = Object.getOwnPropertyDescriptor(value, key);
    if (field === undefined || !("value" in field)) continue;
    const says = !silent.has(field.value) && typeof field.value !== "boolean";
    const name = typeof key === "symbol" ? (key.description ?? "") : key;
    if (says && isSecret(name)) Object.defineProperty(value, key, { ...field, value: HIDDEN });
    else hideSecrets(field.value, seen);
  }
}
