import { ErrorReader } from "../core/failure/chain.ts";
import { classify } from "../core/failure/classification.ts";
import { type AnswerFacts, type HttpAnswer, httpAnswer } from "../core/failure/http-answer.ts";
import { isRateLimitError } from "../core/failure/markers.ts";
import type { Failure } from "../core/failure/outcome.ts";
import { hasCode } from "../core/failure/redress-error.ts";
import { isAttemptTimeoutError, isCircuitOpenError, isDeadlineExceededError, isLimitedError } from "../core/failure/verdicts.ts";
import { outcomeOf } from "../run/call/outcome-of.ts";
import { defaultClassifier } from "../run/default-classifiers.ts";

/**
 * What a server answers its own caller for an error by which a policy has ended a call:
 *
 *   503, Retry-After   the circuit is open, the budget is spent, a limiter turned the call away, or the server shuts down
 *   429, Retry-After   what was called asks for fewer calls
 *   504                the deadline has passed, or the last attempt took too long
 *   499                whoever asked has gone
 *
 * With `x-should-retry: false` where this service has retried already, so that its callers do not multiply that. The body is a problem (RFC 9457) which
 * names nothing of what is inside.
 *
 * @returns `null` for every other error: what it means to the caller, the application knows
 * @example
 * const respond = (error: unknown): Response => {
 *   const answer = toHttpAnswer(error);
 *   return answer === null ? new Response("", { status: 500 }) : new Response(answer.body, answer);
 * };
 */
export function toHttpAnswer(error: unknown): HttpAnswer | null {
  const failure = outcomeOf(error);
  const facts = ownFacts(error) ?? (failure === undefined ? null : factsOf(failure));
  return facts && httpAnswer({ ...facts, shouldNotRetry: hasRetried(error) });
}

/**
 * Whether a call was retried before it ended with this error: here, further in, or by the dependency, which has said so (`x-should-retry: false`). Then whoever asked
 * need not do so again.
 */
export function hasRetried(error: unknown): boolean {
  const failure = outcomeOf(error);
  if (failure === undefined) return false;
  const { attempts, stopReason, refusal } = failure;
  return attempts > 1 || stopReason === "ALREADY_RETRIED" || (stopReason === "RETRY_REFUSED" && refusal === undefined);
}

/** What an error of ours says by itself, or one of its causes. */
function ownFacts(error: unknown): AnswerFacts | null {
  for (const each of new ErrorReader().causes(error)) {
    if (hasCode(each, "ERR_REDRESS_CLIENT_LEFT")) return { status: 499 };
    if (hasCode(each, "ERR_REDRESS_SHUTTING_DOWN")) return { status: 503, retryAfterMs: null };
    if (isCircuitOpenError(each) || isLimitedError(each)) return { status: 503, retryAfterMs: each.retryAfterMs };
    if (isRateLimitError(each)) return { status: 429, retryAfterMs: each.retryAfterMs ?? null };
    if (isAttemptTimeoutError(each) || isDeadlineExceededError(each)) return { status: 504 };
  }
  return null;
}

function factsOf({ stopReason, lastClass, lastError, lastResult, cause, limitedBy, nextDelayMs }: Failure): AnswerFacts | null {
  if (stopReason === "ABORTED") return null;
  if (stopReason === "DEADLINE_EXCEEDED") return { status: 504 };
  if (stopReason === "LIMITED") return { status: 503, retryAfterMs: limitedBy?.retryAfterMs ?? null };
  if (stopReason === "CIRCUIT_OPEN" || stopReason === "BUDGET_EXHAUSTED") return { status: 503, retryAfterMs: nextDelayMs };
  if (lastClass !== "RATE_LIMIT") return null;
  const { retryAfterMs = null } = classify(defaultClassifier, cause === "result" ? lastResult : lastError);
  return { status: 429, retryAfterMs };
}
