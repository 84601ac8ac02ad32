import { isPlain } from "../../core/is-object.ts";
import { checkOptions, type OptionRule, objectWith, refuse } from "../../core/option-rules.ts";
import { reasonOf } from "../../run/time/abort-reason.ts";
import type { Clock } from "../../run/time/clock.ts";
import { Script, type ScriptedAttempt, signalIn } from "./script.ts";
import { answers, Step } from "./steps.ts";

/** What of a script can be seen, and asserted. */
export interface ScriptRecord {
  /** How often it was called. */
  readonly calls: number;
  /** Each of its calls, in the order in which they began. */
  readonly attempts: readonly ScriptedAttempt[];
  /**
   * Throws where the script was not done as it stands, naming the steps that were not reached. A step that goes on forever is reached when it was taken once.
   *
   * @throws Error
   */
  assertDone(): void;
  /** Begins anew: no call was made, and the first step comes next. */
  reset(): void;
}

/** An operation that does at each attempt what its script says. It is a function: give it to a policy, or call it yourself. */
export type ScriptedOperation<T> = ((...args: readonly unknown[]) => Promise<T>) & ScriptRecord;

/** The same for a synchronous call. */
export type ScriptedSyncOperation<T> = ((...args: readonly unknown[]) => T) & ScriptRecord;

export interface ScriptOptions {
  /** What the steps with `after` wait on: mostly the clock of the policy. @default none: such steps are refused */
  readonly clock?: Clock | undefined;
  /** What its messages call it. @default "scripted" */
  readonly name?: string | undefined;
}

const OPTIONS: Readonly<Record<keyof ScriptOptions, OptionRule>> = {
  clock: objectWith("a clock", ["now", "sleep"]),
  name: { text: "a non-empty string", type: "string", ok: (value: string) => value !== "" },
};

type Given<S> = readonly [] | readonly [ScriptOptions, ...S[]] | readonly S[];

/** Reads the options, where the first of what is given is no step, and the steps. */
function readScript(
  owner: string,
  given: readonly unknown[],
): { readonly options: ScriptOptions; readonly steps: readonly Step<unknown>[] } {
  const [first, ...rest] = given;
  const hasOptions = isPlain(first);
  const options = hasOptions ? checkOptions(owner, first as ScriptOptions, OPTIONS) : {};
  const steps = hasOptions ? rest : given;
  if (steps.length === 0) refuse(`${owner}.steps`, "at least one step", undefined, TypeError);
  steps.forEach((step, index) => {
    const at = `${owner}.steps[${index}]`;
    if (!(step instanceof Step)) refuse(at, "a step, such as fails(error), succeeds(value) or hangs()", step, TypeError);
    if (step.how.times === Infinity && index < steps.length - 1)
      refuse(at, "the last step, because it goes on forever", String(step), RangeError);
    if (step.how.afterMs !== null && options.clock === undefined)
      refuse(at, `without after(ms), or ${owner} must have a clock: ${owner}({ clock }, ...)`, String(step), TypeError);
  });
  return { options, steps: steps as readonly Step<unknown>[] };
}

/** Makes a function that takes the steps, and shows what has become of them. */
function recording<F extends (...args: readonly unknown[]) => unknown>(script: Script, operation: F): F & ScriptRecord {
  return Object.defineProperties(operation, {
    calls: { get: () => script.attempts.length },
    attempts: { get: () => script.attempts },
    assertDone: {
      value: () => {
        const why = script.whyNotDone();
        if (why !== null) throw new Error(why);
      },
    },
    reset: { value: () => script.reset() },
  }) as F & ScriptRecord;
}

/** A promise that ends with the signal, and never otherwise. */
function untilAborted(signal: AbortSignal | undefined): Promise<never> {
  return new Promise((_resolve, reject) => {
    if (signal?.aborted === true) reject(reasonOf(signal));
    else signal?.addEventListener("abort", () => reject(reasonOf(signal)), { once: true });
  });
}

/** Does what a step says. */
async function perform({ doing, how }: Step<unknown>, args: readonly unknown[], clock: Clock | undefined): Promise<unknown> {
  const signal = how.heedsSignal && (doing.kind === "hangs" || how.afterMs !== null) ? signalIn(args) : undefined;
  if (doing.kind === "hangs") return untilAborted(signal);
  if (how.afterMs !== null) await clock?.sleep(how.afterMs, signal);
  if ("error" in doing) throw doing.error();
  return doing.value();
}

