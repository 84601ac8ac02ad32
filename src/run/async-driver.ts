/*
 * Performs a policy without blocking. A call is always in one phase; what may interrupt it (its deadline, the attempt timeout, the
 * caller's signal, the end of its scope) acts according to the phase:
 *
 *   deciding  our own code runs: what comes now is noted, and acts when the call next waits
 *   invoking  the operation runs synchronously: its signal aborts at once, the rest as above
 *   running   an attempt is in flight: it is cut short, and its late result is dropped
 *   waiting   asleep, or waiting for the sleep handler: that ends
 *   over      the call has settled: nothing matters any more
 *
 * Longer than other files, since it is one machine: every step reads and moves the phase, and none makes sense alone.
 */
import type { BackoffContext } from "../core/backoff/strategy.ts";
import type { FailureCause } from "../core/failure/classification.ts";
import { covers } from "../core/failure/fallback.ts";
import type { Failure } from "../core/failure/outcome.ts";
import { AttemptTimeoutError } from "../core/failure/verdicts.ts";
import { AbortWatch } from "./abort-watch.ts";
import type { Waiter } from "./alarms.ts";
import { Attempt } from "./attempt.ts";
import { AttemptTimeout } from "./attempt-timeout.ts";
import { CallRecord } from "./call-record.ts";
import { HomeContext } from "./home-context.ts";
import { adopt, isThenable } from "./isolation.ts";
import { remembered } from "./outcome-of.ts";
import type { CallPlan, ExecuteOptions, Operation } from "./plan.ts";
import type { Scope } from "./scope.ts";
import { beginSleep, type Dreamer, endSleep, isNoSleep, type Sleep } from "./sleep.ts";
import type { RetryTimeline } from "./timeline.ts";

/** Settles with the operation's value, or with the whole outcome where that was asked for. */
export function runAsync(
  plan: CallPlan,
  operation: Operation,
  options: ExecuteOptions | undefined,
  scope: Scope | undefined,
  asOutcome: boolean,
): Promise<unknown> {
  const call = new AsyncCall(plan, options, scope, operation, asOutcome);
  try {
    const refused = call.admit();
    if (refused === null || plan.fallback !== null) {
      return new Promise((resolve, reject) => call.start(refused, resolve, reject));
    }
    // Straight from here, so that rejecting is cheap, and the stack of the error shows who called instead of us.
    return asOutcome ? Promise.resolve(refused) : Promise.reject(remembered(call.errorFor(refused), refused));
  } catch (fault) {
    call.crashed();
    return Promise.reject(fault);
  }
}

const SETTLED = Promise.resolve();

class AsyncCall extends CallRecord implements Waiter, Dreamer {
  // As one who waits for the deadline.
  prev: Waiter | null = null;
  next: Waiter | null = null;

  readonly #invoke: Operation;
  readonly #asOutcome: boolean;
  #resolve!: (value: unknown) => void;
  #reject!: (error: unknown) => void;
  #phase: "deciding" | "invoking" | "running" | "waiting" | "over" = "deciding";
  #current: Attempt | null = null;
  #timeout: AttemptTimeout | null = null;
  #watch: AbortWatch | null = null;
  // The deadline has rung when it could not act.
  #overdue = false;
  #home: HomeContext | null = null;
  #asleep: Sleep | null = null;

  constructor(
    plan: CallPlan,
    options: ExecuteOptions | undefined,
    scope: Scope | undefined,
    invoke: Operation,
    asOutcome: boolean,
  ) {
    super(plan, options, scope);
    this.#invoke = invoke;
    this.#asOutcome = asOutcome;
  }

  /** Begins, unless a fallback is to answer for a refused call. */
  start(refused: Failure<RetryTimeline> | null, resolve: (value: unknown) => void, reject: (error: unknown) => void): void {
    this.#resolve = resolve;
    this.#reject = reject;
    try {
      if (refused !== null) {
        this.#fail(refused);
        return;
      }
      this.plan.deadlines?.add(this);
      // Where code of the user's may run because a timer or signal rang, it runs at home.
      if (this.plan.timeouts !== null || this.plan.fallback !== null || this.telling !== null) this.#home = new HomeContext();
      this.#attempt();
    } catch (fault) {
      this.#crash(fault);
    }
  }

