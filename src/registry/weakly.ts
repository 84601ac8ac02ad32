/**
 * Holds an object without keeping it alive: the function returns it while it lives. Where the platform has no `WeakRef`, such as Workers with a
 * compatibility date before 2025-05-05, it is kept.
 */
export const weakly = <Held extends object>(held: Held): (() => Held | undefined) =>
  typeof WeakRef === "undefined" ? strongly(held) : derefOf(new WeakRef(held));

// Functions of their own: closures that are made in one function share all that any of them captures.
const strongly =
  <Held extends object>(held: Held) =>
  (): Held =>
    held;
const derefOf =
  <Held extends object>(reference: WeakRef<Held>) =>
  (): Held | undefined =>
    reference.deref();
