/*
 * What each HTTP status means to a caller who may try again. What the request itself is to blame for is PERMANENT; what somebody else
 * changed or holds, CONCURRENCY; what another connection or moment would serve, TRANSIENT.
 * Sources: RFC 9110 section 15; RFC 4918 (423, 507), RFC 8470 (425), RFC 6585 (429, 511), RFC 7725 (451); nginx (499); Cloudflare's
 * pages on 520 to 530; Anthropic's page on errors (529).
 */
import type { ErrorClass } from "../core/failure/error-class.ts";

/** Where a status differs from its hundred: 3xx and 4xx are PERMANENT, 5xx SERVER_ERROR. */
const OTHERWISE: Readonly<Record<number, ErrorClass>> = {
  401: "AUTH",
  403: "PERMISSION",
  407: "AUTH",
  408: "TRANSIENT",
  409: "CONCURRENCY",
  412: "CONCURRENCY",
  421: "TRANSIENT",
  423: "CONCURRENCY",
  425: "TRANSIENT",
  429: "RATE_LIMIT",
  499: "TRANSIENT",
  501: "PERMANENT",
  505: "PERMANENT",
  511: "AUTH",
};

/** The class of a status from 300 to 599, and `undefined` for every other number. */
export function classOfHttpStatus(status: number): ErrorClass | undefined {
  if (!(status >= 300 && status < 600)) return undefined;
  return OTHERWISE[status] ?? (status < 500 ? "PERMANENT" : "SERVER_ERROR");
}