  /** Makes attempts until one is in flight, a delay is waited for, or the call is over. */
  #attempt(): void {
    do {
      this.beginAttempt();
      const attempt = new Attempt(this);
      this.#current = attempt;
      const { timeouts, clock } = this.plan;
      if (timeouts !== null) {
        this.#timeout = new AttemptTimeout(this, this.attempts === 1 ? this.startMs : clock.now());
        timeouts.add(this.#timeout);
      }
      this.#phase = "invoking";
      let cause: FailureCause = "result";
      let value: unknown;
      try {
        // Called as the plain function it is: our own object is no `this` for it.
        const invoke = this.#invoke;
        value = invoke(attempt);
        if (isThenable(value)) {
          this.#follow(attempt, adopt(value));
          return;
        }
      } catch (error) {
        cause = "exception";
        value = error;
      }
      this.#phase = "deciding";
      if (!this.#settled(cause, value)) return;
    } while (this.#mayRetry());
  }

  #follow(attempt: Attempt, promise: Promise<unknown>): void {
    this.#phase = "running";
    promise.then(
      (value) => {
        if (this.#current === attempt) this.#arrived("result", value);
      },
      (error: unknown) => {
        if (this.#current === attempt) this.#arrived("exception", error);
      },
    );
    if (this.#overdue || this.#timeout?.rung) void SETTLED.then(() => this.#catchUp());
    // In line behind the attempt: one that ends at once costs no listener.
    if (this.options?.signal !== undefined) void SETTLED.then(() => this.watchSignal());
  }

  /** An attempt in flight has ended. Every call comes through here, so it does without the closure of `#conclude`. */
  #arrived(cause: FailureCause, value: unknown): void {
    this.#phase = "deciding";
    try {
      if (this.#settled(cause, value) && this.#mayRetry()) this.#attempt();
    } catch (fault) {
      this.#crash(fault);
    }
  }

  /** Draws the conclusion from the end of an attempt. True: a retry is due at once. */
  #settled(cause: FailureCause, value: unknown): boolean {
    this.#current = null;
    this.#dropTimeout();
    const judged = cause === "result" ? this.judge(value) : null;
    if (cause === "result" && judged === null) {
      this.succeed();
      this.#end();
      this.#resolve(this.#asOutcome ? this.success(value, false) : value);
      return false;
    }
    const decision = this.decide(cause, value, judged);
    if (!decision.retry) {
      this.#fail(this.stop(decision.stopReason, decision.nextDelayMs));
      return false;
    }
    const { delayMs, context } = decision;
    this.tellRetry(delayMs);
    const handler = this.options?.sleep ?? this.plan.retry?.sleep;
    if (handler === undefined) return this.#sleep(delayMs, context);
    const answer = handler(context, delayMs);
    if (!isThenable(answer)) return this.#obey(answer, delayMs, context);
    this.#phase = "waiting";
    adopt(answer).then(
      (heard) => this.#goOn(() => this.#obey(heard, delayMs, context)),
      (error) => this.fault(error),
    );
    this.#heedInterruptions();
    return false;
  }

  /** Does what the sleep handler answered. True: a retry is due at once. */
  #obey(answer: unknown, delayMs: number, context: BackoffContext): boolean {
    const failure = this.stopBySleepHandler(answer, delayMs);
    if (failure === null) return this.#sleep(delayMs, context);
    this.#fail(failure);
    return false;
  }

  /** Begins to sleep. True: a retry is due at once. */
  #sleep(delayMs: number, context: BackoffContext): boolean {
    this.endAttempt(delayMs, context);
    const sleeper = this.options?.sleeper ?? this.plan.retry?.sleeper;
    // Who has been aborted meanwhile goes on at once, to find that no retry may be made.
    if ((sleeper === undefined && isNoSleep(this.plan.clock, delayMs, this.attempts)) || this.isCancelled()) return true;
    this.#phase = "waiting";
    const asleep = beginSleep(this.plan.clock, sleeper, delayMs, this);
    // The user's sleeper may itself have aborted the call.
    if (this.#isWaiting()) this.#asleep = asleep;
    else endSleep(asleep);
    this.#heedInterruptions();
    return false;
  }

  #isWaiting(): boolean {
    return this.#phase === "waiting";
  }

  /** The delay is over. */
  wake(): void {
    this.#goOn(() => true);
  }

  /** What was waited for has failed: that is a fault of the user's code, and ends the call. */
  fault(error: unknown): void {
    this.#goOn(() => {
      throw error;
    });
  }

  /** Ends a wait, takes the next step, and makes the next attempt where the step answers that it is due. */
  #goOn(step: () => boolean): void {
    if (this.#phase !== "waiting") return;
    this.#phase = "deciding";
    this.scope?.waiting.delete(this);
    this.#asleep = null;
    this.#conclude(() => {
      if (step() && this.#mayRetry()) this.#attempt();
    });
  }

  #mayRetry(): boolean {
    const failure = this.barRetry();
    if (failure !== null) this.#fail(failure);
    return failure === null;
  }

  /** The caller's signal has aborted, or the scope has ended. */
  abort(): void {
    this.#interrupt(this.options?.signal?.reason, () => this.#fail(this.stop("ABORTED")));
  }

  /** The deadline has passed. */
  ring(): void {
    this.#overdue = true;
    if (this.#current === null) {
      this.#interrupt(undefined, () => this.#fail(this.stop("DEADLINE_EXCEEDED")));
    } else {
      const error = this.deadlineError();
      this.#interrupt(error, () => this.#fail(this.cutByDeadline(error)));
    }
  }

  /** The attempt in flight takes too long. */
  timedOut(): void {
    const error = new AttemptTimeoutError({ attempt: this.attempts, timeoutMs: this.plan.retry?.attemptTimeoutMs ?? Infinity });
    this.#interrupt(error, () => this.#arrived("exception", error));
  }

  /** Cuts short what may be cut short in this phase, and concludes. */
  #interrupt(reason: unknown, conclude: () => void): void {
    const attempt = this.#current;
    if (this.#phase === "running" || this.#phase === "waiting") {
      this.#phase = "deciding";
      this.#current = null;
      attempt?.cutShort(reason);
      if (this.#home === null) this.#conclude(conclude);
      else this.#home.run(() => this.#conclude(conclude));
    } else if (this.#phase === "invoking") {
      attempt?.cutShort(reason);
    }
  }

  /** From now on the caller's signal is heard at once. Until an attempt asks for it, or the call waits, there is nothing to abort. */
  override watchSignal(): void {
    const signal = this.options?.signal;
    if (signal === undefined || this.#phase === "over") return;
    if (signal.aborted) this.abort();
    else this.#watch ??= new AbortWatch(signal, this);
  }

  /** At the beginning of a wait: hears the signal from now on, and acts on what came before. */
  #heedInterruptions(): void {
    if (this.#phase === "waiting") this.scope?.waiting.add(this);
    this.watchSignal();
    if (this.#overdue || this.scope?.ended) void SETTLED.then(() => this.#catchUp());
  }

  /** Acts on what came before the call began to wait, behind what has settled already: a value that has arrived is returned. */
  #catchUp(): void {
    if (this.#overdue) this.ring();
    else if (this.#phase === "running" && this.#timeout?.rung) this.timedOut();
    else if (this.#phase === "waiting" && this.scope?.ended) this.abort();
  }

  #conclude(conclusion: () => void): void {
    try {
      conclusion();
    } catch (fault) {
      this.#crash(fault);
    }
  }

  #fail(failure: Failure<RetryTimeline>): void {
    this.#end();
    const { fallback } = this.plan;
    if (fallback === null || !covers(fallback, failure)) {
      if (this.#asOutcome) this.#resolve(failure);
      else this.#throw(this.errorFor(failure), failure);
      return;
    }
    const give = (value: unknown): void => {
      this.fellBack(failure);
      this.#resolve(this.#asOutcome ? this.success(value, true) : value);
    };
    const giveUp = (error: unknown): void => this.#throw(error, failure);
    try {
      const value = fallback.use(failure as Failure<never>);
      if (isThenable(value)) adopt(value).then(give, giveUp);
      else give(value);
    } catch (error) {
      giveUp(error);
    }
  }

  #throw(error: unknown, failure: Failure<RetryTimeline>): void {
    this.#reject(remembered(error, failure));
  }

  /** The user's code that decides has thrown: the call ends with its error, which says nothing about the dependency. */
  #crash(fault: unknown): void {
    this.crashed();
    this.#end();
    this.#reject(fault);
  }

  #end(): void {
    this.#phase = "over";
    this.#current = null;
    this.#dropTimeout();
    if (this.#asleep !== null) endSleep(this.#asleep);
    this.scope?.waiting.delete(this);
    this.plan.deadlines?.remove(this);
    this.#watch?.end();
  }

  #dropTimeout(): void {
    if (this.#timeout !== null) this.plan.timeouts?.remove(this.#timeout);
    this.#timeout = null;
  }
}
