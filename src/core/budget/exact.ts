/** Counts in billionths, so that ten times a tenth makes exactly one, and what was given back is all there again. */
export function exact(amount: number): number {
  return Math.round(amount * 1e9) / 1e9;
}
