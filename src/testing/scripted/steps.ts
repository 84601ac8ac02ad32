import { checkValue, finiteFrom, type OptionRule, refuse, requireOptions } from "../../core/option-rules.ts";
import { ANSWER, type Answer, responseOf } from "../errors/index.ts";

/** What one step does with the attempt that it is for. */
export type Doing =
  | { readonly kind: "fails" | "throws"; readonly error: () => unknown }
  | { readonly kind: "succeeds" | "returns"; readonly value: () => unknown }
  | { readonly kind: "hangs" };

interface How {
  readonly times: number;
  /** How long it takes, in milliseconds; `null` where it takes no time. */
  readonly afterMs: number | null;
  readonly heedsSignal: boolean;
}

const ONCE: How = { times: 1, afterMs: null, heedsSignal: true };
const TIMES: OptionRule = {
  text: "an integer >= 1",
  type: "number",
  ok: (value: number) => Number.isInteger(value) && value >= 1,
};

/**
 * What a scripted operation does at one attempt, or at several that follow each other. A step is never changed: its methods make another one of it.
 */
export class Step<out T> {
  /** The type of what it gives. There is no such property. */
  declare readonly gives: T;
  /** @internal */
  readonly doing: Doing;
  /** @internal */
  readonly how: How;
  readonly #text: string;

  /** @internal */
  constructor(doing: Doing, text: string, how: How = ONCE) {
    this.doing = doing;
    this.#text = text;
    this.how = how;
  }

  /**
   * For as many attempts.
   *
   * @param times an integer >= 1
   */
  times(times: number): Step<T> {
    checkValue("step.times", times, TIMES);
    return this.#with({ times });
  }

  /** For every attempt that comes: the last step of a script, which does not end then. */
  forever(): Step<T> {
    return this.#with({ times: Infinity });
  }

  /**
   * Takes time before it ends, on the clock of the script.
   *
   * @param ms in milliseconds, finite, >= 0
   */
  after(ms: number): Step<T> {
    checkValue("step.after.ms", ms, finiteFrom(0));
    const { kind } = this.doing;
    if (kind !== "fails" && kind !== "succeeds")
      refuse("step.after", "of a step that ends by a promise: fails(...) or succeeds(...)", this.toString(), TypeError);
    return this.#with({ afterMs: ms });
  }

  /** Goes on when the signal of its attempt aborts, as code does that was not given the signal: what it still gives comes late, or never. */
  ignoringSignal(): Step<T> {
    if (this.doing.kind !== "hangs" && this.how.afterMs === null)
      refuse("step.ignoringSignal", "of a step that takes time: hangs(), or one with after(ms)", this.toString(), TypeError);
    return this.#with({ heedsSignal: false });
  }

  /** As it was written: `fails(2, HTTPError).after(100)`. */
  toString(): string {
    const { times, afterMs, heedsSignal } = this.how;
    const often = times === 1 ? "" : times === Infinity ? ".forever()" : `.times(${times})`;
    return `${this.#text}${afterMs === null ? "" : `.after(${afterMs})`}${heedsSignal ? "" : ".ignoringSignal()"}${often}`;
  }

  #with(change: Partial<How>): Step<T> {
    return new Step(this.doing, this.#text, { ...this.how, ...change });
  }
}

/** A function makes what is thrown anew for each attempt. */
const maker = (thrown: unknown): (() => unknown) => (typeof thrown === "function" ? (thrown as () => unknown) : () => thrown);

function nameOf(value: unknown): string {
  if (typeof value === "function") return value.name === "" ? "() => ..." : value.name;
  if (value instanceof Error) return value.name;
  if (typeof value === "string") return JSON.stringify(value);
  return typeof value === "object" && value !== null ? (value.constructor?.name ?? "object") : String(value);
}

function failing(kind: "fails" | "throws", given: readonly unknown[]): Step<never> {
  const [times, thrown] = given.length > 1 ? given : [1, given[0]];
  if (given.length > 1) checkValue(`${kind}.times`, times, TIMES);
  if (given.length === 0) refuse(`${kind}.error`, "what is thrown, or a function that makes it", undefined, TypeError);
  const step = new Step<never>({ kind, error: maker(thrown) }, `${kind}(${nameOf(thrown)})`);
  return times === 1 ? step : step.times(times as number);
}

/**
 * Rejects.
 *
 * @param error what with: an error, which is the same one each time, or a function that makes one for each attempt
 * @example
 * import { errors, fails } from "redress/testing";
 * const step = fails(2, () => errors.http(503));
 */
export function fails(error: unknown): Step<never>;
export function fails(times: number, error: unknown): Step<never>;
export function fails(...given: readonly unknown[]): Step<never> {
  return failing("fails", given);
}

/** Throws before it has returned a promise, as a function does that is not `async`. */
export function throws(error: unknown): Step<never>;
export function throws(times: number, error: unknown): Step<never>;
export function throws(...given: readonly unknown[]): Step<never> {
  return failing("throws", given);
}

/** Resolves with the value. */
export function succeeds<T>(value: T): Step<T> {
  return new Step({ kind: "succeeds", value: () => value }, `succeeds(${nameOf(value)})`);
}

/** Returns the value as it is, at once and without a promise. Whether it counts as failed is a matter of the policy's `resultClassifier`. */
export function returns<T>(value: T): Step<T> {
  return new Step({ kind: "returns", value: () => value }, `returns(${nameOf(value)})`);
}

/** Does not end, until the signal of its attempt aborts: then it rejects with the reason, as well-behaved code does. */
export function hangs(): Step<never> {
  return new Step({ kind: "hangs" }, "hangs()");
}

/**
 * Answers as a server does, with a new `Response` each time. For `scripted.fetch`, and for every operation that gives a response.
 *
 * @param status from 200 to 599
 * @example
 * import { answers } from "redress/testing";
 * const step = answers(503, { retryAfter: 2, body: "busy" });
 */
export function answers(status: number, answer: Answer = {}): Step<Response> {
  checkValue("answers.status", status, {
    text: "an HTTP status from 200 to 599",
    type: "number",
    ok: (value: number) => Number.isInteger(value) && value >= 200 && value <= 599,
  });
  const said = requireOptions("answers", answer, { rules: ANSWER });
  return new Step({ kind: "succeeds", value: () => responseOf(status, said) }, `answers(${status})`);
}
