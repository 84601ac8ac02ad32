/*
 * What an error holds of the answer of the service: the response, its body, the errors in it, whatever the library calls them. A few
 * objects in all, for errors also hold clients, requests and half of the program. A body that is still JSON in writing counts as
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
  const cameWithAnswer = hasSign(error);
  const found: Held[] = [{ object: error, isAnswer: false }];
  // The list grows while it is walked. Errors and responses hide fields, as got's and ofetch's do: each is asked by name.
  for (const holder of found)
    for (const name of NAMES) {
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
      found.push({ object, isAnswer });
    }
  return found;
}

/** Bytes and lists of lists say nothing. */
function isList(value: unknown): boolean {
  try {
    return Array.isArray(value);
  } catch {
    // A proxy that was revoked: nothing that it holds can be read either.
    return true;
  }
}

function told(value: unknown): unknown {
  try {
    if (typeof value === "string" && value.length <= LONGEST_BODY && /^\s*[{[]/.test(value)) return JSON.parse(value) as unknown;
  } catch {
    // It only begins like one.
  }
  return value;
}
