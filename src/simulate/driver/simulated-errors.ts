/* The errors of a simulation, and their classes. Nothing in a simulation reads their numbers, so that one error of each kind serves all calls. */
import { asTimeout, type Classification, classify } from "../../core/failure/classification.ts";
import type { ErrorClass } from "../../core/failure/error-class.ts";
import {
  AuthError,
  ConcurrencyError,
  PermanentError,
  PermissionError,
  RateLimitError,
  ServerError,
  TransientError,
} from "../../core/failure/markers.ts";
import { AttemptTimeoutError, DeadlineExceededError } from "../../core/failure/verdicts.ts";
import type { CallPlan } from "../../run/call/plan.ts";

/** What a modelled failure throws, as far as hooks and handlers can see it. */
export const SIMULATED_ERRORS: Readonly<Record<ErrorClass, Error>> = {
  AUTH: new AuthError("simulated"),
  PERMISSION: new PermissionError("simulated"),
  PERMANENT: new PermanentError("simulated"),
  CONCURRENCY: new ConcurrencyError("simulated"),
  RATE_LIMIT: new RateLimitError("simulated"),
  SERVER_ERROR: new ServerError("simulated"),
  TRANSIENT: new TransientError("simulated"),
  UNKNOWN: new Error("simulated"),
};

export const TIMED_OUT = new AttemptTimeoutError({ attempt: 1, timeoutMs: 0 });
export const CUT_SHORT = new DeadlineExceededError({ attempt: 1, deadlineMs: 0 });

const timeoutClasses = new WeakMap<CallPlan, Classification>();

/** What an attempt timeout is: of the class that the policy's classifier says, and a timeout whatever it says. */
export function timeoutClass(plan: CallPlan): Classification {
  let known = timeoutClasses.get(plan);
  if (known === undefined) {
    const timeoutMs = plan.retry?.attemptTimeoutMs ?? Infinity;
    known = asTimeout(classify(plan.classifier, new AttemptTimeoutError({ attempt: 1, timeoutMs })));
    timeoutClasses.set(plan, known);
  }
  return known;
}
