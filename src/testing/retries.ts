/* How code under test retries: not at all, or without waiting. As an option of one policy, or around a function, for every policy that is called in it. */
import { asStrategy, type BackoffContext, type Strategy } from "../core/backoff/strategy.ts";
import { aFunction, checkValue } from "../core/option-rules.ts";
import type { RetriesAround } from "../core/retry/settings.ts";
import { platformStorage } from "../run/call/platform-storage.ts";
import { fillScopePort, runWithRetries, type SurroundingsStorage } from "../run/call/scope.ts";

const ONE_ATTEMPT: { readonly maxAttempts: 1 } = /* @__PURE__ */ Object.freeze({ maxAttempts: 1 });

/**
 * Switches retries off.
 *
 * Without an argument, it gives the options of a retry that makes one attempt: `policy.with({ retry: noRetries() })`.
 *
 * With a function, it runs that function, and no call in it is retried: of any policy, made before or in it, however deep, and after whatever was awaited.
 * Each call makes its first attempt only; of a call that goes on by `resume`, the next one. A failure that would have been retried ends the call as
 * MAX_ATTEMPTS_GLOBAL, with no `progress` left, and the error is the operation's own. So a sleep handler is not asked, nothing is deferred, and the budget
 * pays for nothing. All else is as ever: classification and the stops that it leads to, breaker, limiters, timeouts, deadline, fallback, hooks. So are
 * hedges, which are attempts beside the first, and are begun too where that fails: switch them off by a policy without them. What other libraries retry by themselves is not
 * seen.
 *
 * Code that runs beside it is not touched; work that the function begins and does not wait for is. Of several inside each other, also with `instantRetries`,
 * the innermost counts.
 *
 * @returns the options; or what the function returns, at once
 * @throws TypeError for what is no function, and an Error where the platform has no asynchronous context, as in browsers: there, give the options to the policy.
 * Whatever the function throws.
 * @example
 * import { noRetries } from "redress/testing";
 *
 * const once = policy.with({ retry: noRetries() });
 * const { attempts } = await noRetries(() => policy.execute(flaky)); // 1
 */
export function noRetries(): { readonly maxAttempts: 1 };
export function noRetries<T>(fn: () => T): T;
export function noRetries<T>(...given: readonly [] | readonly [fn: () => T]): T | { readonly maxAttempts: 1 } {
  return given.length === 0 ? ONE_ATTEMPT : runWith("none", "noRetries", "policy.with({ retry: noRetries() })", given[0]);
}

/** A strategy, and what runs a function in which every strategy is one like it. */
export interface InstantRetries extends Strategy {
  (context: BackoffContext): number;
  <T>(fn: () => T): T;
}

/**
 * Takes the waiting out of retries.
 *
 * As a strategy, its delays are 0: `policy.with({ retry: { strategy: instantRetries } })`. `strategies` of single classes keep their own.
 *
 * With a function, it runs that function, and every retry in it is made at once: of any policy, made before or in it, however deep, and after whatever was awaited. No
 * strategy is asked for a delay, what a dependency asks for by `Retry-After` included, so no delay misses the deadline; a class without a strategy is still not
 * retried. Caps, budget, breaker and deadline hold as ever. A sleep handler is asked, with a delay of 0, and so is a `sleeper`. Of policies in layers one retries,
 * as where all delays are alike. Other waits stay: in the queue of a limiter, before a hedge, for an answer.
 *
 * Code that runs beside it is not touched; work that the function begins and does not wait for is. Of several inside each other, also with `noRetries`, the innermost
 * counts.
 *
 * @returns the delay; or what the function returns, at once
 * @throws TypeError for what is no function, and an Error where the platform has no asynchronous context, as in browsers: there, use it as a strategy. Whatever
 * the function throws.
 * @example
 * import { instantRetries } from "redress/testing";
 *
 * const eager = policy.with({ retry: { strategy: instantRetries } });
 * const { attempts } = await instantRetries(() => policy.execute(flaky)); // as many as without it
 */
export const instantRetries: InstantRetries = /* @__PURE__ */ asStrategy(strategyOrScope as Strategy, {
  name: "instantRetries",
  settings: {},
  readsRetryAfter: false,
  bounded: true,
}) as InstantRetries;

function strategyOrScope<T>(given: BackoffContext | (() => T)): number | T {
  if (typeof given === "object" && given !== null) return 0;
  return runWith("instant", "instantRetries", "retry: { strategy: instantRetries }", given);
}

function runWith<T>(retries: RetriesAround, owner: string, instead: string, fn: () => T): T {
  checkValue(`${owner}.fn`, fn, aFunction);
  return runWithRetries(
    fillScopePort(() => storageFor(owner, instead)),
    retries,
    fn,
  );
}

/** Asked for when it is needed, and not imported: this module is loaded in browsers too. */
function storageFor(owner: string, instead: string): SurroundingsStorage {
  const storage = platformStorage();
  if (storage !== undefined) return storage;
  throw new Error(
    `${owner}(fn) needs the platform's asynchronous context, which is not found here. Where there is node:async_hooks, import "redress/scope" before; ` +
      `anywhere, use ${instead}.`,
  );
}
