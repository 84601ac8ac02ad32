/* The errors of a chain, each with the path that leads to it: causes, aggregated errors, and whatever else wraps an error in a field. */
import { ErrorReader } from "../../core/failure/chain.ts";
import { httpStatus } from "../../core/failure/http/status.ts";
import { isObject } from "../../core/is-object.ts";
import { fieldOf } from "./unread.ts";

/** What is shown of one error: what it is called by, and the names of its other fields, whose values may be nobody's business. */
export interface ChainLink {
  /** `error`, `error.cause`, `error.errors[0]`. */
  readonly at: string;
  readonly name: string | null;
  readonly message: string | null;
  readonly code: string | number | null;
  readonly status: number | null;
  readonly fields: readonly string[];
}

const MOST_LINKS = 12;
// A classifier reads 250 letters at each end; a report needs no whole statement of SQL.
const MOST_LETTERS = 1_000;
const toldApart: ReadonlySet<string> = new Set(["name", "message", "stack", "code", "cause", "errors"]);

export function chainOf(error: unknown): readonly ChainLink[] {
  const found = new Map<unknown, string>([[error, "error"]]);
  // The chain grows while it is walked.
  for (const [link, at] of found)
    for (const [path, inner] of wrappedBy(link, at)) if (!found.has(inner) && found.size < MOST_LINKS) found.set(inner, path);
  return [...found].map(([link, at]) => linkOf(link, at));
}

function wrappedBy(value: unknown, at: string): readonly (readonly [path: string, inner: unknown])[] {
  if (!isObject(value)) return [];
  const { cause, errors } = value as { readonly cause?: unknown; readonly errors?: unknown };
  const aggregated = Array.isArray(errors) ? errors : [];
  return [
    ...(isObject(cause) ? [[fieldOf(at, "cause"), cause] as const] : []),
    ...aggregated.filter(isObject).map((inner, index) => [fieldOf(`${at}.errors`, index), inner] as const),
    ...Object.entries(value)
      .filter(([, inner]) => inner instanceof Error)
      .map(([key, inner]) => [fieldOf(at, key), inner] as const),
  ];
}

function linkOf(link: unknown, at: string): ChainLink {
  if (!isObject(link)) return { at, name: null, message: String(link), code: null, status: null, fields: [] };
  const reader = new ErrorReader();
  const text = (key: string): string | null => {
    const value = reader.read(link, key);
    if (typeof value !== "string") return null;
    return value.length > MOST_LETTERS ? `${value.slice(0, MOST_LETTERS)}...` : value;
  };
  const code = reader.read(link, "code");
  return {
    at,
    name: text("name"),
    message: text("message"),
    code: typeof code === "string" || typeof code === "number" ? code : null,
    status: httpStatus(reader, link, null) ?? null,
    fields: Object.keys(link).filter((key) => !toldApart.has(key)),
  };
}
