/*
 * How the parts of a policy nest, from the outside in:
 *
 *   fallback( breaker( retry( attempt timeout( operation ) ) ) )
 *
 * The breaker is asked once, before the first attempt, and hears one thing per call. The fallback is outermost: it covers
 * rejected calls too. The deadline and the budget belong to the retry.
 */
import { type Breaker, isBreaker } from "../core/breaker/breaker.ts";
import { requireOptions } from "../core/option-rules.ts";
import { Call } from "../run/call/call.ts";
import { type CallSettings, toCallSettings } from "../run/call/call-settings.ts";
import type { AttemptInfo, CallOptions, ExecuteOptions } from "../run/call/options.ts";
import { type CallPlan, makePlan, PLAN } from "../run/call/plan.ts";
import type { RetrySettings } from "../run/call/retry-settings.ts";
import { Scope } from "../run/call/scope.ts";
import { defaultClassifier } from "../run/default-classifiers.ts";
import { performAsync } from "../run/perform/async.ts";
import { performSync } from "../run/perform/sync.ts";
import { type Clock, systemClock } from "../run/time/clock.ts";
import type { BoundCall, BoundCallSync } from "./bound-call.ts";
import { checkCallOptions } from "./call-options.ts";
import { alreadyChecked, checkedOnce } from "./checked-options.ts";
import { CircuitBreaker } from "./circuit-breaker.ts";
import { describePlan, type PolicyDescription } from "./describe.ts";
import { toFallbackRule } from "./fallback.ts";
import type { Outcome } from "./outcome.ts";
import { type PolicyOptions, policyTable } from "./policy-options.ts";
import { Retry, toRetrySettings } from "./retry.ts";
import { checkFunction, sameSignature } from "./wrapping.ts";

/**
 * What happens when a call fails. Classifies each failure once, and responds with backoff, caps, a deadline, a budget, a breaker and
 * a fallback. One policy serves any number of concurrent calls, asynchronous and synchronous ones alike.
 *
 * @throws TypeError or RangeError for a wrong, unknown or contradicting option.
 * @example
 * const policy = new Policy({ retry: { maxAttempts: 4, deadlineMs: 10_000 }, circuitBreaker: { name: "users" } });
 * const user = await policy.call(({ signal }) => fetchUser(id, { signal }));
 */
export class Policy<R = unknown, F = never> {
  readonly #plan: CallPlan;

