/* Ends the calls of a FakePolicy: by the engine, so that events, hooks, errors and what `outcomeOf` knows are those of a real call. */
import { BREAKER_DEFAULTS } from "../core/breaker/defaults.ts";
import { toClassification } from "../core/failure/classification.ts";
import { CircuitOpenError } from "../core/failure/verdicts.ts";
import { RETRY_DEFAULTS } from "../core/retry/defaults.ts";
import { Retry } from "../policy/retry.ts";
import type { Call } from "../run/call/call.ts";
import { CallFailure } from "../run/call/call-failure.ts";
import { endWithFailure, endWithFallback, endWithValue } from "../run/call/ending.ts";
import { Failures } from "../run/call/failures.ts";
import type { Gate } from "../run/call/gate.ts";
import type { EndedCall } from "../run/call/outcomes.ts";
import type { CallPlan } from "../run/call/plan.ts";
import type { Step } from "../run/call/step.ts";
import type { Faked, FakedFailure } from "./fake-answers.ts";

/** Admits no call, and gives each its answer. */
export class FakeGate implements Gate {
  readonly state = "closed";
  readonly stopReason = "CIRCUIT_OPEN";
  readonly #next: () => Faked;

  /** @param next the answer of the next call; throws where there is none */
  constructor(next: () => Faked) {
    this.#next = next;
  }

  admit(): null {
    return null;
  }

  release(): void {}

  hasOpened(): boolean {
    return false;
  }

  /** Of a call whose stop no answer has said more of. */
  rejection(): Error {
    return circuitOpen(undefined);
  }

  answer(ending: object): Step {
    const call = ending as Call;
    const answer = this.#next();
    const { bounds, plan } = call;
    const elapsedMs = answer.elapsedMs ?? finite(bounds.deadlineMs) ?? RETRY_DEFAULTS.deadlineMs;
    call.attempts = answer.attempts;
    bounds.startMs = plan.clock.now() - elapsedMs;
    // Exactly, however long the clock takes to say so.
    Object.defineProperty(bounds, "elapsedMs", { value: () => elapsedMs });
    if (answer.ok) {
      call.flight?.letGo(call, true);
      if (answer.fellBack) {
        bounds.end();
        return endWithFallback(call, answer.value);
      }
      return endWithValue(call, answer.value);
    }
    return endWithout(call, answer, elapsedMs);
  }
}

const finite = (ms: number): number | null => (ms < Infinity ? ms : null);

const circuitOpen = (name: string = BREAKER_DEFAULTS.name): CircuitOpenError =>
  new CircuitOpenError({ breaker: name, state: "open", retryAfterMs: BREAKER_DEFAULTS.recoveryTimeoutMs });

function endWithout(call: Call, answer: FakedFailure, elapsedMs: number): Step {
  const { stopReason, nextDelayMs, last, attempts, limitedBy } = answer;
  call.failures = new Failures(call.settings.resume);
  if (last !== null) {
    const classification = toClassification(last.errorClass);
    call.failures.add(call, attempts, classification, last.cause, last.value);
    call.failures.failures[last.errorClass] = attempts;
  }
  call.failures.refusal = answer.refusal;
  const rejection = limitedBy && { kind: "rejected" as const, ...limitedBy, why: "the FakePolicy said so" };
  // What events tell of a limiter is read off the call.
  if (rejection !== null) Object.defineProperty(call, "rejection", { value: rejection });
  call.flight?.letGo(call, true);
  call.bounds.end();
  call.observers?.stopped(
    stopReason,
    stopReason === "SCHEDULED" ? (nextDelayMs ?? 0) : 0,
    stopReason === "CIRCUIT_OPEN" ? "open" : undefined,
  );
  const failure = new CallFailure(factsOf(call, answer, elapsedMs), stopReason, nextDelayMs);
  // Made now, of these facts: later it would be made of the call itself.
  failure.throwing(answer.thrown === null ? failure.error : answer.thrown.error);
  return endWithFailure(call, failure);
}

/** The call as one that has ended so. */
function factsOf(call: Call, { stopReason, deadlineOf }: FakedFailure, elapsedMs: number): EndedCall {
  const { settings, attempts, last, observers, rejection, failures, known, give, bounds } = call;
  return {
    plan: planOf(call.plan, stopReason === "NO_RETRY"),
    settings,
    attempts,
    last,
    observers,
    rejection,
    failures,
    known,
    give,
    failure: null,
    fellBack: false,
    ending: null,
    output: undefined,
    bounds: {
      startMs: bounds.startMs,
      deadlineMs: finite(bounds.deadlineMs) ?? elapsedMs,
      deadlineOf: deadlineOf ?? bounds.deadlineOf,
      operation: bounds.operation,
      elapsedMs: () => elapsedMs,
    },
  };
}

/** A plan of which a call may end so: every stop but NO_RETRY is one of a retry. */
function planOf(plan: CallPlan, isWithoutRetry: boolean): CallPlan {
  const retry = isWithoutRetry
    ? null
    : (plan.retry ?? new Retry<never>({ maxAttempts: Infinity, deadlineMs: Infinity }).settings);
  const gate = { ...NO_GATE, rejection: () => circuitOpen(plan.breaker?.name) };
  return { ...plan, retry, gate } as CallPlan;
}

const NO_GATE = {
  state: "open",
  stopReason: "CIRCUIT_OPEN",
  admit: () => null,
  release: () => {},
  hasOpened: () => false,
} as const;
