/*
 * HTTP statuses under the names that libraries give them beside `status` and `statusCode`, on the error, on what it holds of the answer,
 * and in the body of the answer. A status is an integer, or a text that begins with one ("429", "503 Service Unavailable"); a `status` that
 * is a word is none.
 */
import type { Link } from "../shared/index.ts";

const NAMES: readonly string[] = [
  "status_code",
  "httpStatus",
  "httpStatusCode",
  "http_status",
  "httpCode",
  "http_code",
  "responseStatus",
  "statusCode",
  "status",
];

/** Where libraries keep the answer, its body, or what they know of it; in the order in which they are believed. */
const PLACES: readonly string[] = [
  "response",
  "res",
  "resp",
  "rawResponse",
  "httpResponse",
  "$response",
  "meta",
  "output",
  "context",
  "extensions",
  "networkError",
  "data",
  "body",
  "error",
  "info",
  "detail",
  "details",
];

/** Of these, the ones whose numeric `code` is the status, as in the bodies of Google's, Notion's and many other APIs. */
const BODIES: readonly string[] = ["data", "body", "error"];

const STATUS = /^[45]\d\d(?!\d)/;

/** The status from 400 to 599 that the error carries in one of these places, if any. */
export function furtherStatus({ error, reader }: Link): number | undefined {
  const own = statusIn(error);
  if (own !== undefined) return own;
  for (const place of PLACES) {
    const value = reader.read(error, place);
    if (typeof value !== "object" || value === null) continue;
    const status = statusIn(value) ?? (BODIES.includes(place) ? toStatus(reader.read(value, "code")) : undefined);
    if (status !== undefined) return status;
  }
  return undefined;

  function statusIn(object: object): number | undefined {
    for (const name of NAMES) {
      const status = toStatus(reader.read(object, name));
      if (status !== undefined) return status;
    }
    return undefined;
  }
}

function toStatus(value: unknown): number | undefined {
  if (typeof value === "number") return Number.isInteger(value) && value >= 400 && value <= 599 ? value : undefined;
  return typeof value === "string" && STATUS.test(value) ? Number(value.slice(0, 3)) : undefined;
}