/** What an asynchronous operation of a script does when it is called. Not an `async` function: some steps throw, or return, at once. */
function operationOf(script: Script, clock: Clock | undefined): ((...args: readonly unknown[]) => unknown) & ScriptRecord {
  return recording(script, (...args) => {
    let step: Step<unknown>;
    try {
      step = script.take(args);
    } catch (error) {
      return Promise.reject(error);
    }
    const { doing } = step;
    if (doing.kind === "throws") throw doing.error();
    return doing.kind === "returns" ? doing.value() : perform(step, args, clock);
  });
}

type ValueOf<S> = S extends Step<infer T> ? T : never;

interface Operations {
  <S extends readonly Step<unknown>[]>(...steps: S): ScriptedOperation<ValueOf<S[number]>>;
  <S extends readonly Step<unknown>[]>(options: ScriptOptions, ...steps: S): ScriptedOperation<ValueOf<S[number]>>;
}

interface SyncOperations {
  <S extends readonly Step<unknown>[]>(...steps: S): ScriptedSyncOperation<ValueOf<S[number]>>;
  <S extends readonly Step<unknown>[]>(options: ScriptOptions, ...steps: S): ScriptedSyncOperation<ValueOf<S[number]>>;
}

interface Fetches {
  (...steps: readonly FetchStep[]): ScriptedFetch;
  (options: ScriptOptions, ...steps: readonly FetchStep[]): ScriptedFetch;
}

export interface Scripted extends Operations {
  /**
   * The same for `callSync`: `fails` throws, `succeeds` returns.
   *
   * @throws TypeError for a step that takes time: a thread that waits cannot be woken
   */
  readonly sync: SyncOperations;
  /**
   * A `fetch` whose answers are real ones, each a new `Response`: `scripted.fetch(503, fails(errors.fetch("ECONNRESET")), answers(200, { body: { id: 7 } }))`. A status
   * stands for an answer that has no more than it.
   */
  readonly fetch: Fetches;
}

function scriptedOperation(...given: Given<Step<unknown>>): ScriptedOperation<unknown> {
  const { options, steps } = readScript("scripted", given);
  return operationOf(new Script(options.name ?? "scripted", steps), options.clock) as ScriptedOperation<unknown>;
}

function scriptedSync(...given: Given<Step<unknown>>): ScriptedSyncOperation<unknown> {
  const { options, steps } = readScript("scripted.sync", given);
  steps.forEach((step, index) => {
    if (step.doing.kind === "hangs" || step.how.afterMs !== null)
      refuse(
        `scripted.sync.steps[${index}]`,
        "a step that takes no time, because a thread that waits cannot be woken",
        String(step),
        TypeError,
      );
  });
  const script = new Script(options.name ?? "scripted.sync", steps);
  return recording(script, (...args) => {
    const { doing } = script.take(args);
    if ("error" in doing) throw doing.error();
    return "value" in doing ? doing.value() : undefined;
  });
}

/** A `fetch` of a script. */
export type ScriptedFetch = ((input: string | URL | Request, init?: RequestInit) => Promise<Response>) & ScriptRecord;

/** A status stands for an answer that has no more than it. */
type FetchStep = number | Step<Response>;

function fetchOf(...given: readonly (ScriptOptions | FetchStep)[]): ScriptedFetch {
  const named = given.map((step) => (typeof step === "number" ? answers(step) : step));
  const { options, steps } = readScript("scripted.fetch", named);
  return operationOf(new Script(options.name ?? "scripted.fetch", steps), options.clock) as unknown as ScriptedFetch;
}

/**
 * An operation for tests that does at each attempt what the next step says: it fails, hangs, takes its time, succeeds. Attempts take the steps in the order in which
 * they begin. When the last step is used up, a further call throws an `AbortRetryError`, which no policy retries and no breaker counts: a test whose policy calls more
 * often than it was meant to fails, and says so.
 *
 * A step that hangs, or takes time, ends with the signal that it is called with: of the attempt, of the options of a fetch, or as it is. Called without one, it hangs for good.
 *
 * @example
 * import { errors, fails, scripted, succeeds } from "redress/testing";
 * const load = scripted(fails(2, () => errors.http(503)), succeeds("value"));
 * const value = await new Policy({ retry: { strategy: constant(1) } }).call(load);
 * load.assertDone();
 *
 * @throws TypeError or RangeError for what is no step, or a step that the script cannot have
 */
export const scripted: Scripted = Object.assign(scriptedOperation as Operations, {
  sync: scriptedSync as SyncOperations,
  fetch: fetchOf as Fetches,
});
