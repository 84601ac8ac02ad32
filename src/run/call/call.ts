/*
 * One call, in order:
 *
 *   aborted already?       -> over: ABORTED
 *   no time left already?  -> over: DEADLINE_EXCEEDED
 *   goes on from earlier deliveries that have used up a cap? -> over, by that cap
 *   the gate rejects it    -> over: CIRCUIT_OPEN
 *   ask the limiter        -> over: LIMITED, or wait in its queue, or
 *   attempt                -> a success         -> over
 *                          -> a failure: decide -> over, or ask the sleep handler, sleep, look whether a retry may still be made, ask the limiter
 *   over, with a failure   -> a fallback may give the value
 *
 * Of a call that hedges, several attempts may be in flight: round.ts. The order stands here once, for every driver, which is why the file is long; step.ts
 * says what a driver does. Each step returns what comes next. Once the end has been told, that is how the call ends.
 */
import type { Permit } from "../../core/breaker/circuit.ts";
import { asTimeout, type Classification, type FailureCause, toClassification } from "../../core/failure/classification.ts";
import type { FallbackRule } from "../../core/failure/fallback.ts";
import { type AttemptTimeoutError, type DeadlineExceededError, isAbortRetryError } from "../../core/failure/verdicts.ts";
import type { LimitPermit, Rejection } from "../../core/limit/limiter.ts";
import { whyNotResumed } from "../../core/retry/progress.ts";
import { reasonOf } from "../time/abort-reason.ts";
import { Attempt } from "./attempt.ts";
import type { AttemptFailure } from "./attempt-failure.ts";
import { tellBeforeSleep } from "./before-sleep.ts";
import { type BoundedCall, Bounds } from "./bounds.ts";
import { KnownCall } from "./call-context.ts";
import { type CallFailure, callsFailed } from "./call-failure.ts";
import type { CallSettings } from "./call-settings.ts";
import type { Chaos } from "./chaos.ts";
import { classifyOnce } from "./classify-once.ts";
import { deadlineErrorOf, timeoutErrorOf } from "./cut-errors.ts";
import { discard, discardLate } from "./discard.ts";
import { type EndingCall, endWithFallback, endWithFault, endWithout, endWithValue } from "./ending.ts";
import { Failures, judge } from "./failures.ts";
import { Flight } from "./flight.ts";
import type { GateWatcher } from "./gate.ts";
import { isThenable, refuseGenerator } from "./isolation.ts";
import { type CallFacts, Observers } from "./observers.ts";
import type { Operation } from "./options.ts";
import { refusalOf, retriedForMs } from "./outcome-of.ts";
import { resultOf } from "./outcomes.ts";
import type { CallPlan } from "./plan.ts";
import type { RetrySettings } from "./retry-settings.ts";
import type { HedgeCause, HedgedCall } from "./rounds.ts";
import { scopePort } from "./scope.ts";
import type { Step } from "./step.ts";
import type { Turn } from "./turn.ts";

/** All fields of a call stand in this one class, and the order above in its methods, whence its length: adding fields in a subclass costs as much as the rest of a call. */
export class Call implements EndingCall, CallFacts, BoundedCall, HedgedCall {
  readonly plan: CallPlan;
  readonly settings: CallSettings;
  readonly give: "value" | "outcome";
  readonly bounds: Bounds;
  readonly observers: Observers | null;
  /** Invocations of the operation, those of earlier deliveries included. */
  attempts: number;
  permit: Permit | null = null;
  failures: Failures | null = null;
  /** The promise that the call waits for: of the sleep handler or, once there is a failure, of the fallback. */
  question: PromiseLike<unknown> | null = null;
  /** The promise of the attempt in flight: what it still gives is discarded where the attempt is abandoned. */
  pending: PromiseLike<unknown> | null = null;
  /** What it has to do with a limiter and hedges; `null` without them. */
  readonly flight: Flight | null;
  failure: CallFailure | null = null;
  fellBack = false;
  ending: "value" | "failure" | "fault" | null = null;
  output: unknown;
  #context: KnownCall | null = null;

