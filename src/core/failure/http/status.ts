/*
 * What each HTTP status means to a caller that may try again, and where errors carry it. What the request itself is to blame for is
 * PERMANENT; what another caller changed or holds, CONCURRENCY; what another connection or moment would serve, TRANSIENT. Where a server
 * gave up waiting, for the request or for the server behind it, the status is a timeout.
 *
 * One table in two parts. The default classifier reads the first part only, and takes every other status by its hundred: its contract is
 * short enough to keep in mind, the statuses of the second part are rare on errors of unknown origin, and a proxy's or a network's
 * status says little about the service that the policy guards. `redress/extras` knows that the error is HTTP's, and reads both parts.
 * Sources: RFC 9110 section 15; RFC 4918 (423, 507), RFC 8470 (425), RFC 6585 (429, 511), RFC 7725 (451); nginx (499); Twitter, Cloudinary and Mailgun (420); Cloudflare's
 * pages on 520 to 530; Anthropic's page on errors (529).
 */
import type { ErrorReader } from "../chain.ts";
import type { Kind } from "../kind.ts";

type KindsOfStatuses = Readonly<Record<number, Kind>>;

/** Where a status differs from its hundred, to every classifier. */
export const STATUS_KINDS: KindsOfStatuses = {
  401: "AUTH", // Unauthorized
  403: "PERMISSION", // Forbidden
  408: "TIMEOUT", // Request Timeout
  409: "CONCURRENCY", // Conflict
  425: "TRANSIENT", // Too Early
  429: "RATE_LIMIT", // Too Many Requests
  504: "GATEWAY_TIMEOUT", // Gateway Timeout
};

/** Where a status differs from its hundred only where the error is known to be HTTP's. */
export const FURTHER_STATUS_KINDS: KindsOfStatuses = {
  407: "AUTH", // Proxy Authentication Required
  412: "CONCURRENCY", // Precondition Failed: an optimistic lock was lost
  420: "RATE_LIMIT", // "Enhance your calm": of Twitter first, and of others since
  421: "TRANSIENT", // Misdirected Request: another connection may lead to that host
  423: "CONCURRENCY", // Locked
  477: "TRANSIENT", // HubSpot: the account is being moved to another place, and says when to come back
  499: "TRANSIENT", // Client Closed Request: the client of a proxy between
  501: "PERMANENT", // Not Implemented
  505: "PERMANENT", // HTTP Version Not Supported
  511: "AUTH", // Network Authentication Required
  522: "GATEWAY_TIMEOUT", // Cloudflare: the connection to the origin timed out
  524: "GATEWAY_TIMEOUT", // Cloudflare: the answer of the origin timed out
};

/** What a status from 300 to 599 is to the default classifier. 3xx and 4xx are PERMANENT, 5xx SERVER_ERROR, but for the table. */
export function kindOfStatus(status: number): Kind {
  return STATUS_KINDS[status] ?? (status < 500 ? "PERMANENT" : "SERVER_ERROR");
}

/** What a status from 300 to 599 is by the whole table; `undefined` for every other number. */
export function kindOfHttpStatus(status: number): Kind | undefined {
  if (!(status >= 300 && status < 600)) return undefined;
  return FURTHER_STATUS_KINDS[status] ?? kindOfStatus(status);
}

/** The HTTP status from `least` to 599 that an error carries, in any of the places where clients put it. */
export function httpStatus(
  reader: ErrorReader,
  error: object,
  code: unknown = reader.read(error, "code"),
  least = 400,
): number | undefined {
  const response = reader.read(error, "response");
  return [
    reader.read(error, "status"),
    reader.read(error, "statusCode"),
    reader.read(response, "status"),
    reader.read(response, "statusCode"),
    reader.read(reader.read(error, "$metadata"), "httpStatusCode"),
    code,
  ].find((value): value is number => Number.isInteger(value) && (value as number) >= least && (value as number) <= 599);
}