  constructor(options: PolicyOptions<R, F> = {}) {
    const checked = checkedOnce(options, (given) => requireOptions("policy", given, policyTable));
    const { fallback, operation, hooks = [], clock = systemClock, random = Math.random } = checked;
    const retry = completeRetry(checked);
    const breaker = toBreaker(checked.circuitBreaker, clock);
    this.#plan = makePlan({
      retry,
      classifier: retry?.classifier ?? (breaker instanceof CircuitBreaker ? breaker.classifier : defaultClassifier),
      breaker,
      fallback: fallback === undefined ? null : toFallbackRule(fallback),
      operation,
      hooks: Array.isArray(hooks) ? [...hooks] : [hooks],
      clock,
      random,
    });
  }

  /**
   * Calls the operation under this policy.
   *
   * @throws the operation's own last error, the same object; `RetryExhaustedError` when the last failure was a result or the retry was
   * deferred; `CircuitOpenError` when rejected; `DeadlineExceededError` when the deadline cut an attempt short; the signal's reason, or
   * `AbortRetryError`, when aborted. `outcomeOf(error)` says why.
   */
  call<T extends R>(op: (attempt: AttemptInfo) => T | PromiseLike<T>, options?: CallOptions): Promise<T | F> {
    const settings = readCall("call", op, options);
    if (settings instanceof Promise) return settings;
    return performAsync(new Call(this.#plan, settings, "value"), op) as Promise<T | F>;
  }

  /**
   * The same, answering how the call ended instead of throwing. It still rejects when code that decides (a strategy, sleep handler,
   * budget, `abortIf`, result classifier or fallback) throws: that is a mistake in the policy, no outcome of the call.
   */
  execute<T extends R>(op: (attempt: AttemptInfo) => T | PromiseLike<T>, options?: ExecuteOptions): Promise<Outcome<T | F>> {
    const settings = readCall("execute", op, options);
    if (settings instanceof Promise) return settings;
    return performAsync(new Call(this.#plan, settings, "outcome"), op) as Promise<Outcome<T | F>>;
  }

  /**
   * Calls a synchronous operation. It cannot be interrupted, and delays block the thread.
   *
   * @throws what `call` throws; TypeError when the operation returns a promise.
   */
  callSync<T extends R>(op: (attempt: AttemptInfo) => T, options?: CallOptions): T | F {
    checkFunction("callSync.op", op);
    return performSync(new Call(this.#plan, readCallOptions("callSync", options), "value"), op) as T | F;
  }

  /** The same, answering how the call ended instead of throwing. */
  executeSync<T extends R>(op: (attempt: AttemptInfo) => T, options?: ExecuteOptions): Outcome<T | F> {
    checkFunction("executeSync.op", op);
    return performSync(new Call(this.#plan, readCallOptions("executeSync", options), "outcome"), op) as Outcome<T | F>;
  }

  /**
   * Fixes the options of many calls. Disposing the result aborts those of its calls that are asleep, and its later ones.
   *
   * @example
   * using retry = policy.context({ operation: "nightly_batch" });
   * for (const row of rows) await retry(save, row);
   */
  context(options?: CallOptions): BoundCall<R, F> {
    const scope = new Scope();
    const settings = readCallOptions("context", options, scope);
    const bound = (fn: (...args: unknown[]) => unknown, ...args: unknown[]): Promise<unknown> => {
      const mistake = readCall("context", fn, undefined);
      if (mistake instanceof Promise) return mistake;
      return performAsync(new Call(this.#plan, settings, "value"), () => fn(...args));
    };
    return disposable(scope, bound) as BoundCall<R, F>;
  }

  /** The same for synchronous functions. */
  contextSync(options?: CallOptions): BoundCallSync<R, F> {
    const scope = new Scope();
    const settings = readCallOptions("contextSync", options, scope);
    const bound = (fn: (...args: unknown[]) => unknown, ...args: unknown[]): unknown => {
      checkFunction("contextSync.fn", fn);
      return performSync(new Call(this.#plan, settings, "value"), () => fn(...args));
    };
    return disposable(scope, bound) as BoundCallSync<R, F>;
  }

  /** A function with the same parameters and `this` as `fn`, whose every call runs under this policy. */
  wrap<This, Args extends unknown[], T extends R>(
    fn: (this: This, ...args: Args) => T | PromiseLike<T>,
    options?: CallOptions,
  ): (this: This, ...args: Args) => Promise<T | F> {
    checkFunction("wrap.fn", fn);
    const settings = readCallOptions("wrap", options);
    const plan = this.#plan;
    return sameSignature(fn, function (this: This, ...args: Args) {
      return performAsync(new Call(plan, settings, "value"), () => fn.apply(this, args)) as Promise<T | F>;
    });
  }

  /** The same for synchronous functions. */
  wrapSync<This, Args extends unknown[], T extends R>(
    fn: (this: This, ...args: Args) => T,
    options?: CallOptions,
  ): (this: This, ...args: Args) => T | F {
    checkFunction("wrapSync.fn", fn);
    const settings = readCallOptions("wrapSync", options);
    const plan = this.#plan;
    return sameSignature(fn, function (this: This, ...args: Args) {
      return performSync(new Call(plan, settings, "value"), () => fn.apply(this, args)) as T | F;
    });
  }

  /** What will happen, as plain JSON: every setting, defaults included. `Infinity` reads "Infinity". */
  describe(): PolicyDescription {
    return describePlan(this.#plan);
  }

  /** @internal */
  get [PLAN](): CallPlan {
    return this.#plan;
  }
}

function completeRetry({ retry, budget }: PolicyOptions<never, unknown>): RetrySettings | null {
  if (retry === undefined) return null;
  const settings = retry instanceof Retry ? retry.settings : toRetrySettings(retry);
  return budget === undefined ? settings : { ...settings, budget };
}

function toBreaker(breaker: PolicyOptions["circuitBreaker"], clock: Clock): Breaker | null {
  if (breaker === undefined || isBreaker(breaker)) return breaker ?? null;
  return new CircuitBreaker(breaker.clock === undefined ? alreadyChecked({ ...breaker, clock }) : breaker);
}

/** What a call goes by, or a promise that rejects with the mistake in it. */
function readCall(method: string, op: unknown, options: ExecuteOptions | undefined): CallSettings | Promise<never> {
  try {
    checkFunction(`${method}.op`, op);
    return readCallOptions(method, options);
  } catch (mistake) {
    return Promise.reject(mistake);
  }
}

/** The options of a call as they are now: what becomes of the object afterwards changes no call. */
function readCallOptions(method: string, options: ExecuteOptions | undefined, scope: Scope | null = null): CallSettings {
  checkCallOptions(method, options);
  return toCallSettings(options, scope);
}

/** Makes a function disposable: that ends the scope of its calls. */
function disposable<Bound extends object>(scope: Scope, bound: Bound): Bound {
  return Object.assign(bound, { [Symbol.dispose ?? Symbol.for("Symbol.dispose")]: () => scope.end() });
}
