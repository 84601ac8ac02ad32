/*
 * What an error holds of the answer of the service: the response, its body, the errors in it, whatever the library calls them. A few steps
 * deep and a few objects in all, for errors also hold clients, requests and half of the program. A body that is still JSON in writing counts as
 * what it says.
 */
import { isObject } from "../../core/is-object.ts";
import type { Link } from "../shared/index.ts";

/** Under which names libraries keep the answer, and services what they say in it. */
const NAMES: readonly string[] = [
  "response",
  "res",
  "resp",
  "rawResponse",
  "httpResponse",
  "apiResponse",
  "responseInfo",
  "$response",
  "networkError",
  "result",
  "data",
  "body",
  "responseBody",
  "payload",
  "output",
  "context",
  "rawError",
  "error",
  "errors",
  "err",
  "detail",
  "details",
  "info",
  "meta",
  "metadata",
  "extensions",
  "parameters",
];

const MOST_STEPS = 3;
const MOST_ANSWERS = 12;
const LONGEST_BODY = 5_000;

/** The error itself first, then what it holds of the answer, nearest first. Of a list, its first. */
export function answersOf(link: Link): readonly object[] {
  link.answers ??= find(link);
  return link.answers;
}

function find({ error, reader }: Link): readonly object[] {
  const found: object[] = [error];
  let nearest: readonly object[] = found;
  for (let step = 0; step < MOST_STEPS; step++) {
    const next: object[] = [];
    for (const object of nearest)
      for (const name of NAMES) {
        const value = told(reader.read(object, name));
        const one = Array.isArray(value) ? reader.read(value, 0) : value;
        if (!isObject(one) || typeof one === "function" || found.includes(one) || found.length >= MOST_ANSWERS) continue;
        found.push(one);
        next.push(one);
      }
    nearest = next;
  }
  return found;
}

function told(value: unknown): unknown {
  if (typeof value !== "string" || value.length > LONGEST_BODY || !/^\s*[{[]/.test(value)) return value;
  try {
    return JSON.parse(value) as unknown;
  } catch {
    return undefined;
  }
}
