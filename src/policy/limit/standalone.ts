/*
 * What all limiters have in common when they are used alone: a function is run through one as a policy that has nothing else would run it, with
 * aborts, deadlines and the synchronous driver of all calls.
 */
import type { Limiter, LimitPermit } from "../../core/limit/limiter.ts";
import { type OptionTable, requireOptions } from "../../core/option-rules.ts";
import { Call } from "../../run/call/call.ts";
import { type CallSettings, NO_SETTINGS, toCallSettings } from "../../run/call/call-settings.ts";
import { withInherited } from "../../run/call/inherited-settings.ts";
import type { CallOptions } from "../../run/call/options.ts";
import { type CallPlan, makePlan } from "../../run/call/plan.ts";
import { defaultClassifier } from "../../run/default-classifiers.ts";
import { performAsync } from "../../run/perform/async.ts";
import { performSync } from "../../run/perform/sync.ts";
import type { Clock } from "../../run/time/clock.ts";
import { callRules } from "../call-options.ts";
import { detachedMethod } from "../detached-method.ts";
import { checkFunction } from "../wrapping.ts";

/** What one use of a limiter alone may set for itself. */
export type LimitedRunOptions = Pick<CallOptions, "cost" | "signal" | "deadlineMs">;

const { cost, signal, deadlineMs } = callRules;
const runTable: OptionTable<keyof LimitedRunOptions> = { rules: { cost, signal, deadlineMs } };

/** What a limiter is, beside its rules. */
export abstract class StandaloneLimiter implements Limiter {
  readonly name: string;
  protected readonly clock: Clock;
  #plan: CallPlan | null = null;

  constructor(name: string, clock: Clock) {
    this.name = name;
    this.clock = clock;
  }

  abstract admit(...args: Parameters<Limiter["admit"]>): ReturnType<Limiter["admit"]>;
  abstract release(...args: Parameters<Limiter["release"]>): void;

  /**
   * Runs a function when it is admitted, without a retry. It is called without arguments.
   *
   * @throws LimitedError when it is turned away; the signal's reason when aborted; else whatever `fn` throws, as it was.
   */
  run<T>(fn: () => T | PromiseLike<T>, options?: LimitedRunOptions): Promise<T> {
    try {
      checkFunction("limiter.run.fn", fn);
      const call = new Call(StandaloneLimiter.#planOf(this, "run"), settingsOf("limiter.run", options), "value");
      return performAsync(call, () => fn()) as Promise<T>;
    } catch (mistake) {
      return Promise.reject(mistake);
    }
  }

  /**
   * The same for a synchronous function. It waits, by blocking, only where the time to wait is known: other functions cannot make way while the
   * thread is blocked.
   */
  runSync<T>(fn: () => T, options?: LimitedRunOptions): T {
    checkFunction("limiter.runSync.fn", fn);
    const call = new Call(StandaloneLimiter.#planOf(this, "runSync"), settingsOf("limiter.runSync", options), "value");
    return performSync(call, () => fn()) as T;
  }

  /** Admits at once or not at all. Give the permit back with `release`, once; `null` where there is no room. */
  tryAcquire(cost?: LimitedRunOptions["cost"]): LimitPermit | null {
    const answer = this.admit({ cost, maxWaitMs: 0, admitted: ignore, rejected: ignore, failed: ignore });
    if (answer.kind === "queued") answer.cancel();
    return answer.kind === "admitted" ? answer : null;
  }

  /** @throws TypeError where the method was taken off its limiter */
  static #planOf(limiter: unknown, method: string): CallPlan {
    if (typeof limiter === "object" && limiter !== null && #plan in limiter) return limiter.#standalone();
    throw detachedMethod("limiter", method);
  }

  #standalone(): CallPlan {
    this.#plan ??= makePlan({
      retry: null,
      classifier: defaultClassifier,
      // What `fn` returns is the caller's, whatever it is.
      resultClassifier: null,
      breaker: null,
      limiter: this,
      hedge: null,
      chaos: null,
      fallback: null,
      operation: undefined,
      hooks: [],
      onHookError: undefined,
      discard: undefined,
      clock: this.clock,
      random: Math.random,
    });
    return this.#plan;
  }
}

const settingsOf = (owner: string, options: LimitedRunOptions | undefined): CallSettings =>
  withInherited(options === undefined ? NO_SETTINGS : toCallSettings(requireOptions(owner, options, runTable)));

const ignore = (): void => {};
