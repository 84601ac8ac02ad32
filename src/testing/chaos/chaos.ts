/*
 * Fault injection. Each invocation that it may disturb takes the next place of a sequence, and what happens there depends on the seed and the place
 * alone: whether there is a fault, which one, and how long it is.
 */

import { AbortRetryError } from "../../core/failure/verdicts.ts";
import {
  aFunction,
  arrayOf,
  type OptionRule,
  objectWith,
  ratioOrZero,
  refuse,
  requireOptions,
  text,
  trueOrFalse,
} from "../../core/option-rules.ts";
import { PART, type Part } from "../../core/part.ts";
import type { Chaos, ChaosPlace } from "../../run/call/chaos.ts";
import { isThenable } from "../../run/call/isolation.ts";
import type { AttemptInfo, Operation } from "../../run/call/options.ts";
import { warn } from "../../run/call/warning.ts";
import { reasonOf } from "../../run/time/abort-reason.ts";
import { type Clock, systemClock } from "../../run/time/clock.ts";
import { type ChaosFault, describeFault, errorOf, type FaultKind, faultRule, kindOfFault, latencyOf } from "./faults.ts";
import { chanceAt } from "./seeded.ts";

/** The attempt that a fault may befall. */
export interface ChaosAttempt {
  /** 1 for the first; always 1 outside of a policy. */
  readonly attempt: number;
  readonly hedge: boolean;
  /** The name of the operation in telemetry, where the policy or the call has one. */
  readonly operation: string | undefined;
}

export interface ChaosOptions {
  /** The share of the attempts that a fault befalls, from 0 to 1. */
  readonly rate: number;
  /** What may happen to them: one of these, chosen by weight. At least one. */
  readonly faults: readonly ChaosFault[];
  /** Whether it does anything. This or `enabledByEnv` must be given. */
  readonly enabled?: boolean | undefined;
  /**
   * The name of an environment variable that switches it on: where it is `1`, `true`, `on` or `yes` when this is constructed. It is off where the variable is missing, empty, `0`,
   * `false`, `off` or `no`; any other value is a RangeError.
   */
  readonly enabledByEnv?: string | undefined;
  /** An integer: the same seed makes the same decisions, in the order in which attempts begin. @default a new one, which the warning and `describe()` tell */
  readonly seed?: number | undefined;
  /** Which attempts it may befall. The others take no place in the sequence of decisions. It must answer at once, with true or false. @default all */
  readonly when?: ((attempt: ChaosAttempt) => boolean) | undefined;
  /** Where latencies pass of what `operation`, `operationSync` and `fetch` wrap; a policy's pass on its own clock. @default the system's */
  readonly clock?: Clock | undefined;
}

/** What has happened so far. */
export interface ChaosStats {
  /** Attempts that came by while it was on, those that `when` left alone too. */
  readonly attempts: number;
  /** Faults that have befallen them. */
  readonly injected: number;
  readonly errors: number;
  readonly latencies: number;
  readonly hangs: number;
  /** Results that were changed, or made up. */
  readonly results: number;
}

const anInteger: OptionRule = { text: "an integer", type: "number", ok: Number.isSafeInteger };

const RULES: Readonly<Record<keyof ChaosOptions, OptionRule>> = {
  rate: ratioOrZero,
  faults: arrayOf("an array of faults", faultRule),
  enabled: trueOrFalse,
  enabledByEnv: text,
  seed: anInteger,
  when: aFunction,
  clock: objectWith("a clock", ["now", "sleep"]),
};

const STAT: Readonly<Record<FaultKind, "errors" | "latencies" | "hangs" | "results">> = {
  error: "errors",
  latencyMs: "latencies",
  hang: "hangs",
  instead: "results",
  change: "results",
};

/** What happens at one place of the sequence: nothing, or a fault, and how long it is where that is drawn. */
interface Happening {
  readonly fault: ChaosFault;
  readonly chance: number;
}

/** What an operation outside of a policy is invoked for. */
function attemptIn(args: readonly unknown[]): AttemptInfo {
  const info = args.find((arg) => typeof arg === "object" && arg !== null && "attempt" in arg && "signal" in arg);
  if (info !== undefined) return info as AttemptInfo;
  const holder = args.find((arg) => arg instanceof AbortSignal || (typeof arg === "object" && arg !== null && "signal" in arg));
  const signal = holder instanceof AbortSignal ? holder : (holder as { readonly signal?: unknown } | undefined)?.signal;
  return {
    attempt: 1,
    hedge: false,
    // Nobody aborts an operation that is called without one.
    signal: signal instanceof AbortSignal ? signal : new AbortController().signal,
    remainingMs: Infinity,
    answerBegins: () => true,
  };
}

