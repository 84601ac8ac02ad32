/*
 * A script: which step is whose. Attempts take the steps in the order in which they begin, also where several are in flight at once.
 */
import { AbortRetryError } from "../../core/failure/verdicts.ts";
import type { Step } from "./steps.ts";

/** One invocation of a scripted operation. */
export interface ScriptedAttempt {
  /** Its number in its call, 1 for the first; `undefined` where the operation was called without an attempt, as a plain function is. */
  readonly attempt: number | undefined;
  /** Whether it was started beside another one. */
  readonly hedge: boolean;
  /** What it did: `succeeds("value")`. */
  readonly step: string;
  /** Whether it was cut short: its signal has aborted. */
  readonly aborted: boolean;
  /** What its signal has aborted with: an `AttemptTimeoutError`, a `DeadlineExceededError`, the caller's reason. `undefined` while it has not. */
  readonly abortReason: unknown;
  /** What the operation was called with. */
  readonly args: readonly unknown[];
}

/** What a policy hands to an operation, as far as a script reads it. */
interface Info {
  readonly attempt: number;
  readonly hedge?: boolean;
  readonly signal: AbortSignal;
}

/** An attempt of a policy. Its signal is not read here: an operation that does not look at it shall not be taken for one that does. */
function infoIn(args: readonly unknown[]): Info | undefined {
  return args.find(
    (arg): arg is Info =>
      typeof arg === "object" && arg !== null && "attempt" in arg && typeof arg.attempt === "number" && "signal" in arg,
  );
}

/** The signal among what an operation was called with: of its attempt, of the options of a fetch, or as it is. */
export function signalIn(args: readonly unknown[]): AbortSignal | undefined {
  const isSignal = (value: unknown): value is AbortSignal => value instanceof AbortSignal;
  for (const arg of args) {
    if (isSignal(arg)) return arg;
    const held: unknown = typeof arg === "object" && arg !== null && "signal" in arg ? arg.signal : undefined;
    if (isSignal(held)) return held;
  }
  return undefined;
}

class Invocation implements ScriptedAttempt {
  readonly step: string;
  readonly args: readonly unknown[];
  readonly #info: Info | undefined;

  constructor(args: readonly unknown[], step: string) {
    this.args = args;
    this.step = step;
    this.#info = infoIn(args);
  }

  get attempt(): number | undefined {
    return this.#info?.attempt;
  }

  get hedge(): boolean {
    return this.#info?.hedge === true;
  }

  get aborted(): boolean {
    return signalIn(this.args)?.aborted === true;
  }

  get abortReason(): unknown {
    const signal = signalIn(this.args);
    return signal?.aborted === true ? signal.reason : undefined;
  }
}

/** What is left of the steps, and what has become of those that were taken. */
export class Script {
  readonly attempts: ScriptedAttempt[] = [];
  readonly #owner: string;
  readonly #steps: readonly Step<unknown>[];
  /** The step that comes next, and how often it was taken. */
  #at = 0;
  #taken = 0;
  #beyond = 0;

  constructor(owner: string, steps: readonly Step<unknown>[]) {
    this.#owner = owner;
    this.#steps = steps;
  }

  /**
   * The step of an attempt that begins now.
   *
   * @throws AbortRetryError where none is left: it ends the call at once, whatever the policy would retry
   */
  take(args: readonly unknown[]): Step<unknown> {
    const step = this.#steps[this.#at];
    if (step === undefined) {
      this.#beyond++;
      this.attempts.push(new Invocation(args, "nothing is left"));
      throw new AbortRetryError(
        `${this.#owner}: called ${this.#calls(this.attempts.length)}, but its script is used up (${this.#steps.join(", ")}): ` +
          "add a step, or end the script with one that goes on, such as succeeds(value).forever().",
      );
    }
    this.attempts.push(new Invocation(args, String(step)));
    if (++this.#taken >= step.how.times) {
      this.#at++;
      this.#taken = 0;
    }
    return step;
  }

  /** Forgets what has happened, and begins anew. */
  reset(): void {
    this.attempts.length = 0;
    this.#at = this.#taken = this.#beyond = 0;
  }

  /** What was not reached, and how often it was called beyond its end; `null` where the script was done as it stands. */
  whyNotDone(): string | null {
    if (this.#beyond > 0)
      return `${this.#owner}: its script (${this.#steps.join(", ")}) was used up, and it was called ${this.#calls(this.#beyond)} more.`;
    const left = this.#steps
      .slice(this.#at)
      .filter((step, index) => !(index === 0 && this.#taken > 0 && step.how.times === Infinity));
    if (left.length === 0) return null;
    const begun = this.#taken > 0 ? ` (the first of them was, ${this.#calls(this.#taken)})` : "";
    return `${this.#owner}: called ${this.#calls(this.attempts.length)}, so ${left.join(", ")} was not reached${begun}.`;
  }

  #calls(times: number): string {
    return times === 1 ? "once" : `${times} times`;
  }
}
