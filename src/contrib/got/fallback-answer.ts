/*
 * What a fallback gives in the place of a response. got's shortcuts (`.json()`, `.text()`, `.buffer()`) read the last answer that got itself has had, which is
 * the one that failed: where there is a fallback they give its body, as it is.
 */
import { refuse } from "../../clients/options/index.ts";
import type { GotPromise } from "./got-shapes.ts";

const SHORTCUTS = ["json", "text", "buffer"] as const;

/** The body of a response that a fallback has given. */
export function bodyOfFallback(response: unknown): unknown {
  if (typeof response !== "object" || response === null || !("body" in response))
    refuse("what fallback gives to gotWithPolicy", "a response of got, such as { body, statusCode: 200 }", response, TypeError);
  return response.body;
}

/**
 * Puts shortcuts on what the caller gets. got leaves those alone that are there.
 *
 * @param fallback what a fallback has given, once `result` is settled; `null` where it has given nothing
 */
export function addShortcuts(
  result: Promise<unknown>,
  sent: GotPromise,
  fallback: () => { readonly response: unknown } | null,
): void {
  for (const name of SHORTCUTS) {
    const own = sent[name];
    if (typeof own !== "function") continue;
    const shortcut = (): Promise<unknown> => {
      // It awaits the promise that it is called on, and has all that this one has.
      const read = own.call(result);
      return Object.defineProperties(bodyOf(read, fallback), Object.getOwnPropertyDescriptors(read));
    };
    void Object.defineProperty(result, name, { value: shortcut, writable: true, enumerable: true, configurable: true });
  }
}

async function bodyOf(read: Promise<unknown>, fallback: () => { readonly response: unknown } | null): Promise<unknown> {
  // Where there is a fallback, it is no matter what got has read.
  await read.catch(() => {});
  const given = fallback();
  return given === null ? read : bodyOfFallback(given.response);
}
