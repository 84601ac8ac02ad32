/*
 * How a call ends, and who hears of it: the observers, the gate, the budget, the strategies that delayed it. Once the end has been told,
 * that is how the call ends; only a fallback may still give a value in place of a failure.
 */
import type { Permit } from "../../core/breaker/circuit.ts";
import { covers } from "../../core/failure/fallback.ts";
import type { StopReason } from "../../core/failure/stop-reason.ts";
import { STOPS } from "../../core/failure/stops.ts";
import { isOurRejection } from "../../core/failure/verdicts.ts";
import type { Bounds } from "./bounds.ts";
import { CallFailure } from "./call-failure.ts";
import type { Failures } from "./failures.ts";
import type { Flight } from "./flight.ts";
import type { Gate, GateWatcher, Heard } from "./gate.ts";
import { isThenable } from "./isolation.ts";
import type { Observers } from "./observers.ts";
import { withOutcome } from "./outcome-of.ts";
import type { EndedCall } from "./outcomes.ts";
import type { HedgedCall } from "./rounds.ts";
import type { Step } from "./step.ts";

/** What of a call its end is about. */
export interface EndingCall extends EndedCall, HedgedCall {
  readonly bounds: Bounds;
  readonly failures: Failures | null;
  readonly observers: Observers | null;
  readonly watcher: GateWatcher | null;
  permit: Permit | null;
  question: PromiseLike<unknown> | null;
  failure: CallFailure | null;
  fellBack: boolean;
  ending: "value" | "failure" | "fault" | null;
  output: unknown;
  readonly flight: Flight | null;
  askFallback(failure: CallFailure): unknown;
}

export function endWithValue(call: EndingCall, value: unknown): Step {
  const { hookErrors, retry } = call.plan;
  const budget = retry?.budget;
  if (budget?.recordSuccess !== undefined)
    hookErrors.observe("budget.recordSuccess", budget, call.bounds, () => budget.recordSuccess?.());
  call.failures?.succeeded(call);
  if (call.observers !== null) {
    call.bounds.stand();
    call.observers.succeeded();
  }
  call.flight?.letGo(call, true);
  release(call, "success");
  call.bounds.end();
  return over(call, "value", value);
}

/** Ends the call without a value, unless a fallback gives one. */
export function endWithout(call: EndingCall, stopReason: StopReason, nextDelayMs: number | null = null): Step {
  const { plan, bounds, last } = call;
  call.flight?.letGo(call, true);
  bounds.end();
  const state = stopReason === plan.gate?.stopReason ? plan.gate.state : undefined;
  call.observers?.stopped(stopReason, stopReason === "SCHEDULED" ? (nextDelayMs as number) : 0, state);
  if (last === null || STOPS[stopReason].gateHears !== "failure") {
    release(call, "cancel");
  } else {
    const { errorClass } = last.classification;
    // A rejection by a breaker further in says nothing about what this one watches.
    release(call, last.cause === "exception" && isOurRejection(last.value) ? "cancel" : errorClass);
    const budget = plan.retry?.budget;
    if (budget !== undefined)
      plan.hookErrors.observe("budget.recordFailure", budget, bounds, () => budget.recordFailure?.(errorClass));
  }
  return endWithFailure(call, new CallFailure(call, stopReason, nextDelayMs));
}

/** The end without a value has been told: that is how the call ends, unless a fallback gives one. */
export function endWithFailure(call: EndingCall, failure: CallFailure): Step {
  const { plan, bounds } = call;
  call.failure = failure;
  // What takes the place of an answer cannot take that of half of one.
  if (plan.fallback === null || bounds.hasBegun || !covers(plan.fallback, failure)) return over(call, "failure", undefined);
  // A call that was never admitted begins with its fallback, which may take its time.
  if (Number.isNaN(bounds.startMs)) bounds.begin();
  let value: unknown;
  try {
    value = call.askFallback(failure);
    if (isThenable(value)) {
      call.question = value;
      return "ask";
    }
  } catch (error) {
    return over(call, "fault", withOutcome(error, failure));
  }
  return endWithFallback(call, value);
}

/** Without a failure before it, where a test has a policy answer as if it had fallen back. */
export function endWithFallback(call: EndingCall, value: unknown): Step {
  call.fellBack = true;
  call.observers?.failure("fell_back", 0, call.failure?.stopReason);
  return over(call, "value", value);
}

/** Code of the user's has thrown: its error ends the call, and says nothing about the dependency. An end that was told stays. */
export function endWithFault(call: EndingCall, fault: unknown): Step {
  if (call.ending !== null) return "over";
  call.bounds.unpark();
  call.observers?.attemptEnds("raise", null, 0);
  // Where a fallback has thrown, it was given the result.
  if (call.failure === null) call.failures?.discardResult(call);
  call.flight?.letGo(call, false);
  release(call, "cancel");
  call.bounds.end();
  return over(call, "fault", call.failure === null ? fault : withOutcome(fault, call.failure));
}

function over(call: EndingCall, ending: NonNullable<EndingCall["ending"]>, output: unknown): Step {
  call.ending = ending;
  call.output = output;
  try {
    call.observers?.callEnds(call);
  } finally {
    // A clock of the user's own may throw when it is asked how long the call took.
    call.plan.inFlight.leave();
  }
  return "over";
}

/** Reports to the gate, once. */
function release(call: EndingCall, heard: Heard): void {
  const { permit } = call;
  if (permit === null) return;
  call.permit = null;
  (call.plan.gate as Gate).release(permit, heard, call.watcher);
}
