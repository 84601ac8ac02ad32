import type { SurroundingsStorage } from "./scope.ts";

type StorageClass = new () => SurroundingsStorage;

interface Platform {
  /** Of edge runtimes, some have it as a global. */
  readonly AsyncLocalStorage?: StorageClass;
  readonly process?: { getBuiltinModule?(name: string): { readonly AsyncLocalStorage: StorageClass } | undefined };
}

/** The platform's asynchronous context, where it can be had without an import; `undefined` where it cannot, as in browsers. */
export function platformStorage(): SurroundingsStorage | undefined {
  const { AsyncLocalStorage: ofGlobal, process } = globalThis as Platform;
  const AsyncLocalStorage = ofGlobal ?? process?.getBuiltinModule?.("node:async_hooks")?.AsyncLocalStorage;
  return AsyncLocalStorage === undefined ? undefined : new AsyncLocalStorage();
}
