/**
 * Methods whose request has the same effect when it arrives twice: RFC 9110 section 9.2.2, and QUERY (RFC 10008), which is safe.
 */
const IDEMPOTENT: ReadonlySet<string> = new Set(["GET", "HEAD", "OPTIONS", "TRACE", "PUT", "DELETE", "QUERY"]);

/**
 * Whether requests of this method may be repeated without another word: GET, HEAD, OPTIONS, TRACE, PUT, DELETE and QUERY, in any case.
 *
 * @example
 * import { isIdempotentMethod } from "redress/fetch";
 *
 * isIdempotentMethod("put"); // true
 */
export function isIdempotentMethod(method: string): boolean {
  return IDEMPOTENT.has(method.toUpperCase());
}
