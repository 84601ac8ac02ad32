/** Under this key an error says that chaos has made it: of whichever copy of this package. */
const CHAOS: unique symbol = Symbol.for("redress.chaos/1");

/** Whether chaos has made this error, or one that it was caused by. */
export function isChaos(error: unknown): boolean {
  const seen = new Set<unknown>();
  for (let at = error; typeof at === "object" && at !== null && !seen.has(at); at = (at as { readonly cause?: unknown }).cause) {
    if ((at as { readonly [CHAOS]?: unknown })[CHAOS] === true) return true;
    seen.add(at);
  }
  return false;
}

/**
 * Says of an error that chaos has made it: by a mark, by `injectedBy: "chaos"`, which is printed with it, and at the end of its stack. Its message stays as it is: some
 * libraries' errors are known by that alone.
 *
 * @throws TypeError for what is no error, or cannot be marked
 */
export function markChaos(error: unknown): Error {
  if (!(error instanceof Error)) throw new TypeError(`chaos.faults: an error fault must give an Error, got ${typeof error}.`);
  if (Object.hasOwn(error, CHAOS)) return error;
  const { stack } = error;
  const hidden = { enumerable: false, configurable: true, writable: true };
  const isMarked =
    Reflect.defineProperty(error, CHAOS, { value: true }) &&
    Reflect.defineProperty(error, "injectedBy", { ...hidden, value: "chaos", enumerable: true }) &&
    Reflect.defineProperty(error, "stack", { ...hidden, value: `${stack ?? error.message}\n    injected by chaos` });
  if (!isMarked) throw new TypeError("chaos.faults: an error fault must give an Error that can be marked, got a frozen one.");
  return error;
}
