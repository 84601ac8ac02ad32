/*
 * What is counted on both sides of the library: what the callers did and got, what the operations did, and what the hooks were told. When no call is under way, the
 * sides must agree to the last one.
 */
import type { CallContext, CallEnd, Hooks, Outcome } from "redress";

/** What an operation gives: it goes to the caller or to `discard`, once. */
export class Value {
  isGiven = false;
  /** Whether the result classifier is to take it for a success. */
  readonly isGood: boolean;

  constructor(isGood: boolean) {
    this.isGood = isGood;
  }
}

/** Both sides of one count: what each of them is, and how many. */
type Account = readonly [what: string, count: number, otherwise: string, other: number];

export class Ledger {
  /** Calls that callers made, and those that have settled. */
  begun = 0;
  settled = 0;
  /** Attempts by the outcomes. */
  attempts = 0;
  /** Operations invoked, and the values that they gave. */
  invoked = 0;
  made = 0;
  taken = 0;
  discarded = 0;
  /** Values that somebody was given after somebody had been given them already. */
  givenTwice = 0;
  callsTold = 0;
  endsTold = 0;
  attemptsTold = 0;
  attemptEndsTold = 0;
  /** Attempts that were told of and not made: an abort or the deadline came while the hooks ran. */
  barred = 0;
  /** Hooks of the soak itself that threw. */
  hookErrors = 0;
  /** What operations still have under way that nobody waits for any more. */
  late = 0;
  /** How calls ended: `value`, `fallback`, or the stop reason. */
  readonly endings = new Map<string, number>();

  /** How many attempts were told of each call that has begun and not ended. */
  readonly #open = new Map<CallContext, number>();

  /** For every policy: they count, and keep nothing of a call that has ended. */
  readonly hooks: Hooks = {
    onCallStart: (call) => {
      this.callsTold += 1;
      this.#open.set(call, call.resumed?.attempts ?? 0);
    },
    onCallEnd: (call, end: CallEnd) => {
      this.endsTold += 1;
      const told = this.#open.get(call) ?? Number.NaN;
      this.#open.delete(call);
      if (!end.ok && end.stopReason === null) this.hookErrors += 1;
      if (told !== end.attempts) this.#bar(told - end.attempts, end);
    },
    onAttemptStart: ({ call }) => {
      this.attemptsTold += 1;
      this.#open.set(call, (this.#open.get(call) ?? Number.NaN) + 1);
    },
    onAttemptEnd: () => {
      this.attemptEndsTold += 1;
    },
  };

  /** A value that an operation gives. */
  value(isGood = true): Value {
    this.made += 1;
    return new Value(isGood);
  }

  /** What `discard` is. */
  readonly discard = (value: unknown): void => {
    if (value instanceof Value) this.#give(value, "discarded");
  };

  /** A call has settled with this outcome. */
  settle(outcome: Outcome<unknown>, attemptsBefore = 0): void {
    this.settled += 1;
    this.attempts += outcome.attempts - attemptsBefore;
    const ending = outcome.ok ? (outcome.fellBack ? "fallback" : "value") : outcome.stopReason;
    this.endings.set(ending, (this.endings.get(ending) ?? 0) + 1);
    this.take(outcome.ok ? outcome.value : outcome.lastResult);
  }

  /** A caller, or a fallback, has been given this. */
  take(value: unknown): void {
    if (value instanceof Value) this.#give(value, "taken");
  }

  #bar(attempts: number, end: CallEnd): void {
    const mayBe = !end.ok && (end.stopReason === "ABORTED" || end.stopReason === "DEADLINE_EXCEEDED");
    if (attempts === 1 && mayBe) this.barred += 1;
  }

  #give(value: Value, to: "taken" | "discarded"): void {
    if (value.isGiven) this.givenTwice += 1;
    value.isGiven = true;
    this[to] += 1;
  }

  /** What does not agree, now that no call is under way. */
  imbalances(): string[] {
    const accounts: readonly Account[] = [
      ["calls begun", this.begun, "calls settled", this.settled],
      ["calls begun", this.begun, "calls told by onCallStart", this.callsTold],
      ["calls begun", this.begun, "calls told by onCallEnd", this.endsTold],
      ["operations invoked, or kept from it", this.invoked + this.barred, "attempts told by onAttemptStart", this.attemptsTold],
      ["operations invoked, or kept from it", this.invoked + this.barred, "attempts told by onAttemptEnd", this.attemptEndsTold],
      ["calls that hooks know to be open", this.#open.size, "allowed", 0],
      ["operations invoked", this.invoked, "attempts by the outcomes", this.attempts],
      ["values given by operations", this.made, "values that a caller or discard got", this.taken + this.discarded],
      ["values given to two", this.givenTwice, "allowed", 0],
      ["hooks that failed, or calls that a mistake ended", this.hookErrors, "allowed", 0],
      ["operations under way", this.late, "allowed", 0],
    ];
    return accounts
      .filter(([, count, , other]) => count !== other)
      .map(([what, count, otherwise, other]) => `${count} ${what}, ${other} ${otherwise}`);
  }
}
