/** Milliseconds as messages have them. */
export const ms = (duration: number): string => `${duration} ms`;

export const plural = (many: number, one: string, more = `${one}s`): string => `${many} ${many === 1 ? one : more}`;

/** "A", "A and B", "A, B and C". */
export function list(words: readonly string[]): string {
  return words.length < 2 ? words.join("") : `${words.slice(0, -1).join(", ")} and ${words.at(-1)}`;
}
