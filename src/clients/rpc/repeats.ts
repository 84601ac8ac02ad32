/*
 * Whether a remote call may be made again. The first rule that applies wins:
 *   1. its requests are a stream          no: they are sent once
 *   2. the method is idempotent           yes
 *   3. a hedge                            no: two servers would carry it out
 *   4. the server did not carry it out    yes
 *   5. otherwise                          no: it may have been carried out
 *
 * What the classes of failures allow is decided by the policy, afterwards. Rule 4 holds for these statuses:
 *   UNAVAILABLE         unless the connection broke when the call was already on its way, or a proxy gave up waiting for the server
 *   RESOURCE_EXHAUSTED  where the server says when to come back: it turned the call away
 *   INTERNAL            where the client could not open a stream for the call
 * Sources: google.aip.dev/194 (UNAVAILABLE alone is retried by default); gRFC A6, "Transparent Retries" (what never left the client, and
 * REFUSED_STREAM) and "Pushback"; grpc.io, "Status codes" (UNAVAILABLE: not always safe to retry non-idempotent operations).
 */
import type { AttemptFailure } from "../../index.ts";
import { RPC_STATUS } from "./status.ts";

export interface RepeatedCall {
  readonly sendsStream: boolean;
  readonly isIdempotent: boolean;
  /** How a method is said to be idempotent, for the words of a refusal. */
  readonly howToSay: string;
}

/** Why a call must not be made again after a failure or, without one, beside an attempt in flight; `undefined` where it may. */
export function refusalOf(call: RepeatedCall, failed: AttemptFailure | undefined): string | undefined {
  if (call.sendsStream) return "its requests are a stream, which is sent once";
  if (call.isIdempotent) return undefined;
  if (failed === undefined) return `it is not known to be idempotent, and hedges run it twice: ${call.howToSay}`;
  if (wasNotCarriedOut(failed)) return undefined;
  return `the server may have carried it out, and it is not known to be idempotent: ${call.howToSay}`;
}

interface StatusLike {
  readonly code?: unknown;
  readonly details?: unknown;
  readonly rawMessage?: unknown;
  readonly cause?: unknown;
}

function wasNotCarriedOut({ cause, value, classification }: AttemptFailure): boolean {
  if (cause !== "exception" || typeof value !== "object" || value === null) return false;
  const status = value as StatusLike;
  // gRPC says it in details, which are a list in errors of Connect.
  const words = typeof status.details === "string" ? status.details : String(status.rawMessage);
  if (status.code === RPC_STATUS.UNAVAILABLE) return neverLeft(status.cause, words) ?? !BROKEN_ON_THE_WAY.test(words);
  if (status.code === RPC_STATUS.RESOURCE_EXHAUSTED) return classification.retryAfterMs !== undefined;
  return status.code === RPC_STATUS.INTERNAL && NO_STREAM.test(words);
}

// grpc-js, where it had no connection to send the call on: what follows is why the connection failed. Source: its load-balancer-pick-first.ts.
const NO_CONNECTION = /^No connection established|^Name resolution failed/;

// grpc-js, of connections that were lost and of proxies that gave up, subchannel-call.ts; Connect, of proxies, http-status.ts.
const BROKEN_ON_THE_WAY = /Connection dropped|ECONNRESET|ETIMEDOUT|EPIPE|socket hang up|HTTP (status code )?50[24]/;

// grpc-js, load-balancing-call.ts: its own retries would repeat it transparently, but they are off.
const NO_STREAM = /^Failed to start HTTP\/2 stream/;

// The system's, of connections that could not be made.
const NO_ROUTE: ReadonlySet<unknown> = new Set([
  "ECONNREFUSED",
  "ENOTFOUND",
  "EAI_AGAIN",
  "EHOSTUNREACH",
  "ENETUNREACH",
  "UND_ERR_CONNECT_TIMEOUT",
]);

/** Whether a connection was missing, so that the call never left. `undefined` where the status is the server's own: it was not made of an error. */
function neverLeft(cause: unknown, words: string): boolean | undefined {
  if (NO_CONNECTION.test(words)) return true;
  if (typeof cause !== "object" || cause === null) return undefined;
  // A failed fetch hides the system's error one further in.
  const { code, cause: inner } = cause as { readonly code?: unknown; readonly cause?: { readonly code?: unknown } | null };
  // An interceptor further in gives the status on, with the error that it made of it.
  if (typeof code === "number") return undefined;
  return NO_ROUTE.has(code) || NO_ROUTE.has(inner?.code);
}
