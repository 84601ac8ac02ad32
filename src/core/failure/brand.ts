// Registered, so that errors of another copy of this package, or from another realm, are known too.
export const BRAND = Symbol.for("redress.error");

/** True for every error of ours, of any copy of this package. Never throws, whatever the value is. */
export function isBranded(error: unknown): boolean {
  try {
    return BRAND in (error as object);
  } catch {
    // A primitive, or a proxy that throws: neither is one of ours.
    return false;
  }
}
