/*
 * What an error holds of the answer of the service: the response, its body, the errors in it, whatever the library calls them. A few steps
 * deep and a few objects in all, for errors also hold clients, requests and half of the program. A body that is still JSON in writing counts as
 * what it says. Applications keep orders and forms under some of these names: what stands there is an answer only with a sign of one.
 */
import { isObject } from "../../core/is-object.ts";
import type { Link } from "../shared/index.ts";

/** Something that an error holds, or the error itself. */
export interface Held {
  readonly object: object;
  /** Whether it belongs to the answer of a service. The error itself does not, and what applications keep on errors need not. */
  readonly isAnswer: boolean;
}

/** Under which names libraries keep the answer, and services what they say in it. */
export const ANSWERS: readonly string[] = [
  "response",
  "res",
  "resp",
  "rawResponse",
  "httpResponse",
  "apiResponse",
  "responseInfo",
  "$response",
  "networkError",
  "body",
  "responseBody",
  "bodyText",
  "customData",
  "rawError",
  "error",
  "errors",
  "graphQLErrors",
  "err",
  "extensions",
];

/** The same, where applications keep their own things too. */
export const MAYBE_ANSWERS: readonly string[] = [
  "result",
  "data",
  "payload",
  "output",
  "context",
  "detail",
  "details",
  "status",
  "info",
  "meta",
  "metadata",
  "parameters",
];

export const NAMES: ReadonlySet<string> = /* @__PURE__ */ new Set([...ANSWERS, ...MAYBE_ANSWERS]);

/** What only an answer has, or an error that came with one. */
export const SIGNS: readonly string[] = ["headers", "responseHeaders", "statusCode", "response"];

const MOST_STEPS = 3;
const MOST_FIELDS = 30;
const MOST_ANSWERS = 12;
const LONGEST_BODY = 5_000;

/** The error itself first, then what it holds of the answer, nearest first. Of a list, its first. */
export function answersOf(link: Link): readonly Held[] {
  link.answers ??= find(link);
  return link.answers;
}

function find({ error, reader }: Link): readonly Held[] {
  const hasSign = (object: object): boolean =>
    SIGNS.some((sign) => {
      const value = reader.read(object, sign);
      return value !== undefined && value !== null;
    });
  const found: Held[] = [{ object: error, isAnswer: false }];
  const cameWithAnswer = hasSign(error);
  let nearest: readonly Held[] = found;
  for (let step = 0; step < MOST_STEPS && nearest.length > 0; step++) {
    const next: Held[] = [];
    // Errors hide fields, as got's and ofetch's do their response; what they hold does not.
    for (const holder of nearest)
      for (const name of step === 0 ? NAMES : fieldsOf(holder.object)) {
        const value = told(reader.read(holder.object, name));
        const object = isList(value) ? reader.read(value, 0) : value;
        // An error in it is asked about on its own.
        if (
          !isObject(object) ||
          typeof reader.read(object, "stack") === "string" ||
          isList(object) ||
          ArrayBuffer.isView(object) ||
          found.length >= MOST_ANSWERS
        )
          continue;
        if (found.some((held) => held.object === object)) continue;
        const isAnswer = holder.isAnswer || cameWithAnswer || !MAYBE_ANSWERS.includes(name) || hasSign(object);
        const held = { object, isAnswer };
        found.push(held);
        next.push(held);
      }
    nearest = next;
  }
  return found;
}

/** Bytes and lists of lists say nothing, and to ask for the fields of many takes long. */
function isList(value: unknown): boolean {
  try {
    return Array.isArray(value);
  } catch {
    // A proxy that was revoked.
    return false;
  }
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
