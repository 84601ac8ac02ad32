// What src/scope/ uses of a module that Node, Bun, Deno and Workers all have: the rest of what is published names nothing of Node's.
declare module "node:async_hooks" {
  export class AsyncLocalStorage<T> {
    getStore(): T | undefined;
    run<R, Args extends unknown[]>(store: T, callback: (...args: Args) => R, ...args: Args): R;
  }
}
