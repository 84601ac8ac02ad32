/* Lives through a script on a virtual clock, and reports what was seen of each call. The laws about it are in world-laws.ts. */
import { getEventListeners } from "node:events";
import {
  type AttemptInfo,
  type BoundCall,
  type BoundCallSync,
  Budget,
  type CallOptions,
  CircuitBreaker,
  type Outcome,
  outcomeOf,
  type Policy,
} from "redress";
import { runInScope } from "redress/scope";
import { VirtualClock } from "redress/testing";
import { type CallReport, type Ending, emptyReport } from "./call-report.ts";
import { operate } from "./operation.ts";
import type { Place, Script } from "./script.ts";
import { SpiedHedge } from "./spied-hedge.ts";
import { WorldLimits } from "./world-limits.ts";
import { FallbackError, makePolicy } from "./world-policy.ts";

export type How = "call" | "execute" | "callSync" | "executeSync";

// What these throw ends the call.
const DECIDING: ReadonlySet<Place> = new Set<Place>([
  "abortIf",
  "resultClassifier",
  "strategy",
  "budget",
  "sleep",
  "sleeper",
  "admit",
]);

export class World {
  readonly script: Script;
  /** Signals and deadlines are not given with the calls and to the policy: the calls inherit them, each from a scope of its own. */
  readonly inherits: boolean;
  readonly clock = new VirtualClock();
  readonly calls: readonly CallReport[];
  readonly breaker: CircuitBreaker | null;
  readonly budget: Budget | null;
  /** What code that decides has thrown. */
  fault: Error | null = null;
  /** What was left behind when no call was in flight. */
  leftovers: string[] = [];
  /** Laws that were broken where nothing could be thrown. */
  readonly broken: string[] = [];
  readonly limits: WorldLimits;
  readonly hedge: SpiedHedge | null;
  /** Every invocation of an operation, and every value that was given to discard. */
  invocations = 0;
  readonly discarded: unknown[] = [];
  readonly #policy: Policy;
  readonly #shared = new AbortController();
  readonly #bound: BoundCall & BoundCallSync;
  readonly #freeAgainAtMs: number[] = [];
  readonly #visits = new Map<Place, number>();
  #ownAlarms = 0;
  #inFlight = 0;
  /** The call that is being made: who asks a limiter now asks for it. */
  #beginning: CallReport | null = null;

  constructor(script: Script, sync = false, inherits = false) {
    this.script = script;
    this.inherits = inherits;
    const { breaker, retry } = script;
    this.breaker = breaker && this.#makeBreaker(breaker);
    this.budget =
      typeof retry?.budget === "number" ? new Budget({ maxRetries: retry.budget, windowMs: Infinity, clock: this.clock }) : null;
    this.limits = new WorldLimits(this);
    this.hedge = script.hedge && new SpiedHedge(script.hedge, (law) => this.breaks(law));
    this.#policy = makePolicy(this);
    this.calls = script.calls.map((call) => {
      const { bound, signal } = call;
      return emptyReport(call, bound || signal === "shared" ? this.#shared : signal === "own" ? new AbortController() : null);
    });
    const signal = inherits ? undefined : this.#shared.signal;
    this.#bound = (sync ? this.#policy.contextSync({ signal }) : this.#policy.context({ signal })) as BoundCall & BoundCallSync;
  }

  #makeBreaker({ tripped, ...settings }: NonNullable<Script["breaker"]>): CircuitBreaker {
    const tripOn = ["TRANSIENT", "SERVER_ERROR", "UNKNOWN"] as const;
    const breaker = new CircuitBreaker({
      ...settings,
      tripOn,
      clock: this.clock,
      onStateChange: () => this.#observe("circuit event"),
    });
    if (tripped) breaker.trip();
    return breaker;
  }

