/*
 * What an error holds of the answer of the service: the response, its body, the errors in it, whatever the library calls them. A few steps
 * deep and a few objects in all, for errors also hold clients, requests and half of the program. A body that is still JSON in writing counts as
 * what it says.
 */
import type { Link } from "../shared/index.ts";

/** Under which names libraries keep the answer, and services what they say in it. */
const NAMES: ReadonlySet<string> = /* @__PURE__ */ new Set([
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
  "bodyText",
  "payload",
  "output",
  "context",
  "rawError",
  "error",
  "errors",
  "graphQLErrors",
  "err",
  "detail",
  "details",
  "status",
  "info",
  "meta",
  "metadata",
  "extensions",
  "parameters",
]);

const MOST_STEPS = 3;
const MOST_FIELDS = 30;
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
  for (let step = 0; step < MOST_STEPS && nearest.length > 0; step++) {
    const next: object[] = [];
    // Errors hide fields, as got's and ofetch's do their response; what they hold does not.
    for (const object of nearest)
      for (const name of step === 0 ? NAMES : fieldsOf(object)) {
        const value = told(reader.read(object, name));
        const one = Array.isArray(value) ? reader.read(value, 0) : value;
        if (typeof one !== "object" || one === null || found.includes(one) || found.length >= MOST_ANSWERS) continue;
        found.push(one);
        next.push(one);
      }
    nearest = next;
  }
  return found;
}

function fieldsOf(object: object): readonly string[] {
  const names: string[] = [];
  try {
    let fields = 0;
    for (const name in object) {
      if (NAMES.has(name)) names.push(name);
      if (++fields > MOST_FIELDS) break;
    }
  } catch {
    // A proxy that will not say what it has.
  }
  return names;
}

function told(value: unknown): unknown {
  if (typeof value !== "string" || value.length > LONGEST_BODY || !/^\s*[{[]/.test(value)) return value;
  try {
    return JSON.parse(value) as unknown;
  } catch {
    return undefined;
  }
}