  /** @param give what the driver hands over in the end: the value or an error, or the outcome */
  constructor(plan: CallPlan, settings: CallSettings, give: "value" | "outcome") {
    this.plan = plan;
    this.settings = settings;
    this.give = give;
    this.attempts = settings.resume?.attempts ?? 0;
    this.bounds = new Bounds(this);
    this.flight = Flight.of(this, plan);
    this.observers = Observers.of(this, settings);
  }

  get last(): AttemptFailure | null {
    return this.failures === null ? null : this.failures.last;
  }

  /** The number of the attempt that events are about. */
  get current(): number {
    return this.flight?.subject?.attempt ?? this.attempts;
  }

  /** Why its limiter turned it away. */
  get rejection(): Rejection | null {
    return this.flight?.turn?.rejection ?? null;
  }

  /** How long to sleep before the next attempt, in milliseconds. Asked only once a retry was decided on. */
  get delayMs(): number {
    return (this.failures as Failures).prevSleepMs as number;
  }

  /** Asked only once a retry was decided on, too. */
  get sleeper(): CallSettings["sleeper"] {
    return this.settings.sleeper ?? (this.plan.retry as RetrySettings).sleeper;
  }

  /** Whether the driver throws the result. */
  get throws(): boolean {
    return this.ending === "fault" || (this.ending === "failure" && this.give === "value");
  }

  /** What the driver gives, once: the value, the outcome, or the error to throw. */
  result(): unknown {
    return resultOf(this);
  }

  begin(): Step {
    const { bounds, plan } = this;
    const { gate } = plan;
    plan.inFlight.enter();
    this.observers?.callBegins();
    if (bounds.isAborted()) return endWithout(this, "ABORTED");
    const { deadlineMs, resume } = this.settings;
    // That of a scope, which others have used up: no other deadline is 0.
    if (deadlineMs === 0) return endWithout(this, "DEADLINE_EXCEEDED");
    const bar = resume === null ? null : whyNotResumed(plan.retry, resume);
    if (bar !== null) return endWithout(this, bar);
    if (resume !== null && bounds.remainingMs() === 0) return endWithout(this, "DEADLINE_EXCEEDED");
    if (gate !== null) {
      this.permit = gate.admit(this.watcher);
      if (this.permit === null) return gate.answer === undefined ? endWithout(this, gate.stopReason) : gate.answer(this);
      // An observer of the circuit's state may have aborted the call.
      if (bounds.isCancelled()) return endWithout(this, "ABORTED");
    }
    bounds.begin();
    return this.#askLimiter();
  }

  /**
   * Invokes the operation for the attempt that was begun: in a scope, so that the code in it finds its attempt. Written out elsewhere: each frame more on the stack
   * of an error is one less of the caller's.
   */
  invoke(given: Operation, blocks = false): unknown {
    const operation = this.plan.chaos === null ? given : this.#underChaos(given, blocks);
    const port = this.settings.around === null ? null : scopePort();
    const attempt = this.bounds.attempt as Attempt;
    if (port !== null) return port.run(attempt, Call.#invokeOf, this, operation);
    return this.observers === null ? operation(attempt) : this.observers.invoke(() => operation(attempt));
  }

  #underChaos(operation: Operation, blocks: boolean): Operation {
    const { chaos, clock } = this.plan;
    return (attempt) => (chaos as Chaos).invoke(operation, attempt, { clock, blocks });
  }

