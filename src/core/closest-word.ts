/** The word that was probably meant, where one is near enough: by its letters, whatever their case and underscores. */
export function closestWord(word: string, known: readonly string[]): string | null {
  // A word this long is no misspelled name, and comparing costs the product of the lengths.
  if (word.length > 64) return null;
  let best: { readonly name: string; readonly steps: number } | null = null;
  for (const name of known) {
    const steps = distance(letters(word), letters(name));
    // A third of the letters may be wrong: a short word is near to everything.
    if (steps * 3 <= name.length && steps < (best?.steps ?? Infinity)) best = { name, steps };
  }
  return best?.name ?? null;
}

const letters = (word: string): string => word.replaceAll("_", "").toLowerCase();

/** Letters to insert, delete, replace or swap with their neighbours to make one word of the other (Damerau and Levenshtein). */
function distance(one: string, other: string): number {
  let above: readonly number[] = Array.from({ length: other.length + 1 }, (_, index) => index);
  let twoAbove = above;
  for (let row = 1; row <= one.length; row++) {
    const here = [row];
    for (let column = 1; column <= other.length; column++) {
      const same = one[row - 1] === other[column - 1];
      const swapped = one[row - 1] === other[column - 2] && one[row - 2] === other[column - 1];
      const steps = [
        (above[column - 1] as number) + (same ? 0 : 1),
        (above[column] as number) + 1,
        (here[column - 1] as number) + 1,
        ...(swapped ? [(twoAbove[column - 2] as number) + 1] : []),
      ];
      here.push(Math.min(...steps));
    }
    twoAbove = above;
    above = here;
  }
  return above[other.length] as number;
}
