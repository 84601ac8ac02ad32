import type { Breaker, BreakerDecision } from "../../core/breaker/breaker.ts";
import type { CircuitState, Permit } from "../../core/breaker/circuit.ts";
import type { ErrorClass } from "../../core/failure/error-class.ts";
import { oneOf, zeroOrMore } from "../../core/option-rules.ts";
import { Decisions, type FakeOptions, fakeRules, readFake } from "./decisions.ts";

/** `"probe"` admits a call as a circuit does that is half-open. */
type BreakerWord = "admit" | "reject" | "probe";

export interface FakeCircuitBreakerOptions extends FakeOptions<BreakerWord> {
  /** What the error of a rejected call says, in milliseconds, >= 0. @default 1000 */
  readonly retryAfterMs?: number | undefined;
}

/** What a breaker was told of a call. */
export type BreakerReport =
  | { readonly kind: "success" }
  | { readonly kind: "failure"; readonly errorClass: ErrorClass }
  | { readonly kind: "cancel" };

const STATES: Readonly<Record<BreakerWord, CircuitState>> = { admit: "closed", reject: "open", probe: "half_open" };

/**
 * A circuit breaker that decides what a test says, and keeps what it was told. Calls that it rejects fail as those that a real one rejects do.
 *
 * @example
 * import { FakeCircuitBreaker } from "redress/testing";
 * const breaker = new FakeCircuitBreaker({ decisions: ["admit", "reject"], otherwise: "admit" });
 * const policy = new Policy({ circuitBreaker: breaker });
 *
 * @throws TypeError or RangeError for options that do not hold
 */
export class FakeCircuitBreaker implements Breaker {
  readonly name: string;
  /** How calls ended, in the order in which it was told. */
  readonly reports: BreakerReport[] = [];
  readonly #decisions: Decisions<BreakerWord>;
  readonly #retryAfterMs: number;
  /** Those that it has admitted, and has not been told the end of. */
  readonly #open = new Set<Permit>();
  #state: CircuitState = "closed";
  #asked = 0;

  constructor(options: FakeCircuitBreakerOptions) {
    const rules = { ...fakeRules(oneOf(["admit", "reject", "probe"])), retryAfterMs: zeroOrMore };
    const read = readFake("fakeCircuitBreaker", options, rules);
    this.name = read.name ?? "fake";
    this.#decisions = new Decisions("FakeCircuitBreaker", read);
    this.#retryAfterMs = read.retryAfterMs ?? 1_000;
  }

  /** That of the latest decision, or what it was set to. */
  get state(): CircuitState {
    return this.#state;
  }

  get retryAfterMs(): number {
    return this.#state === "open" ? this.#retryAfterMs : 0;
  }

  /** How often it was asked. */
  get asked(): number {
    return this.#asked;
  }

  /** Calls that it has admitted and that have not ended. */
  get inFlight(): number {
    return this.#open.size;
  }

  /** Opens the circuit while calls are under way: those that retry stop there. Its next decision is what it would have been. */
  open(): void {
    this.#state = "open";
  }

  allow(): BreakerDecision {
    this.#asked++;
    const word = this.#decisions.next();
    this.#state = STATES[word];
    if (word === "reject") return { admitted: false, state: this.#state, permit: null };
    const permit: Permit = { epoch: this.#asked, atMs: 0 };
    this.#open.add(permit);
    return { admitted: true, state: this.#state, permit };
  }

  recordSuccess(permit: Permit): void {
    this.#hear(permit, { kind: "success" });
  }

  recordFailure(errorClass: ErrorClass, permit: Permit): void {
    this.#hear(permit, { kind: "failure", errorClass });
  }

  recordCancel(permit: Permit): void {
    this.#hear(permit, { kind: "cancel" });
  }

  /** @throws Error where it was asked less often than it has decisions */
  assertDone(): void {
    this.#decisions.assertDone();
  }

  #hear(permit: Permit, report: BreakerReport): void {
    if (!this.#open.delete(permit))
      throw new Error(
        `FakeCircuitBreaker "${this.name}": told ${report.kind} of a call that it has not admitted, or was told of before.`,
      );
    this.reports.push(report);
  }
}