  static readonly #invokeOf = ({ observers, bounds }: Call, operation: Operation): unknown => {
    const attempt = bounds.attempt as Attempt;
    return observers === null ? operation(attempt) : observers.invoke(() => operation(attempt));
  };

  /** What its hooks, and calls that are made in its operation, know it by: one object. */
  get context(): KnownCall {
    const { resume, around } = this.settings;
    this.#context ??= new KnownCall(this.bounds.operation ?? null, around?.parent ?? null, resume);
    return this.#context;
  }

  /** The same where anybody may know it: `null` for most calls. */
  get known(): KnownCall | null {
    return this.observers === null ? this.#context : this.context;
  }

  /** An attempt has returned a value, or thrown an error. */
  ended(cause: FailureCause, value: unknown, attempt = this.bounds.attempt as Attempt): Step {
    const { bounds, plan, flight } = this;
    bounds.unpark();
    if (flight !== null) this.#concerns(flight, attempt);
    // Whatever the operation made of it, and whatever the classifier says: an attempt that was cut short has timed out.
    const timedOut = bounds.isOverdue || attempt.timeout?.hasRung === true;
    bounds.endAttempt(attempt);
    if (cause === "result") {
      attempt.followCaller(this.settings.signal);
      refuseGenerator(value);
    }
    const judged = cause === "result" ? judge(this, value) : null;
    if (cause === "result" && judged === null) {
      if (flight !== null) {
        flight.succeeds(this, attempt, value);
        // A result that was judged a failure, while this attempt was in flight beside it.
        this.failures?.discardResult(this);
      }
      return endWithValue(this, value);
    }
    this.failures ??= new Failures(this.settings.resume);
    const { failures } = this;
    const aborted = (cause === "exception" && isAbortRetryError(value)) || this.#isAbortedAfter(cause, value);
    if (!aborted) {
      const classification = judged ?? this.classify(value);
      failures.add(this, attempt.attempt, timedOut ? asTimeout(classification) : classification, cause, value);
    } else if (cause === "exception") failures.aborted(value);
    else discard(this, value);
    this.heedWithin(failures, value, attempt);
    if (flight !== null) {
      const goesOn = flight.fails(this, attempt, aborted ? "cancel" : failures.heardOf(cause, value), aborted);
      if (goesOn !== null) return goesOn;
    }
    const decision = failures.decide(this, cause, aborted);
    if (!decision.retry) return endWithout(this, decision.stopReason, decision.nextDelayMs);
    this.observers?.failure("retry", decision.delayMs, undefined);
    const handler = this.settings.sleep ?? (plan.retry as RetrySettings).sleep;
    if (handler === undefined) return this.#pause(failures);
    const answer = handler(decision.context, decision.delayMs);
    if (!isThenable(answer)) return this.#heed(answer);
    this.question = answer;
    return "ask";
  }

  /** Whether the call was aborted by the time that an attempt ended. Where its `abortIf` throws, no caller will get what that attempt has returned. */
  #isAbortedAfter(cause: FailureCause, value: unknown): boolean {
    try {
      return this.bounds.isAborted();
    } catch (fault) {
      if (cause === "result") discard(this, value);
      throw fault;
    }
  }

  /** The question was answered. */
  answered(answer: unknown): Step {
    this.bounds.unpark();
    return this.failure === null ? this.#heed(answer) : endWithFallback(this, answer);
  }

  /** The question could not be answered. */
  refused(error: unknown): Step {
    this.bounds.unpark();
    return endWithFault(this, error);
  }

  /** The delay is over. */
  woke(): Step {
    this.bounds.unpark();
    if (this.bounds.isAborted()) return endWithout(this, "ABORTED");
    if (this.bounds.remainingMs() === 0) return endWithout(this, "DEADLINE_EXCEEDED");
    return this.hasCircuitOpened() ? endWithout(this, "CIRCUIT_OPEN") : this.#askLimiter();
  }

  /** A wait was ended early: the limiter has answered, a hedge is due, or an attempt in flight is cut short. */
  interrupted(): Step {
    const { bounds, flight } = this;
    bounds.unpark();
    if (flight?.turn?.isWaiting) return this.#leaveQueue(flight.turn);
    const { attempt, isOverdue } = bounds;
    const { signal, group } = this.settings;
    if (signal?.aborted || (attempt === null && group?.ended)) return this.#abort(attempt);
    if (attempt === null) return endWithout(this, "DEADLINE_EXCEEDED");
    if (isOverdue) return this.#passDeadline(attempt);
    const late = bounds.timedOut();
    if (late === null && flight?.rounds) return flight.rounds.hedgeIsDue(this);
    const error = this.timeoutError(late ?? attempt);
    this.cut(late ?? attempt, error);
    return this.ended("exception", error, late ?? attempt);
  }

  /** What is told from now on is about this attempt. */
  #concerns(flight: Flight, attempt: Attempt): void {
    flight.subject = attempt;
    if (this.observers !== null) this.observers.concerns(attempt.attempt);
  }

  #abort(attempt: Attempt | null): Step {
    const { flight } = this;
    if (flight !== null && attempt !== null) this.#concerns(flight, attempt);
    this.#cutInFlight("ABORTED");
    return endWithout(this, "ABORTED");
  }

  #passDeadline(attempt: Attempt): Step {
    const { flight } = this;
    if (flight !== null) this.#concerns(flight, attempt);
    this.#cutInFlight("DEADLINE_EXCEEDED");
    return endWithout(this, "DEADLINE_EXCEEDED");
  }

  /**
   * Cuts what is in flight. An attempt that the deadline cuts has failed; of several, the latest is told of.
   *
   * @param told the number of the attempt that this failure is told of, where it is another one
   */
  #cutInFlight(by: "ABORTED" | "DEADLINE_EXCEEDED", told?: number): void {
    const { bounds, flight } = this;
    const { attempt } = bounds;
    if (attempt === null) return;
    if (by === "ABORTED") {
      for (const each of bounds.inFlight) this.cut(each, reasonOf(this.settings.signal as AbortSignal));
      return;
    }
    const error = this.deadlineError(attempt);
    for (const each of bounds.inFlight) this.cut(each, each === attempt ? error : this.deadlineError(each));
    const classification = asTimeout(toClassification("TRANSIENT"));
    this.failures ??= new Failures(this.settings.resume);
    this.failures.add(this, told ?? attempt.attempt, classification, "exception", error);
    flight?.turn?.giveBack(attempt, classification);
  }

  /** Code of the user's that decides has thrown. */
  crashed(fault: unknown): Step {
    return endWithFault(this, fault);
  }

  /** Hears of the changes of state that the call causes. */
  get watcher(): GateWatcher | null {
    return this.observers;
  }

  askFallback(failure: CallFailure): unknown {
    return (this.plan.fallback as FallbackRule).use(failure as never);
  }

  protected classify(error: unknown): Classification {
    return classifyOnce(this, error);
  }

  /** What a call within the attempt, that has ended with the same error or result, has done about it: for how long it has retried, and why it may not be repeated. */
  protected heedWithin(failures: Failures, value: unknown, { order }: Attempt): void {
    const mayHave = callsFailed() !== order;
    failures.retriedForMs = mayHave ? retriedForMs(value, order) : null;
    failures.refusedWithin = mayHave ? refusalOf(value, order) : null;
  }

  timeoutError(attempt: Attempt): AttemptTimeoutError {
    return timeoutErrorOf(this, attempt);
  }

  deadlineError(attempt: Attempt): DeadlineExceededError {
    return deadlineErrorOf(this, attempt);
  }

  cut(attempt: Attempt, reason: unknown): void {
    attempt.cutShort(reason);
    // Of a call that may have several, each attempt knows what it waits for.
    const waiting = attempt.flight ?? this;
    const { pending } = waiting;
    waiting.pending = null;
    if (pending !== null) discardLate(this, pending);
  }

  answerBegan(attempt: Attempt): void {
    this.flight?.answerBegan(this, attempt);
  }

  /** Whether the circuit that has admitted the call is open now. */
  hasCircuitOpened(): boolean {
    return this.plan.gate?.hasOpened() === true;
  }

  /** Asks the limiter before an attempt. */
  #askLimiter(): Step {
    const { flight } = this;
    if (flight === null || flight.turn === null) return this.beginAttempt(null, null);
    return this.#heedLimiter(flight.turn.ask());
  }

  #heedLimiter(answer: LimitPermit | "queue" | null): Step {
    if (answer === "queue") return answer;
    return answer === null ? endWithout(this, "LIMITED") : this.beginAttempt(answer, null);
  }

  /** It waits no more for its limiter: the limiter has answered, or something has come first. */
  #leaveQueue(turn: Turn): Step {
    const { bounds } = this;
    turn.stopWaiting();
    if (bounds.isAborted()) return endWithout(this, "ABORTED");
    if (bounds.remainingMs() === 0) return endWithout(this, "DEADLINE_EXCEEDED");
    return this.hasCircuitOpened() ? endWithout(this, "CIRCUIT_OPEN") : this.#heedLimiter(turn.take());
  }

  beginAttempt(permit: LimitPermit | null, hedge: HedgeCause | null): Step {
    const { bounds, observers, flight, failures } = this;
    failures?.discardResult(this);
    // A limiter, and what takes a discarded value, may have kept the thread until the deadline.
    const bar = permit === null && hedge === null && failures === null ? null : this.#bar();
    if (bar !== null) {
      if (permit !== null) ((flight as Flight).turn as Turn).release(permit, "unused");
      return this.#endBarred(bar);
    }
    const number = ++this.attempts;
    observers?.attemptBegins(number, hedge !== null);
    if (hedge !== null) observers?.hedges(number, hedge);
    const known = flight === null ? null : { hedge: hedge !== null, permit, pending: null };
    const attempt = new Attempt(bounds, number, bounds.timeoutAtMs(number), callsFailed(), known);
    bounds.attempt = attempt;
    flight?.begins(this, attempt);
    return observers === null ? "attempt" : this.unlessBarred();
  }

  /** The attempt, unless what ran meanwhile, such as a hook, has aborted the call or kept the thread until the deadline. */
  unlessBarred(): Step {
    const { bounds } = this;
    const bar = this.#bar();
    if (bar === null) return "attempt";
    this.attempts--;
    const attempt = bounds.attempt as Attempt;
    bounds.endAttempt(attempt);
    this.flight?.isBarred(attempt);
    // The end is about the attempt that was told of, and not made; those in flight beside it are cut.
    this.#cutInFlight(bar, attempt.attempt);
    return endWithout(this, bar);
  }

  /** No further attempt may be made. Those in flight beside it are cut. */
  #endBarred(bar: "ABORTED" | "DEADLINE_EXCEEDED"): Step {
    const { attempt } = this.bounds;
    if (attempt === null) return endWithout(this, bar);
    return bar === "ABORTED" ? this.#abort(attempt) : this.#passDeadline(attempt);
  }

  /** What keeps an attempt from being made now. */
  #bar(): "ABORTED" | "DEADLINE_EXCEEDED" | null {
    if (this.bounds.isCancelled()) return "ABORTED";
    return this.bounds.remainingMs() === 0 ? "DEADLINE_EXCEEDED" : null;
  }

  /** Does what the sleep handler says. */
  #heed(answer: unknown): Step {
    if (answer === "sleep") return this.#pause(this.failures as Failures);
    if (answer === "defer") return endWithout(this, "SCHEDULED", this.delayMs);
    if (answer === "abort") return endWithout(this, "ABORTED");
    throw new TypeError(`A sleep handler must answer "sleep", "defer" or "abort", got ${typeof answer}.`);
  }

  /** The retry is going to be made, after the delay. */
  #pause(failures: Failures): Step {
    const { delayMs, context } = failures.commit();
    this.observers?.attemptEnds("retry", null, delayMs);
    tellBeforeSleep(this, context, delayMs);
    // A call that has been aborted meanwhile goes on at once, to find that no retry may be made.
    if (this.bounds.isCancelled()) return this.woke();
    const mustSleep = delayMs > 0 || this.sleeper !== undefined || failures.mustGiveWay(this.plan.clock, this.attempts);
    return mustSleep ? "sleep" : this.woke();
  }
}
