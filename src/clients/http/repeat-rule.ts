/*
 * Whether an HTTP request may be sent again. The first rule that applies wins:
 *   1. its body cannot be sent twice                       -> no
 *   2. the user says that it may be repeated               -> yes
 *   3. its method is idempotent                            -> yes
 *   4. it carries an Idempotency-Key                       -> yes
 *   5. the failure shows that it has never left            -> yes; there is no such failure before a hedge
 *   6. otherwise                                           -> no
 */
import type { AttemptFailure, CallOptions } from "../../index.ts";
import { isIdempotentMethod } from "./methods.ts";
import { hasNeverLeft } from "./never-left.ts";

/** What of a request says whether it may be sent again. */
export interface RepeatableRequest {
  readonly method: string;
  /** Where it goes: the refusal of another place, which an answer has redirected to, does not show that it has never left. */
  readonly url?: URL | undefined;
  /** Its body is a stream, which can be read once. */
  readonly hasOnceBody: boolean;
  /** Read only where it matters. */
  readonly hasIdempotencyKey: boolean;
}

/**
 * What keeps a request from being sent again, for a call's `refuseRepeat`; `undefined` where nothing does.
 *
 * @param mayRepeat what the user says
 */
export function repeatRule(request: RepeatableRequest, mayRepeat: boolean): CallOptions["refuseRepeat"] {
  const { method } = request;
  if (request.hasOnceBody) return () => "its body is a stream, which can be sent once";
  if (mayRepeat || isIdempotentMethod(method) || request.hasIdempotencyKey) return undefined;
  const refusal = `${method} is repeated with an Idempotency-Key only, or where the request has never left`;
  return (failed: AttemptFailure | undefined) =>
    failed?.cause === "exception" && hasNeverLeft(failed.value, request.url) ? undefined : refusal;
}
