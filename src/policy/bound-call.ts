/// <reference lib="esnext.disposable" preserve="true" />
import type { AttemptInfo } from "../run/call/options.ts";

/** Calls with options that were given once. Disposing it aborts what is asleep, and every later retry or call. */
export interface BoundCall<R = unknown, F = never> extends Disposable {
  <Args extends unknown[], T extends R>(fn: (...args: Args) => T | PromiseLike<T>, ...args: Args): Promise<T | F>;
}

/** The same for synchronous functions. */
export interface BoundCallSync<R = unknown, F = never> extends Disposable {
  <Args extends unknown[], T extends R>(fn: (...args: Args) => T, ...args: Args): T | F;
}

/** A bound call whose functions get the attempt first, in front of the arguments. */
export interface BoundCallWithAttempt<R = unknown, F = never> extends Disposable {
  <Args extends unknown[], T extends R>(
    fn: (attempt: AttemptInfo, ...args: Args) => T | PromiseLike<T>,
    ...args: Args
  ): Promise<T | F>;
}

/** The same for synchronous functions. */
export interface BoundCallSyncWithAttempt<R = unknown, F = never> extends Disposable {
  <Args extends unknown[], T extends R>(fn: (attempt: AttemptInfo, ...args: Args) => T, ...args: Args): T | F;
}
