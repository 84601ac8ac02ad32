/*
 * Where the scope and the attempt of the code that runs are kept: in the platform's asynchronous context. When the port of the engine is filled, every call
 * knows what it is made in.
 */
import { AsyncLocalStorage } from "node:async_hooks";
import { fillScopePort, type Surroundings } from "../run/call/scope.ts";
import type { OpenScope } from "./open-scope.ts";

/** An attempt surrounds its operation itself: nothing is made for it. */
const storage = new AsyncLocalStorage<Surroundings | undefined>();

export const surroundings = (): Surroundings | undefined => storage.getStore();

export const runOutside = <T>(fn: () => T): T => storage.run(undefined, fn);

/** Runs a function in a scope, and within the attempt that it is opened in. */
export function runIn<T>(around: Surroundings & { readonly scope: OpenScope }, fn: () => T): T {
  return storage.run(around, fn);
}

export function fillPort(): void {
  fillScopePort({ current: surroundings, run: (around, fn, a, b) => storage.run(around, fn, a, b) });
}
