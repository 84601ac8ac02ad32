/*
 * What a call inherits from the code around it: a deadline, a signal, and the call that the code runs inside of. Where these are found, the engine does
 * not know: `redress/scope` fills the port when it is imported. Until then nothing is asked.
 */
import type { CallerContext } from "../../core/events.ts";
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

/** What surrounds the code that runs: a scope, or an attempt which is made in one. */
export interface Surroundings {
  readonly scope: Scope;
  /** The attempt whose operation the code runs in; `null` outside of all. */
  readonly within: AttemptInfo | null;
  /** Its call; `null` outside of all. */
  readonly parent: CallerContext | null;
}

/** What knows the surroundings of the code that runs. */
export interface ScopePort {
  /** `undefined` outside of all scopes. */
  current(): Surroundings | undefined;
  /** Calls a function, so that the code in it finds itself in these surroundings. */
  run<A, B>(surroundings: Surroundings, fn: (a: A, b: B) => unknown, a: A, b: B): unknown;
}

let port: ScopePort | null = null;

export function fillScopePort(filled: ScopePort): void {
  port = filled;
}

export const scopePort = (): ScopePort | null => port;
