/*
 * Which returned values are failures where the user does not say: the answers of `fetch` that are worth another try. `fetch` resolves
 * whatever the server says, and a policy that counts a 503 as a success neither retries nor opens its circuit.
 *   408, 425, 429, 5xx                                      a failure, with what the headers say about when to come back
 *   403 with a time to come back, or an exhausted limit     RATE_LIMIT
 *   every other answer, and every other value               a success
 * A response is told by its brand, which no JSON has: any other value is asked for nothing else, since this runs on every success.
 */
import { type Classification, toClassification } from "./classification.ts";
import type { ErrorClass } from "./error-class.ts";
import { classifyAnswer } from "./http/answer.ts";
import { kindOfStatus } from "./http/status.ts";
import type { WallClock } from "./http/wall-clock.ts";

/** @param clock the time of day, with which dates in headers are compared */
export function classifyResult(result: unknown, clock: WallClock): ErrorClass | Classification | null {
  return typeof result === "object" && result !== null && isResponse(result) ? classifyResponse(result, clock) : null;
}

/** Of any realm, and of any implementation that brands its responses as the platform does. */
export function isResponse(value: object): boolean {
  try {
    return (value as { readonly [Symbol.toStringTag]?: unknown })[Symbol.toStringTag] === "Response";
  } catch {
    // A proxy that was revoked.
    return false;
  }
}

function classifyResponse(response: object, clock: WallClock): ErrorClass | Classification | null {
  try {
    const { status, headers } = response as { readonly status?: unknown; readonly headers?: unknown };
    if (typeof status !== "number" || typeof headers !== "object" || headers === null || !mayFail(status)) return null;
    const answer = classifyAnswer(kindOfStatus(status), headers, clock);
    return toClassification(answer).errorClass === "PERMISSION" ? null : answer;
  } catch {
    // What cannot be read is no answer of a server.
    return null;
  }
}

const mayFail = (status: number): boolean =>
  (status >= 500 && status < 600) || status === 429 || status === 403 || status === 408 || status === 425;
