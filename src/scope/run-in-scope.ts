import type { CallerContext } from "../core/events.ts";
import { type OptionRule, type OptionTable, objectWith, requireOptions } from "../core/option-rules.ts";
import type { AttemptInfo } from "../run/call/options.ts";
import { type Clock, systemClock } from "../run/time/clock.ts";
import { type CurrentScope, OpenScope } from "./open-scope.ts";
import { runIn, runOutside, surroundings } from "./storage.ts";

/** What a scope gives to the calls in it. Inside of another scope, the sooner deadline counts, and both signals do. */
export interface ScopeOptions {
  /** Bounds every call in it, in milliseconds from now. What is not above 0 has passed: then no call begins. @default Infinity */
  readonly deadlineMs?: number | undefined;
  /** The same as an instant, in milliseconds since the epoch, as of `Date.now()`. @default Infinity */
  readonly deadlineAtMs?: number | undefined;
  /** Aborts every call in it. */
  readonly signal?: AbortSignal | undefined;
  /**
   * What the scope is about, such as the route of a request: a low-cardinality name, or a function that gives it when it is asked for. To the hooks of the
   * calls in it, the scope is a call around them, of this name.
   */
  readonly operation?: string | (() => string | undefined) | undefined;
  /**
   * When it settles, the scope is over: for a function that has returned before what it began has ended, such as one with callbacks.
   * @default the promise that the function returns; where it returns none, the scope is never over
   */
  readonly until?: PromiseLike<unknown> | undefined;
  /** What `deadlineMs` is counted on, for tests. @default the platform's clock */
  readonly clock?: Clock | undefined;
}

const aNumber: OptionRule = {
  text: "a number of milliseconds, or Infinity",
  type: "number",
  ok: (value: number) => !Number.isNaN(value),
};

const table: OptionTable<keyof ScopeOptions> = {
  rules: {
    deadlineMs: aNumber,
    deadlineAtMs: aNumber,
    signal: objectWith("an AbortSignal", ["addEventListener"]),
    operation: {
      text: "a non-empty string, or a function",
      type: "",
      ok: (value: unknown) => typeof value === "function" || (typeof value === "string" && value !== ""),
    },
    until: objectWith("a promise", ["then"]),
    clock: objectWith("a Clock with the methods now, sleep and alarm", ["now", "sleep", "alarm"]),
  },
};

/**
 * Runs a function in a scope. Every call of a policy that is made in it, however deep and after whatever was awaited, ends by the deadline of the scope
 * where that is sooner than its own (`deadlineOf: "scope"` in its outcome), and aborts with its signal.
 *
 * The scope is over when the promise that the function returns has settled: what begins later, such as a call of a timer that was set in it, is bounded no
 * more. Only one that was aborted stays so.
 *
 * @returns what the function returns
 * @throws TypeError or RangeError for a wrong or unknown option, an Error where the platform has no asynchronous context, as in browsers, and whatever the function throws
 * @example
 * import { runInScope } from "redress/scope";
 *
 * const order = await runInScope({ deadlineMs: 800 }, () => loadOrder("7"));
 */
export function runInScope<T>(options: ScopeOptions, fn: () => T): T {
  const {
    operation,
    until,
    deadlineMs = Infinity,
    deadlineAtMs = Infinity,
    signal,
    clock = systemClock,
  } = requireOptions("runInScope", options, table);
  if (typeof fn !== "function") throw new TypeError(`runInScope.fn must be a function, got ${typeof fn}.`);
  const leftMs = Math.max(0, Math.min(deadlineMs, deadlineAtMs === Infinity ? Infinity : deadlineAtMs - Date.now()));
  const { scope: outer = null, retries = null, within = null, parent = null } = surroundings() ?? {};
  const scope = new OpenScope(outer?.isOver === false ? (outer as OpenScope) : null, { leftMs, signal, clock });
  const given = runIn({ scope, retries, within, parent: operation === undefined ? parent : contextOf(operation, parent) }, fn);
  // Of others than the platform's own promises, `then` may begin the work.
  const ending = until ?? (given instanceof Promise ? given : undefined);
  const end = (): void => scope.end();
  ending?.then(end, end);
  return given;
}

/** A route is known after its scope has been opened: it is asked for as late as can be. */
function contextOf(operation: string | (() => string | undefined), parent: CallerContext | null): CallerContext {
  if (typeof operation === "string") return Object.freeze({ operation, parent });
  return Object.freeze({
    get operation() {
      return operation() ?? null;
    },
    parent,
  });
}

/**
 * Runs a function outside of all scopes and calls: for work that goes on when the request that began it is over, such as filling a cache.
 *
 * @returns what the function returns
 */
export function runOutsideScopes<T>(fn: () => T): T {
  return runOutside(fn);
}

/** The scope that the code runs in; `undefined` outside of all, and where it is over. */
export function currentScope(): CurrentScope | undefined {
  const scope = surroundings()?.scope as OpenScope | null | undefined;
  return scope?.isOver === false ? scope : undefined;
}

/**
 * The attempt whose operation the code runs in, with its signal: of calls that are made in a scope, such as that of a request. `undefined` outside of all, also in a
 * call that is made in no scope, whose operation is given its attempt as ever: keeping track of those would cost every call.
 *
 * @example
 * import { currentAttempt, runInScope } from "redress/scope";
 *
 * const find = async (id: string) => fetchUser(id, { signal: currentAttempt()?.signal ?? AbortSignal.timeout(1_000) });
 * const user = await runInScope({ deadlineMs: 800 }, () => policy.call(() => find("7")));
 */
export function currentAttempt(): AttemptInfo | undefined {
  return surroundings()?.within ?? undefined;
}