/** Makes attempts fail. Made by `chaos(options)`. */
export interface ChaosMonkey extends Chaos {
  readonly enabled: boolean;
  readonly seed: number;
  /** What has happened so far: a copy. */
  readonly stats: ChaosStats;
  /** An operation that is disturbed like that of a policy, with the same parameters. It gives a promise. */
  operation<A extends readonly unknown[], T>(operation: (...args: A) => T | PromiseLike<T>): (...args: A) => Promise<T>;
  /** The same for one that returns its value. A hang is an error there, and a latency blocks the thread. */
  operationSync<A extends readonly unknown[], T>(operation: (...args: A) => T): (...args: A) => T;
  /** A `fetch` that is disturbed. Results that are made up must be a `Response`. */
  fetch<F extends (input: never, init?: never) => Promise<Response>>(fetch: F): F;
}

class Injection implements ChaosMonkey {
  readonly enabled: boolean;
  readonly seed: number;
  readonly #options: ChaosOptions;
  readonly #totalWeight: number;
  readonly #counts = { attempts: 0, injected: 0, errors: 0, latencies: 0, hangs: 0, results: 0 };
  #place = 0;

  constructor(options: ChaosOptions, enabled: boolean) {
    this.#options = options;
    this.enabled = enabled;
    this.seed = options.seed ?? Math.floor(Math.random() * 2 ** 31);
    this.#totalWeight = options.faults.reduce((sum, { weight = 1 }) => sum + weight, 0);
    if (enabled)
      warn(
        "REDRESS_CHAOS",
        `chaos is switched on: it makes ${options.rate * 100} % of the attempts fail that it may befall. It must not be on in production.`,
        JSON.stringify(this[PART].settings),
      );
  }

  get [PART](): Part<Injection> {
    const { rate, faults } = this.#options;
    const settings = { enabled: this.enabled, rate, seed: this.seed, faults: faults.map(describeFault) };
    return { kind: "chaos", name: "chaos", settings };
  }