  /** All calls, each at its time. */
  async run(how: "call" | "execute"): Promise<this> {
    const { clock, script } = this;
    for (const call of this.calls) this.alarm(call.script.startAtMs, () => this.#start(call, how));
    for (const call of this.calls) {
      const { abortAtMs } = call.script;
      if (abortAtMs !== null && call.controller !== this.#shared) this.alarm(abortAtMs, () => this.abort(call.controller));
    }
    if (script.sharedAbortAtMs !== null) this.alarm(script.sharedAbortAtMs, () => this.abort(this.#shared));
    if (script.disposeAtMs !== null) this.alarm(script.disposeAtMs, () => this.dispose());
    this.limits.begin();
    await clock.run();
    return this;
  }

  /** One call after the other. */
  async runInTurn(how: How): Promise<this> {
    for (const call of this.calls) {
      if (how === "callSync" || how === "executeSync") {
        this.clock.block(call.script.startAtMs);
        this.#startSync(call, how);
      } else {
        await this.clock.advance(call.script.startAtMs);
        this.#start(call, how);
        await this.clock.run();
      }
    }
    return this;
  }

  /** An alarm of the world's own, none of the policy's. */
  alarm(ms: number, ring: () => void): void {
    this.#ownAlarms++;
    this.clock.alarm(ms, () => {
      this.#ownAlarms--;
      ring();
    });
  }

  dispose(): void {
    this.#bound[Symbol.dispose]();
  }

  block(ms: number): void {
    if (ms === 0) return;
    this.clock.block(ms);
    this.#freeAgainAtMs.push(this.clock.now());
  }

  /** Whether the thread was free again then, after it had been kept busy: what was due meanwhile happens at that time. */
  wasBusyUntil(atMs: number): boolean {
    return this.#freeAgainAtMs.some((freeAtMs) => Math.abs(freeAtMs - atMs) < 1e-6);
  }

  /** Whether every call ends without the help of its operation, so that this one may never settle. */
  endsAnyway(): boolean {
    const { retry, sharedAbortAtMs, calls } = this.script;
    const aborted = calls.every(({ signal, abortAtMs, bound }) =>
      bound || signal === "shared" ? sharedAbortAtMs !== null : signal === "own" && abortAtMs !== null,
    );
    return aborted || (retry !== null && retry.deadlineMs < Infinity);
  }

  breaks(law: string): void {
    this.broken.push(law);
  }

  /** Somebody wants something, and will say when it is over. */
  enter(): void {
    this.#inFlight++;
  }

  /** A limiter is asked. */
  isAsked(): void {
    const call = this.#beginning;
    if (call === null || call.hasAsked) return;
    call.startedAtMs = this.clock.now();
    call.hasAsked = true;
  }

  /** The policy comes by a place where the user's code runs. */
  visit(place: Place): void {
    const visits = this.#visits.get(place) ?? 0;
    this.#visits.set(place, visits + 1);
    const { meddling } = this.script;
    if (meddling?.where !== place || meddling.nth !== visits) return;
    if (meddling.what === "abort") for (const { controller } of this.calls) this.abort(controller);
    else if (meddling.what === "dispose") this.dispose();
    else if (meddling.what === "block") this.block(7);
    else if (meddling.what === "call") this.#startAnother();
    else this.#break(place);
  }

  #break(place: Place): never {
    const error = place === "fallback" ? new FallbackError() : new Error(`${place} is broken`);
    if (DECIDING.has(place)) this.fault = error;
    throw error;
  }

  #start(call: CallReport, how: "call" | "execute"): void {
    call.startedAtMs = this.clock.now();
    if (call.controller?.signal.aborted) call.abortedAtMs ??= call.startedAtMs;
    const operation = (info?: AttemptInfo): unknown => operate(this, call, info);
    this.enter();
    this.#beginning = call;
    const promise = this.#within(
      call,
      (): Promise<unknown> => (call.script.bound ? this.#bound(operation) : this.#policy[how](operation, this.#options(call))),
    );
    this.#beginning = null;
    promise.then(
      (answer) => this.#settled(call, answer, null, !call.script.bound && how === "execute"),
      (error: unknown) => this.#settled(call, undefined, { error }, false),
    );
  }

  /** Makes a call, where it inherits what bounds it. */
  #within<T>(call: CallReport, make: () => T): T {
    if (!this.inherits) return make();
    const { clock, script } = this;
    return runInScope({ clock, signal: call.controller?.signal, deadlineMs: script.retry?.deadlineMs }, make);
  }

  #startSync(call: CallReport, how: "callSync" | "executeSync"): void {
    call.startedAtMs = this.clock.now();
    const operation = (info?: AttemptInfo): unknown => operate(this, call, info);
    this.enter();
    this.#beginning = call;
    let answer: unknown;
    try {
      answer = call.script.bound ? this.#bound(operation) : this.#policy[how](operation, this.#options(call));
    } catch (error) {
      this.#settled(call, undefined, { error }, false);
      return;
    } finally {
      this.#beginning = null;
    }
    this.#settled(call, answer, null, !call.script.bound && how === "executeSync");
  }

