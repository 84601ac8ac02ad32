/* Progress that a broker has kept as text. It is read to be counted on only: whether it is one, `deliver` says. */

/** What a JSON text says; what is no progress where it is none. */
export function parsed(text: unknown): unknown {
  try {
    // `null` would mean that there is none, and nothing was used up.
    return JSON.parse(String(text)) ?? Number.NaN;
  } catch {
    return Number.NaN;
  }
}
