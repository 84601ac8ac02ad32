/** A part of a pasted error that could not be read, or that was not printed in the first place. */
export interface Unread {
  /** The field: `error.config.transitional`. */
  readonly at: string;
  /** What stands there, cut to one short line: `[Object]`. */
  readonly text: string;
}

const MOST_LETTERS = 60;

export function unreadAt(at: string, text: string): Unread {
  const [line = ""] = text.trim().split("\n");
  return { at, text: line.length > MOST_LETTERS || line !== text.trim() ? `${line.slice(0, MOST_LETTERS).trimEnd()}...` : line };
}

/** The path of a field, as code would name it: `error.cause`, `error.headers["retry-after"]`, `error.errors[0]`. */
export function fieldOf(path: string, key: PropertyKey): string {
  if (typeof key === "number") return `${path}[${key}]`;
  if (typeof key === "symbol") return `${path}[${String(key)}]`;
  return /^[A-Za-z_$][\w$]*$/.test(key) ? `${path}.${key}` : `${path}[${JSON.stringify(key)}]`;
}
