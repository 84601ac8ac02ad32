/*
 * HTTP statuses under the names that libraries give them beside `status` and `statusCode`, on the error and on what it holds of the answer. A
 * status is an integer, or a text that begins with one ("429", "503 Service Unavailable"); a `status` that is a word is none. In an answer, `code`
 * may be one, as in those of Google, Notion and many others; elsewhere `code` and `status` are also what applications number.
 */

import { headersOf } from "../../core/failure/http/answer.ts";
import { kindOfHttpStatus } from "../../core/failure/http/status.ts";
import type { Kind } from "../../core/failure/kind.ts";
import { type Link, type Verdict, withHeaders } from "../shared/index.ts";
import { answersOf } from "./answers.ts";
import { refined } from "./refine.ts";

export const NAMES: readonly string[] = [
  "statusCode",
  "status_code",
  "httpStatus",
  "httpStatusCode",
  "http_status",
  "httpCode",
  "http_code",
  "responseStatus",
];

const STATUS = /^[45]\d\d(?=$|:| [A-Z])/;

/** Where these stand, by what holds them: the error itself, an answer, or something that may be the application's. */
export const IN_ERROR: readonly string[] = ["status", ...NAMES];
export const IN_ANSWER: readonly string[] = ["status", ...NAMES, "code"];

/** A status where no client of HTTP has one, with what the headers of the answer say of it. */
export function statusRule(link: Link): Verdict {
  const { error, reader } = link;
  for (const { object, isAnswer } of answersOf(link)) {
    const names = object === error ? IN_ERROR : isAnswer ? IN_ANSWER : NAMES;
    const status = names.map((name) => toStatus(reader.read(object, name))).find((value) => value !== undefined);
    if (status === undefined) continue;
    const kind = refined(kindOfHttpStatus(status) as Kind, status, link);
    return withHeaders(kind, headersOf(reader, error) ?? headersOf(reader, object));
  }
  return undefined;
}

/** From 400 to 599. */
function toStatus(value: unknown): number | undefined {
  if (typeof value === "number") return Number.isInteger(value) && value >= 400 && value <= 599 ? value : undefined;
  return typeof value === "string" && STATUS.test(value) ? Number(value.slice(0, 3)) : undefined;
}
