import { TransientError } from "redress";

/** An operation that fails this often, and then answers. */
export function failing<T>(
  times: number,
  value: T,
  error: () => unknown = () => new TransientError(),
): (() => T) & { readonly calls: number } {
  let calls = 0;
  const operation = (): T => {
    if (++calls <= times) throw error();
    return value;
  };
  return Object.defineProperty(operation, "calls", { get: () => calls }) as typeof operation & { readonly calls: number };
}
