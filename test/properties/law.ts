/** Throws with what was found. */
export function law(holds: boolean, sentence: string, ...found: unknown[]): asserts holds {
  if (!holds)
    throw new Error(
      `${sentence}: ${found.map((value) => (typeof value === "object" ? JSON.stringify(value) : String(value))).join(", ")}`,
    );
}