  #startAnother(): void {
    const outer = this.#beginning;
    this.enter();
    this.#beginning = null;
    const never = new Promise<unknown>(() => {});
    const hangs = (this.script.retry?.deadlineMs ?? Infinity) < Infinity;
    const over = (): void => this.leave();
    const operation = ({ attempt }: AttemptInfo): unknown => {
      this.invocations++;
      return attempt === 1 && hangs ? never : 1;
    };
    this.#policy.call(operation).then(over, over);
    this.#beginning = outer;
  }

  #settled(call: CallReport, answer: unknown, thrown: Ending["thrown"], isOutcome: boolean): void {
    const outcome = isOutcome && thrown === null ? (answer as Outcome<unknown>) : undefined;
    // A reason that several calls throw tells of the last one.
    const shared = this.calls.length > 1 && thrown?.error === this.#shared.signal.reason;
    const failure = outcome?.ok === false ? outcome : thrown === null || shared ? undefined : outcomeOf(thrown.error);
    const value = outcome === undefined ? answer : outcome.ok ? outcome.value : undefined;
    call.settlements++;
    call.settledAtMs = this.clock.now();
    call.ending = { value, thrown, outcome, failure };
    this.leave();
  }

  /** It is over. What is left when nothing goes on any more? */
  leave(): void {
    if (--this.#inFlight > 0) return;
    const alarms = this.clock.pending - this.#ownAlarms;
    if (alarms !== 0) this.leftovers.push(`${alarms} alarms`);
    this.leftovers.push(...this.limits.leftovers());
    for (const { controller } of this.calls) {
      if (controller !== null && getEventListeners(controller.signal, "abort").length > 0) this.leftovers.push("a listener");
    }
  }

  abort(controller: AbortController | null): void {
    if (controller === null || controller.signal.aborted) return;
    for (const call of this.calls) {
      if (call.controller === controller && call.startedAtMs !== null && call.settledAtMs === null)
        call.abortedAtMs = this.clock.now();
    }
    controller.abort(new Error("the caller has gone"));
  }

  #options(call: CallReport): CallOptions {
    const { clock } = this;
    const { abortIfFrom, cost } = call.script;
    return {
      operation: "op",
      cost,
      signal: this.inherits ? undefined : call.controller?.signal,
      abortIf: () => {
        this.visit("abortIf");
        this.#isAdmitted(call);
        return abortIfFrom !== null && call.invokedAtMs.length >= abortIfFrom;
      },
      onMetric: (event, attempt, sleepMs, tags) => {
        call.events.push({ event, attempt, sleepMs, tags, atMs: clock.now(), invoked: call.invokedAtMs.length });
        this.#isAdmitted(call);
        return this.#observe(attempt === 0 ? "circuit event" : "onMetric");
      },
      onLog: (_event, { attempt }) => {
        this.#isAdmitted(call);
        return this.#observe(attempt === 0 ? "circuit event" : "onLog");
      },
      onCallStart: (context) => {
        call.callStarts.push(context);
        this.#isAdmitted(call);
        return this.#observe("onCallStart");
      },
      onCallEnd: (context, end) => {
        call.callEnds.push({ context, end, events: call.events.length, invoked: call.invokedAtMs.length });
        return this.#observe("onCallEnd");
      },
      aroundAttempt: (context, next) => {
        call.surrounded.push(context);
        try {
          next();
        } catch {
          // The operation's own.
        }
        return this.#observe("aroundAttempt");
      },
      onAttemptStart: (context) => {
        this.#isAdmitted(call);
        call.starts.push(context);
        return this.#observe("onAttemptStart");
      },
      onAttemptEnd: (context) => {
        call.ends.push(context);
        call.endsAtMs.push(clock.now());
        return this.#observe("onAttemptEnd");
      },
    };
  }

  /** What the user's code does before the first attempt takes no time: the call begins behind it. */
  #isAdmitted(call: CallReport): void {
    if (call.starts.length === 0 && !call.hasAsked) call.startedAtMs = this.clock.now();
  }

  /** An observer, who may be a bad one. */
  #observe(place: Place): unknown {
    this.visit(place);
    if (this.script.hooks === "throw") throw new Error("a hook");
    return this.script.hooks === "reject" ? Promise.reject(new Error("a hook")) : undefined;
  }
}
