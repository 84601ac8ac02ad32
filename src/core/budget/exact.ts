/**
 * Counts in billionths, so that ten times a tenth makes exactly one, and what was given back is all there again. Amounts so large that a number
 * cannot tell their billionths apart stay as they are.
 */
export function exact(amount: number): number {
  const billionths = amount * 1e9;
  return Math.abs(billionths) < Number.MAX_SAFE_INTEGER ? Math.round(billionths) / 1e9 : amount;
}
