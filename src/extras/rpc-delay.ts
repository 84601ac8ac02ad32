import type { ErrorClass } from "../core/failure/error-class.ts";
import type { Verdict } from "./judge.ts";

/**
 * A header, in the places where the SDKs of clouds and RPC libraries keep theirs: `Headers`, their own with a `get`, and plain objects
 * with names in small letters. `""` where there is none.
 */
export function field(headers: unknown, name: string): string {
  try {
    const given = headers as ({ get?(name: string): unknown } & Record<string, unknown>) | undefined;
    const value = given?.get ? given.get(name) : given?.[name];
    // Of several values, the first that is written.
    return `${value ?? ""}`;
  } catch {
    return "";
  }
}

/** The class, with how long the answer asks to be left alone: what the vendor says in milliseconds, else `Retry-After`, in seconds or as a date. */
export function withDelay(errorClass: ErrorClass, headers: unknown, inMillis?: string): Verdict {
  const after = field(headers, "retry-after");
  for (const retryAfterMs of [
    Number.parseFloat(inMillis as string),
    Number.parseFloat(after) * 1e3,
    Date.parse(after) - Date.now(),
  ])
    if (retryAfterMs >= 0) return { errorClass, retryAfterMs };
  return errorClass;
}