  get stats(): ChaosStats {
    return { ...this.#counts };
  }

  operation<A extends readonly unknown[], T>(operation: (...args: A) => T | PromiseLike<T>): (...args: A) => Promise<T> {
    const { clock = systemClock } = this.#options;
    return async (...args) => (await this.invoke(() => operation(...args), attemptIn(args), { clock, blocks: false })) as T;
  }

  operationSync<A extends readonly unknown[], T>(operation: (...args: A) => T): (...args: A) => T {
    const { clock = systemClock } = this.#options;
    return (...args) => this.invoke(() => operation(...args), attemptIn(args), { clock, blocks: true }) as T;
  }

  fetch<F extends (input: never, init?: never) => Promise<Response>>(fetch: F): F {
    return this.operation(fetch as unknown as (...args: readonly unknown[]) => Promise<Response>) as unknown as F;
  }

  /** Part of `Chaos`: for policies. */
  invoke(operation: Operation, attempt: AttemptInfo, place: ChaosPlace): unknown {
    const happening = this.enabled ? this.#next(attempt) : null;
    if (happening === null) return operation(attempt);
    const { fault, chance } = happening;
    this.#counts.injected++;
    this.#counts[STAT[kindOfFault(fault) as FaultKind]]++;
    if ("latencyMs" in fault) return late(latencyOf(fault, chance), operation, attempt, place);
    if ("hang" in fault) return hang(attempt, place);
    if ("instead" in fault) return fault.instead();
    if ("change" in fault) return after(operation(attempt), fault.change as (result: unknown) => unknown);
    const fail = (): never => {
      throw errorOf(fault);
    };
    return fault.afterRun === true ? after(operation(attempt), fail) : fail();
  }

  #next({ attempt, hedge, operation }: AttemptInfo): Happening | null {
    const { rate, faults, when } = this.#options;
    this.#counts.attempts++;
    if (when !== undefined) {
      const answer: unknown = when({ attempt, hedge, operation });
      if (typeof answer !== "boolean") refuse("chaos.when", "a function that answers true or false at once", answer, TypeError);
      if (!answer) return null;
    }
    // Three places for each decision, used or not: none of them moves another.
    const at = 3 * this.#place++;
    if (chanceAt(this.seed, at) >= rate) return null;
    return { fault: byWeight(faults, chanceAt(this.seed, at + 1) * this.#totalWeight), chance: chanceAt(this.seed, at + 2) };
  }
}

/** The fault at a mark on the line on which all of them lie, each as long as its weight. */
function byWeight(faults: readonly ChaosFault[], mark: number): ChaosFault {
  let end = 0;
  for (const fault of faults) {
    end += fault.weight ?? 1;
    if (mark < end) return fault;
  }
  // Where sums are rounded.
  return faults.at(-1) as ChaosFault;
}

/** What comes after the operation: at once, or when its promise has resolved. */
function after(value: unknown, then: (result: unknown) => unknown): unknown {
  return isThenable(value) ? Promise.resolve(value).then(then) : then(value);
}

/** Runs the operation after a while, unless its attempt is cut short before. */
function late(ms: number, operation: Operation, attempt: AttemptInfo, { clock, blocks }: ChaosPlace): unknown {
  if (!blocks) return clock.sleep(ms, attempt.signal).then(() => operation(attempt));
  (clock.sleepSync ?? systemClock.sleepSync)?.call(clock, ms);
  return operation(attempt);
}

/** Does not end before the signal does. */
function hang({ signal }: AttemptInfo, { blocks }: ChaosPlace): Promise<never> {
  if (blocks)
    throw new AbortRetryError(
      "chaos: a hang has befallen a synchronous call, which nothing could end: leave { hang: true } out of chaos.faults there.",
    );
  return new Promise((_resolve, reject) => {
    if (signal.aborted) reject(reasonOf(signal));
    else signal.addEventListener("abort", () => reject(reasonOf(signal)), { once: true });
  });
}

const ON = ["1", "true", "on", "yes"];
const OFF = ["", "0", "false", "off", "no"];

function isOn({ enabled, enabledByEnv }: ChaosOptions): boolean {
  if ((enabled === undefined) === (enabledByEnv === undefined))
    refuse(
      "chaos.enabled",
      "true or false, or chaos.enabledByEnv the name of an environment variable: one of the two",
      enabled,
      TypeError,
    );
  if (enabledByEnv === undefined) return enabled === true;
  const { process } = globalThis as { readonly process?: { readonly env?: Readonly<Record<string, string | undefined>> } };
  const value = process?.env?.[enabledByEnv] ?? "";
  const word = value.trim().toLowerCase();
  if (!ON.includes(word) && !OFF.includes(word))
    refuse(
      `chaos.enabledByEnv: the variable ${enabledByEnv}`,
      `one of ${[...ON, ...OFF.slice(1)].join(", ")}, or empty`,
      value,
      RangeError,
    );
  return ON.includes(word);
}

/**
 * Fault injection for staging and tests: some attempts fail, take longer, hang, or give a wrong result. Give it to a policy as `chaos`, or let it wrap an operation or a fetch.
 *
 * It does nothing unless it was switched on, and is loud then: it warns when it is constructed (`REDRESS_CHAOS`), every error that it makes says so (`injectedBy: "chaos"`, and
 * the end of its stack), and `isChaos(error)` tells it.
 *
 * @example
 * import { chaos, errors } from "redress/testing";
 * const monkey = chaos({
 *   rate: 0.2,
 *   faults: [{ error: () => errors.http(503), weight: 3 }, { latencyMs: 100, upToMs: 2_000 }, { hang: true }],
 *   enabledByEnv: "CHAOS",
 *   seed: 7,
 * });
 * const policy = new Policy({ retry: { attemptTimeoutMs: 1_000 }, chaos: monkey });
 *
 * @throws TypeError or RangeError for options that do not hold, and where neither `enabled` nor `enabledByEnv` is given
 */
export function chaos(options: ChaosOptions): ChaosMonkey {
  const read = requireOptions("chaos", options, { rules: RULES, required: ["rate", "faults"] });
  if (read.faults.length === 0) refuse("chaos.faults", "at least one fault", read.faults, RangeError);
  return new Injection({ ...read, faults: read.faults.map((fault) => ({ ...fault })) }, isOn(read));
}
