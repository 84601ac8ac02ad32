/*
 * How a part (a strategy, a budget, a circuit breaker, a classifier) says what it is: `describe()`, the doctor and the simulator read it here.
 * The key is shared between copies of this package and carries a version: whatever changes in `Part` changes the number, and a copy
 * takes a part of another version for one of the user's own rather than misreading it.
 */

/** Under this key a part says what it is. */
export const PART: unique symbol = Symbol.for("redress.part/1");

/** Which part it is, and with that what its settings are. */
type PartKind =
  | "strategy"
  | "classifier"
  | "result-classifier"
  | "rolling-budget"
  | "token-budget"
  | "retry-throttle"
  | "no-budget"
  | "circuit-breaker"
  | "limiter"
  | "sleep-handler"
  | "hedge"
  | "chaos";

/** What `describe()` tells about a strategy, budget or other part. */
export interface Description {
  readonly name: string;
  readonly settings: Readonly<Record<string, unknown>>;
}

/** What a part says of itself. */
export interface Part<Made = object, Inner = Made> extends Description {
  readonly kind: PartKind;
  /** The clock of a part that keeps time. */
  readonly clock?: object | undefined;
  /**
   * Another one with the same settings, as new, on another clock. A part without it keeps no state.
   *
   * @param standIn what takes the place of a part within it that cannot be made again
   * @param random what a part that takes chance from itself takes it from. @default the platform's
   */
  readonly another?: (clock: object, standIn: StandIn<Inner>, random?: () => number) => Made;
}

/** What takes the place of a part that cannot be made again. */
export type StandIn<Made> = (part: Made) => Made;

/** Lets a function say what part it is. A class has a getter on its prototype instead, which costs its instances nothing. */
export function asPart<Made extends object>(made: Made, part: Part<Made>): Made {
  return Object.defineProperty(made, PART, { value: part });
}

/** What a part of this package, or of another copy of it, says of itself; nothing for one of the user's own. */
export function partOf(part: object | null | undefined): Part | undefined {
  return (part as { readonly [PART]?: Part } | null | undefined)?.[PART];
}

/**
 * Another one with the same settings, as new, on another clock and, where it is given, with another source of chance. `null` for what cannot be
 * made again: a part of the user's own, and an instance of a subclass that does not say how, since the class it extends does not know what it adds.
 */
export function anotherOf<Made extends object, Inner extends object = Made>(
  made: Made,
  clock: object,
  standIn: StandIn<Inner> = (part) => part,
  random?: () => number,
): Made | null {
  const says = Object.hasOwn(made, PART) || Object.hasOwn(Object.getPrototypeOf(made), PART);
  const part = (says ? partOf(made) : undefined) as Part<Made, Inner> | undefined;
  return part?.another?.(clock, standIn, random) ?? null;
}

/** What there is to tell of a part; of one of the user's own, its name. */
export function descriptionOf(part: object): Description {
  const { name, settings = {} } = partOf(part) ?? {
    name: (typeof part === "function" ? part.name : part.constructor?.name) || "anonymous",
  };
  return { name, settings };
}
