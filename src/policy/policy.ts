/*
 * How the parts of a policy nest, from the outside in:
 *
 *   fallback( breaker( retry( limiter( hedge( attempt timeout( operation ) ) ) ) ) )
 *
 * The limiter is asked before each attempt, by hedges too. The breaker is asked before the first attempt, looked at again before each retry, and hears one thing per call. The fallback is outermost: it covers
 * rejected calls too. Chaos, in tests and in staging, stands in the place of the operation, so that all the others take it for that. The deadline and the budget belong to the retry. Half of the file is what users read of each way to call.
 */
import { type Breaker, isBreaker } from "../core/breaker/breaker.ts";
import { isLimiter } from "../core/limit/limiter.ts";
import { LimiterChain } from "../core/limit/limiter-chain.ts";
import { requireOptions } from "../core/option-rules.ts";
import { Call } from "../run/call/call.ts";
import { CallGroup } from "../run/call/call-group.ts";
import type { CallSettings } from "../run/call/call-settings.ts";
import type { Gate } from "../run/call/gate.ts";
import { withInherited } from "../run/call/inherited-settings.ts";
import type { AttemptInfo, CallOptions, ExecuteOptions, WrapOptions } from "../run/call/options.ts";
import { ANSWERS, type CallPlan, FAMILY, makePlan, PLAN, type PlanFamily } from "../run/call/plan.ts";
import type { RetrySettings } from "../run/call/retry-settings.ts";
import { defaultClassifier, defaultResultClassifier } from "../run/default-classifiers.ts";
import { performAsync } from "../run/perform/async.ts";
import { performSync } from "../run/perform/sync.ts";
import { type Clock, systemClock } from "../run/time/clock.ts";
import type { BoundCall, BoundCallSync, BoundCallSyncWithAttempt, BoundCallWithAttempt } from "./bound-call.ts";
import { readCallOptions } from "./call-options.ts";
import { alreadyChecked, checkedOnce } from "./checked-options.ts";
import { CircuitBreaker } from "./circuit-breaker.ts";
import { describePlan, type PolicyDescription } from "./describe.ts";
import { detachedMethod } from "./detached-method.ts";
import { toFallbackRule } from "./fallback.ts";
import type { Outcome } from "./outcome.ts";
import { madeOf } from "./own-parts.ts";
import { type PolicyOptions, policyTable } from "./policy-options.ts";
import { Retry, toRetrySettings } from "./retry.ts";
import { withOverrides } from "./with-overrides.ts";
import type { AnyFunction, Wrappable, Wrapped } from "./wrapped-types.ts";
import { checkFunction, checkWrappable, operationOf, sameSignature } from "./wrapping.ts";

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
    const {
      limiter,
      hedge,
      fallback,
      chaos,
      operation,
      hooks = [],
      onHookError,
      discard,
      clock = systemClock,
      random = Math.random,
    } = checked;
    const retry = completeRetry(checked);
    const breaker = toBreaker(checked.circuitBreaker, clock, random);
    const parts = {
      retry,
      classifier: retry?.classifier ?? (breaker instanceof CircuitBreaker ? breaker.classifier : defaultClassifier),
      resultClassifier: retry?.resultClassifier ?? defaultResultClassifier,
      breaker,
      limiter: limiter === undefined ? null : isLimiter(limiter) ? limiter : new LimiterChain(limiter),
      hedge: hedge ?? null,
      fallback: fallback === undefined ? null : toFallbackRule(fallback),
      chaos: chaos ?? null,
      operation,
      hooks: Array.isArray(hooks) ? [...hooks] : [hooks],
      onHookError,
      discard: discard as CallPlan["discard"],
      clock,
      random,
      answers: (checked as MadeHere)[ANSWERS],
    };
    this.#plan = makePlan(parts, (checked as MadeHere)[FAMILY]);
  }

  /**
   * Another policy, which shares the parts that are not overridden: the same circuit breaker, budget, strategies and hooks. Options of a `retry` are
   * merged over those of this policy; a `Retry` takes their place. An option that is `undefined` is not overridden.
   *
   * @throws TypeError or RangeError for a wrong, unknown or contradicting option.
   * @example
   * const patient = policy.with({ operation: "nightly_report", retry: { deadlineMs: 300_000 } });
   */
  with<R2 extends R = R, F2 = F>(overrides: PolicyOptions<R2, F2>): Policy<R2, F2> {
    return new Policy<R2, F2>(
      withOverrides(Policy.#planOf(this, "with"), overrides as object) as object as PolicyOptions<R2, F2>,
    );
  }

  /** The clock that its calls go by: for whatever waits beside them. */
  get clock(): Clock {
    return this.#plan.clock;
  }

  /** How many calls of this policy are in flight. */
  get inFlight(): number {
    return this.#plan.inFlight.count;
  }

  /**
   * Resolves when no call of this policy is in flight: for shutting down, once no more calls are made.
   *
   * @example
   * await policy.idle();
   * process.exitCode = 0;
   */
  idle(): Promise<void> {
    return Policy.#planOf(this, "idle").inFlight.idle();
  }

  /**
   * Calls the operation under this policy.
   *
   * @throws the operation's own last error, the same object; `RetryExhaustedError` when the last failure was a result or the retry was
   * deferred; `CircuitOpenError` when rejected; `DeadlineExceededError` when the deadline cut an attempt short; the signal's reason, or
   * `AbortRetryError`, when aborted. `outcomeOf(error)` says why. `TypeError` when the operation returns a generator: that fails after the call is over.
   */
  call<T extends R>(op: (attempt: AttemptInfo) => T | PromiseLike<T>, options?: CallOptions): Promise<T | F> {
    try {
      const plan = Policy.#planOf(this, "call");
      return performAsync(new Call(plan, readCall("call", op, options), "value"), op) as Promise<T | F>;
    } catch (mistake) {
      return Promise.reject(mistake);
    }
  }

  /**
   * The same, answering how the call ended instead of throwing. It still rejects when code that decides (a strategy, sleep handler,
   * budget, `abortIf`, result classifier or fallback) throws: that is a mistake in the policy, no outcome of the call.
   */
  execute<T extends R>(op: (attempt: AttemptInfo) => T | PromiseLike<T>, options?: ExecuteOptions): Promise<Outcome<T | F>> {
    try {
      const plan = Policy.#planOf(this, "execute");
      return performAsync(new Call(plan, readCall("execute", op, options), "outcome"), op) as Promise<Outcome<T | F>>;
    } catch (mistake) {
      return Promise.reject(mistake);
    }
  }

  /**
   * Calls a synchronous operation. It cannot be interrupted, and delays block the thread.
   *
   * @throws what `call` throws; TypeError when the operation returns a promise or a generator.
   */
  callSync<T extends R>(op: (attempt: AttemptInfo) => T, options?: CallOptions): T | F {
    const plan = Policy.#planOf(this, "callSync");
    return performSync(new Call(plan, readCall("callSync", op, options), "value"), op) as T | F;
  }

  /** The same, answering how the call ended instead of throwing. */
  executeSync<T extends R>(op: (attempt: AttemptInfo) => T, options?: ExecuteOptions): Outcome<T | F> {
    const plan = Policy.#planOf(this, "executeSync");
    return performSync(new Call(plan, readCall("executeSync", op, options), "outcome"), op) as Outcome<T | F>;
  }

  /**
   * Fixes the options of many calls. Disposing the result aborts those of its calls that are asleep, and its later ones. With `passAttempt`, each
   * function gets what `call` tells its operation in front of its arguments.
   *
   * @example
   * using retry = policy.context({ operation: "nightly_batch" });
   * for (const row of rows) await retry(save, row);
   */
  context(options: WrapOptions & { readonly passAttempt: true }): BoundCallWithAttempt<R, F>;
  context(options?: WrapOptions & { readonly passAttempt?: false | undefined }): BoundCall<R, F>;
  context(options?: WrapOptions): BoundCall<R, F> | BoundCallWithAttempt<R, F> {
    const plan = Policy.#planOf(this, "context");
    const group = new CallGroup();
    const settings = readOptions("context", options, group);
    const bound = (fn: (...args: unknown[]) => unknown, ...args: unknown[]): Promise<unknown> => {
      try {
        checkFunction("context.op", fn);
        return performAsync(new Call(plan, withInherited(settings), "value"), operationOf(settings, fn, undefined, args));
      } catch (mistake) {
        return Promise.reject(mistake);
      }
    };
    return disposable(group, bound) as BoundCall<R, F>;
  }

  /** The same for synchronous functions. */
  contextSync(options: WrapOptions & { readonly passAttempt: true }): BoundCallSyncWithAttempt<R, F>;
  contextSync(options?: WrapOptions & { readonly passAttempt?: false | undefined }): BoundCallSync<R, F>;
  contextSync(options?: WrapOptions): BoundCallSync<R, F> | BoundCallSyncWithAttempt<R, F> {
    const plan = Policy.#planOf(this, "contextSync");
    const group = new CallGroup();
    const settings = readOptions("contextSync", options, group);
    const bound = (fn: (...args: unknown[]) => unknown, ...args: unknown[]): unknown => {
      checkFunction("contextSync.fn", fn);
      return performSync(new Call(plan, withInherited(settings), "value"), operationOf(settings, fn, undefined, args));
    };
    return disposable(group, bound) as BoundCallSync<R, F>;
  }

  /**
   * A function with the same parameters and `this` as `fn`, whose every call runs under this policy. With `passAttempt`, `fn` has one parameter more,
   * its first: what `call` tells its operation.
   *
   * @throws TypeError for a class and for a generator function.
   * @example
   * const find = policy.wrap(({ signal }, id: string) => fetchUser(id, { signal }), { passAttempt: true });
   * const user = await find("7");
   */
  wrap<This, Args extends unknown[], T extends R>(
    fn: (this: This, attempt: AttemptInfo, ...args: Args) => T | PromiseLike<T>,
    options: WrapOptions & { readonly passAttempt: true },
  ): (this: This, ...args: Args) => Promise<T | F>;
  wrap<Fn extends AnyFunction>(
    fn: Wrappable<Fn, R, "async">,
    options?: WrapOptions & { readonly passAttempt?: false | undefined },
  ): Wrapped<Fn, F, "async">;
  wrap<This, Args extends unknown[], T extends R>(
    fn: (this: This, ...args: Args) => T | PromiseLike<T>,
    options?: WrapOptions & { readonly passAttempt?: false | undefined },
  ): (this: This, ...args: Args) => Promise<T | F>;
  wrap(fn: unknown, options?: WrapOptions): unknown {
    const plan = Policy.#planOf(this, "wrap");
    checkWrappable("wrap.fn", fn);
    const settings = readOptions("wrap", options);
    const wrapper = function (this: unknown, ...args: unknown[]): Promise<unknown> {
      return performAsync(new Call(plan, withInherited(settings), "value"), operationOf(settings, fn, this, args));
    };
    return sameSignature(fn, wrapper, settings.passAttempt ? 1 : 0);
  }

  /** The same for synchronous functions. */
  wrapSync<This, Args extends unknown[], T extends R>(
    fn: (this: This, attempt: AttemptInfo, ...args: Args) => T,
    options: WrapOptions & { readonly passAttempt: true },
  ): (this: This, ...args: Args) => T | F;
  wrapSync<Fn extends AnyFunction>(
    fn: Wrappable<Fn, R, "sync">,
    options?: WrapOptions & { readonly passAttempt?: false | undefined },
  ): Wrapped<Fn, F, "sync">;
  wrapSync<This, Args extends unknown[], T extends R>(
    fn: (this: This, ...args: Args) => T,
    options?: WrapOptions & { readonly passAttempt?: false | undefined },
  ): (this: This, ...args: Args) => T | F;
  wrapSync(fn: unknown, options?: WrapOptions): unknown {
    const plan = Policy.#planOf(this, "wrapSync");
    checkWrappable("wrapSync.fn", fn);
    const settings = readOptions("wrapSync", options);
    const wrapper = function (this: unknown, ...args: unknown[]): unknown {
      return performSync(new Call(plan, withInherited(settings), "value"), operationOf(settings, fn, this, args));
    };
    return sameSignature(fn, wrapper, settings.passAttempt ? 1 : 0);
  }

  /** What will happen, as plain JSON: every setting, defaults included. `Infinity` reads "Infinity". */
  describe(): PolicyDescription {
    return describePlan(Policy.#planOf(this, "describe"));
  }

  /** @internal */
  get [PLAN](): CallPlan {
    return this.#plan;
  }

  /**
   * The plan by which a method goes.
   *
   * @throws TypeError where the method was taken off its policy, as by `const { call } = policy`
   */
  static #planOf(policy: unknown, method: string): CallPlan {
    if (typeof policy === "object" && policy !== null && #plan in policy) return policy.#plan;
    throw detachedMethod("policy", method);
  }
}

/** What options may bring along that were made here, and no user gives. */
interface MadeHere {
  readonly [FAMILY]?: PlanFamily;
  readonly [ANSWERS]?: Gate | null;
}

function completeRetry({ retry, budget }: PolicyOptions<never, unknown>): RetrySettings | null {
  if (retry === undefined) return null;
  const settings = retry instanceof Retry ? retry.settings : toRetrySettings(retry);
  return budget === undefined ? settings : { ...settings, budget };
}

function toBreaker(breaker: PolicyOptions["circuitBreaker"], clock: Clock, random: () => number): Breaker | null {
  if (breaker === undefined || isBreaker(breaker)) return breaker ?? null;
  const inherited = { clock: breaker.clock ?? clock, random: breaker.random ?? random };
  const options = alreadyChecked({ ...breaker, ...inherited });
  return madeOf(new CircuitBreaker(options), options);
}

/** What a call goes by. */
function readCall(method: string, op: unknown, options: ExecuteOptions | undefined): CallSettings {
  checkFunction(`${method}.op`, op);
  return withInherited(readOptions(method, options));
}

/** The options of a call as they are now. */
const readOptions = (
  method: string,
  options: (ExecuteOptions & WrapOptions) | undefined,
  group: CallGroup | null = null,
): CallSettings => readCallOptions(method, options, policyTable, group);

/** Makes a function disposable: that ends the group of its calls. */
function disposable<Bound extends object>(group: CallGroup, bound: Bound): Bound {
  return Object.assign(bound, { [Symbol.dispose ?? Symbol.for("Symbol.dispose")]: () => group.end() });
}
