/*
 * What a call inherits from the code around it: a deadline, a signal, the call that the code runs inside of, and what that code makes of retries. Where these
 * are found, the engine does not know: `redress/scope`, or `redress/testing` where it is asked to, fills the port. Until then nothing is asked.
 */
import type { CallerContext } from "../../core/events.ts";
import type { RetriesAround } from "../../core/retry/settings.ts";
import type { AttemptInfo } from "./options.ts";

/** What surrounds the code that makes a call. */
export interface Scope {
  /** What it was opened for has ended, well or not: calls that begin now, in work that goes on nevertheless, inherit nothing. */
  readonly isOver: boolean;
  /** Milliseconds left to its deadline, at the moment of asking; 0 where that has passed, Infinity where it has none. */
  readonly remainingMs: number;
  /** What it was given to abort by: calls count its deadline themselves. */
  readonly givenSignal: AbortSignal | undefined;
}

/** What surrounds the code that runs: a scope, an attempt which is made in one, or only what becomes of retries. */
export interface Surroundings {
  /** `null` outside of all scopes. */
  readonly scope: Scope | null;
  /** What the code around makes of retries; `null` for what each policy says. */
  readonly retries: RetriesAround | null;
  /** The attempt whose operation the code runs in; `null` outside of all. */
  readonly within: AttemptInfo | null;
  /** Its call; `null` outside of all. */
  readonly parent: CallerContext | null;
}

/** What knows the surroundings of the code that runs. */
export interface ScopePort {
  /** `undefined` where there are none. */
  current(): Surroundings | undefined;
  /** Calls a function, so that the code in it finds itself in these surroundings. */
  run<A, B>(surroundings: Surroundings, fn: (a: A, b: B) => unknown, a: A, b: B): unknown;
  /** The same for a function of the user's, which gets no arguments. */
  enter<T>(surroundings: Surroundings | undefined, fn: () => T): T;
}

/** Where the platform keeps them: its `AsyncLocalStorage`. */
export interface SurroundingsStorage {
  getStore(): Surroundings | undefined;
  run<T, Args extends unknown[]>(surroundings: Surroundings | undefined, fn: (...args: Args) => T, ...args: Args): T;
}

let port: ScopePort | null = null;

/** Fills the port, unless somebody else has: whoever needs it shares the one storage. */
export function fillScopePort(makeStorage: () => SurroundingsStorage): ScopePort {
  if (port !== null) return port;
  const storage = makeStorage();
  port = {
    current: () => storage.getStore(),
    run: (around, fn, a, b) => storage.run(around, fn, a, b),
    enter: (around, fn) => storage.run(around, fn),
  };
  return port;
}

export const scopePort = (): ScopePort | null => port;

/** Calls a function where its calls do with their retries what is said here. Scope and attempt stay what they are. */
export function runWithRetries<T>(into: ScopePort, retries: RetriesAround, fn: () => T): T {
  const { scope = null, within = null, parent = null } = into.current() ?? {};
  return into.enter({ scope, retries, within, parent }, fn);
}
