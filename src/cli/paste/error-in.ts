/* Finds the error in a record: a line of a log, an object with an error in it, a list of errors. */
import { isObject } from "../../core/is-object.ts";
import { liveError } from "./live-error.ts";
import { fieldOf } from "./unread.ts";

export interface Found {
  readonly error: unknown;
  /** Where it stood: `error` for the value itself. */
  readonly path: string;
}

type Fields = Readonly<Record<string, unknown>>;

/** Where records keep an error. */
const places: readonly string[] = ["err", "error", "exception", "reason", "e", "cause", "detail", "data"];

/** What records of logs have, and errors do not. */
const ofRecords: readonly string[] = ["level", "severity", "time", "timestamp", "@timestamp", "ts", "hostname", "pid"];

/** What an error has that is a plain object. */
const ofErrors: readonly string[] = ["code", "errno", "status", "statusCode", "message", "name", "$metadata"];

/**
 * The error in a value; `null` where there is none.
 *
 * @param fromText reads an error that was written as a text
 */
export function errorIn(value: unknown, fromText: (text: string) => unknown, path = "error"): Found | null {
  if (value instanceof Error || value instanceof DOMException) return { error: value, path };
  if (Array.isArray(value)) return firstOf(value.map((each, index) => errorIn(each, fromText, fieldOf(path, index))));
  if (!isObject(value)) return null;
  const fields = value as Fields;
  const inside = liveErrorBelow(fields, path, 2);
  if (inside !== null) return inside;
  const isRecord = ofRecords.some((name) => name in fields);
  if (!isRecord && ofErrors.some((name) => has(fields, name))) return { error: value, path };
  return firstOf(places.map((name) => written(fields, name, fromText, path))) ?? (isRecord ? saidBy(fields, path) : null);
}

/** An error of its own among the fields: first where records keep one, then anywhere. */
function liveErrorBelow(fields: Fields, path: string, depth: number): Found | null {
  // The fields of an error are its own: what it has caught or collected is part of it.
  if (depth === 0 || (!ofRecords.some((name) => name in fields) && ofErrors.some((name) => has(fields, name)))) return null;
  const names = [...new Set([...places, ...Object.keys(fields)])];
  for (const name of names)
    if (fields[name] instanceof Error || fields[name] instanceof DOMException)
      return { error: fields[name], path: fieldOf(path, name) };
  return firstOf(
    names.map((name) => {
      const inner = fields[name];
      return isObject(inner) && !Array.isArray(inner) ? liveErrorBelow(inner as Fields, fieldOf(path, name), depth - 1) : null;
    }),
  );
}

/** An error that is a plain object or a text, in one of the places where records keep one. */
function written(fields: Fields, name: string, fromText: (text: string) => unknown, path: string): Found | null {
  const inner = fields[name];
  if (typeof inner === "string" && inner.trim() !== "") return { error: fromText(inner), path: fieldOf(path, name) };
  return isObject(inner) ? errorIn(inner, fromText, fieldOf(path, name)) : null;
}

/** Levels of what is no error; pino and bunyan have numbers, and warn by 40. */
const quiet: ReadonlySet<string> = new Set(["trace", "debug", "verbose", "silly", "http", "info", "notice"]);
const WARN = 40;

function isQuiet({ level, severity }: Fields): boolean {
  const said = level ?? severity;
  return typeof said === "number" ? said < WARN : quiet.has(String(said).toLowerCase());
}

/** The record itself, where it says what is wrong in its own message. */
function saidBy(fields: Fields, path: string): Found | null {
  const message = fields["message"] ?? fields["msg"];
  if (typeof message !== "string" || message === "" || isQuiet(fields)) return null;
  const code = fields["code"];
  const error = liveError({ name: "Error", message });
  return { error: code === undefined ? error : Object.assign(error, { code }), path };
}

const has = (fields: Fields, name: string): boolean =>
  ["string", "number"].includes(typeof fields[name]) || (name === "$metadata" && isObject(fields[name]));

function firstOf(found: readonly (Found | null)[]): Found | null {
  return found.find((each) => each !== null) ?? null;
}
