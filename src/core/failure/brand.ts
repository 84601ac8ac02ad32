// Registered, so that errors of another copy of this package, or from another realm, are known too.
export const BRAND = Symbol.for("redress.error");

/** True for every error of ours, of any copy of this package. Never throws, whatever it is asked about. */
export function isBranded(error: unknown): boolean {
  try {
    return BRAND in (error as object);
  } catch {
    // Neither a primitive nor a proxy that refuses to answer.
    return false;
  }
}
