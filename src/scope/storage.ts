/*
 * Where the scope and the attempt of the code that runs are kept: in the platform's asynchronous context, behind the port of the engine. When that is filled,
 * every call knows what it is made in. `index.ts` fills it when it is loaded; `browser.ts` leaves that to the first scope.
 */
import { platformStorage } from "../run/call/platform-storage.ts";
import { fillScopePort, type Surroundings, type SurroundingsStorage, scopePort } from "../run/call/scope.ts";
import type { OpenScope } from "./open-scope.ts";

/** An attempt surrounds its operation itself: nothing is made for it. */
export const surroundings = (): Surroundings | undefined => scopePort()?.current();

/** Runs a function outside of all scopes and attempts. What becomes of retries there, a test has said for all that runs in it. */
export function runOutside<T>(fn: () => T): T {
  const port = scopePort();
  // Then nothing has opened a scope yet.
  if (port === null) return fn();
  const retries = port.current()?.retries ?? null;
  const around = retries === null ? undefined : { scope: null, retries, within: null, parent: null };
  return port.enter(around, fn);
}

/** Runs a function in a scope, and within the attempt that it is opened in. */
export function runIn<T>(around: Surroundings & { readonly scope: OpenScope }, fn: () => T): T {
  return fillScopePort(foundStorage).enter(around, fn);
}

function foundStorage(): SurroundingsStorage {
  const storage = platformStorage();
  if (storage !== undefined) return storage;
  throw new Error(
    "runInScope needs the platform's asynchronous context (AsyncLocalStorage), which is not found here: browsers have none. There, give each call what bounds it, as in " +
      'policy.call(fn, { deadlineMs, signal }). Where there is node:async_hooks, let the bundler resolve redress/scope without the condition "browser".',
  );
}
