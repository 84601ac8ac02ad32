/*
 * Performs a policy on the calling thread. It cannot interrupt: the operation runs to its end, so the attempt timeout does not apply, and
 * the deadline and the signal are looked at between attempts. It sleeps by blocking.
 */
import type { BackoffContext } from "../core/backoff/strategy.ts";
import type { FailureCause } from "../core/failure/classification.ts";
import { covers } from "../core/failure/fallback.ts";
import type { Failure } from "../core/failure/outcome.ts";
import { Attempt } from "./attempt.ts";
import { CallRecord } from "./call-record.ts";
import { systemClock } from "./clock.ts";
import { abandon, isThenable } from "./isolation.ts";
import { remembered } from "./outcome-of.ts";
import type { CallPlan, ExecuteOptions, Operation } from "./plan.ts";
import type { Scope } from "./scope.ts";
import type { RetryTimeline } from "./timeline.ts";

/** Answers the operation's value, or the whole outcome where that was asked for. */
export function runSync(
  plan: CallPlan,
  operation: Operation,
  options: ExecuteOptions | undefined,
  scope: Scope | undefined,
  asOutcome: boolean,
): unknown {
  const call = new CallRecord(plan, options, scope);
  let ended: { readonly value: unknown } | Failure<RetryTimeline>;
  try {
    ended = perform(call, operation);
  } catch (fault) {
    call.crashed();
    throw fault;
  }
  if ("value" in ended) return asOutcome ? call.success(ended.value, false) : ended.value;
  return conclude(call, ended, asOutcome);
}

function perform(call: CallRecord, operation: Operation): { readonly value: unknown } | Failure<RetryTimeline> {
  let failure = call.admit();
  while (failure === null) {
    call.beginAttempt();
    let cause: FailureCause = "result";
    let value: unknown;
    try {
      value = operation(new Attempt(call));
    } catch (error) {
      cause = "exception";
      value = error;
    }
    if (cause === "result") refusePromise(value, "The operation of a synchronous call");
    const judged = cause === "result" ? call.judge(value) : null;
    if (cause === "result" && judged === null) {
      call.succeed();
      return { value };
    }
    const decision = call.decide(cause, value, judged);
    if (!decision.retry) return call.stop(decision.stopReason, decision.nextDelayMs);
    failure = pause(call, decision.delayMs, decision.context) ?? call.barRetry();
  }
  return failure;
}

function pause(call: CallRecord, delayMs: number, context: BackoffContext): Failure<RetryTimeline> | null {
  const { plan, options } = call;
  call.tellRetry(delayMs);
  const handler = options?.sleep ?? plan.retry?.sleep;
  if (handler !== undefined) {
    const answer = handler(context, delayMs);
    refusePromise(answer, "The sleep handler of a synchronous call");
    const failure = call.stopBySleepHandler(answer, delayMs);
    if (failure !== null) return failure;
  }
  call.endAttempt(delayMs, context);
  if (call.isCancelled()) return null;
  const sleeper = options?.sleeper ?? plan.retry?.sleeper;
  if (sleeper !== undefined) refusePromise(sleeper(delayMs, options?.signal), "The sleeper of a synchronous call");
  else if (delayMs > 0) (plan.clock.sleepSync ?? systemClock.sleepSync)?.call(plan.clock, delayMs);
  return null;
}

function conclude(call: CallRecord, failure: Failure<RetryTimeline>, asOutcome: boolean): unknown {
  const { fallback } = call.plan;
  if (fallback === null || !covers(fallback, failure)) {
    if (asOutcome) return failure;
    throw remembered(call.errorFor(failure), failure);
  }
  let value: unknown;
  try {
    value = fallback.use(failure as Failure<never>);
    refusePromise(value, "The fallback of a synchronous call");
  } catch (error) {
    throw remembered(error, failure);
  }
  call.fellBack(failure);
  return asOutcome ? call.success(value, true) : value;
}

function refusePromise(value: unknown, whose: string): void {
  if (!isThenable(value)) return;
  abandon(value);
  throw new TypeError(`${whose} must not return a promise: use the asynchronous call instead.`);
}
