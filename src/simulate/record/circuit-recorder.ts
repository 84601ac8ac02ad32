import type { Breaker } from "../../core/breaker/breaker.ts";
import type { CircuitState } from "../../core/breaker/circuit.ts";
import type { BreakerChange, SimulationReport } from "./report.ts";

/** The changes that a report lists: a circuit without a recovery time may change with every call. */
const MOST_CHANGES = 10_000;

/** Records the circuits of the clients: which client's circuit changed when, and how long the circuits stay in their states. */
export class CircuitRecorder {
  readonly #circuits = new Map<Breaker, { state: CircuitState }>();
  readonly #changes: BreakerChange[] = [];
  #openings = 0;
  /** How many circuits are in each state, and since when. */
  readonly #in: Record<CircuitState, number> = { closed: 0, open: 0, half_open: 0 };
  #sinceMs = 0;
  /** The time that all circuits together have spent in each state in this interval, and open since the beginning. */
  readonly #spentMs: Record<CircuitState, number> = { closed: 0, open: 0, half_open: 0 };
  #openMs = 0;

  get isIdle(): boolean {
    return this.#circuits.size === 0;
  }

  /** Records a circuit from now on, once for all clients that share it. */
  add(breaker: Breaker): void {
    if (this.#circuits.has(breaker)) return;
    this.#circuits.set(breaker, { state: "closed" });
    this.#in.closed++;
  }

  changed(atMs: number, client: number, breaker: Breaker, to: CircuitState): void {
    const circuit = this.#circuits.get(breaker);
    if (circuit === undefined) return;
    const from = circuit.state;
    this.#addTimeUntil(atMs);
    this.#in[from]--;
    this.#in[to]++;
    circuit.state = to;
    if (to === "open") this.#openings++;
    if (this.#changes.length < MOST_CHANGES) this.#changes.push({ atMs, client, breaker: breaker.name, from, to });
  }

  /** How many circuits were open and half-open in an interval, on average over it. */
  completeInterval(beginMs: number, endMs: number): { readonly open: number; readonly halfOpen: number } {
    this.#addTimeUntil(endMs);
    const lengthMs = endMs - beginMs;
    const { open, half_open: halfOpen } = this.#spentMs;
    for (const state of ["closed", "open", "half_open"] as const) this.#spentMs[state] = 0;
    // An interval without a length has only the states at its instant.
    return lengthMs > 0
      ? { open: open / lengthMs, halfOpen: halfOpen / lengthMs }
      : { open: this.#in.open, halfOpen: this.#in.half_open };
  }

  report(durationMs: number): Pick<SimulationReport, "circuits" | "breakerOpenings" | "breakerOpenRatio" | "breakerChanges"> {
    const circuits = this.#circuits.size;
    return {
      circuits,
      breakerOpenings: this.#openings,
      breakerOpenRatio: circuits === 0 ? null : durationMs === 0 ? 0 : this.#openMs / circuits / durationMs,
      breakerChanges: this.#changes,
    };
  }

  #addTimeUntil(nowMs: number): void {
    const passedMs = nowMs - this.#sinceMs;
    this.#sinceMs = nowMs;
    this.#openMs += this.#in.open * passedMs;
    this.#spentMs.open += this.#in.open * passedMs;
    this.#spentMs.half_open += this.#in.half_open * passedMs;
  }
}
