import type { Breaker } from "../core/breaker/breaker.ts";
import type { CircuitState } from "../core/breaker/circuit.ts";
import type { ErrorClass } from "../core/failure/error-class.ts";
import type { Failure } from "../core/failure/outcome.ts";
import type { StopReason } from "../core/failure/stop-reason.ts";
import type { CallPlan } from "../run/plan.ts";
import { Histogram } from "./histogram.ts";
import { recovery } from "./recovery.ts";
import type { BreakerChange, Series, SimulationReport } from "./report.ts";
import type { Witness } from "./universe.ts";

export const INTERVAL_MS = 1000;
/** A circuit without a recovery time may change with every call. */
const MOST_CHANGES = 10_000;

/** What the reader of a report wants to know of a client. */
export interface Watched {
  readonly plan: CallPlan;
}

/** The state of a circuit, as far as it was heard of. */
export interface WatchedCircuit {
  readonly state: CircuitState;
}

type Columns = { -readonly [Name in keyof Series]: Series[Name] extends readonly (infer Cell)[] ? Cell[] : Series[Name] };

/** Counts one more in the interval of an instant. */
function add(counts: number[], atMs: number): void {
  const interval = Math.floor(atMs / INTERVAL_MS);
  while (counts.length <= interval) counts.push(0);
  counts[interval] = (counts[interval] as number) + 1;
}

/** Counts what happens in one simulation, in memory that grows with the simulated time but not with the number of calls. */
export class Recorder implements Witness {
  readonly #clients: readonly Watched[];
  readonly #total = { started: 0, succeeded: 0, failed: 0, fellBack: 0, attempts: 0, requests: 0 };
  readonly #stopReasons: Partial<Record<StopReason, number>> = {};
  readonly #failures: Partial<Record<ErrorClass, number>> = {};
  readonly #changes: BreakerChange[] = [];
  readonly #circuits = new Map<Breaker, { state: CircuitState }>();
  #openings = 0;
  /** Circuits in these states, since when, and what that came to in the interval before: in milliseconds of circuits. */
  readonly #now = { open: 0, half_open: 0, closed: 0 };
  #sinceMs = 0;
  readonly #spentMs = { open: 0, half_open: 0 };
  #openMs = 0;
  readonly #succeeded = new Histogram();
  readonly #failed = new Histogram();
  readonly #columns: Columns;
  /** Of the calls that were made in each interval, those that have failed since. */
  readonly #lost: number[] = [];
  readonly #inInterval = new Histogram();
  // What the totals were when the interval began.
  #before = { started: 0, succeeded: 0, failed: 0, fellBack: 0, rejected: 0, attempts: 0, requests: 0 };

  constructor(clients: readonly Watched[]) {
    this.#clients = clients;
    this.#columns = {
      intervalMs: INTERVAL_MS,
      atMs: [],
      offered: [],
      attempts: [],
      requests: [],
      succeeded: [],
      served: [],
      failed: [],
      rejected: [],
      fellBack: [],
      inFlight: [],
      p50Ms: [],
      p99Ms: [],
      breakersOpen: [],
      breakersHalfOpen: [],
      budgetLevel: [],
    };
  }

  get calls(): number {
    return this.#total.started;
  }

  started(): void {
    this.#total.started++;
  }

  /** A client has made an attempt. */
  attempted(): void {
    this.#total.attempts++;
  }

  requested(): void {
    this.#total.requests++;
  }

  attemptFailed(errorClass: ErrorClass): void {
    this.#failures[errorClass] = (this.#failures[errorClass] ?? 0) + 1;
  }

  succeeded(startMs: number, elapsedMs: number): void {
    this.#total.succeeded++;
    this.#succeeded.add(elapsedMs);
    this.#inInterval.add(elapsedMs);
    add(this.#columns.served, startMs);
  }

  failed({ stopReason }: Failure, startMs: number, elapsedMs: number, fellBack: boolean): void {
    add(this.#lost, startMs);
    this.#stopReasons[stopReason] = (this.#stopReasons[stopReason] ?? 0) + 1;
    if (fellBack) {
      this.#total.fellBack++;
    } else {
      this.#total.failed++;
      this.#failed.add(elapsedMs);
    }
  }

  /** What is known of a circuit: one and the same for all clients that share it. */
  circuitOf(breaker: Breaker): WatchedCircuit {
    const known = this.#circuits.get(breaker) ?? { state: "closed" };
    if (!this.#circuits.has(breaker)) this.#now.closed++;
    this.#circuits.set(breaker, known);
    return known;
  }

  breakerChanged(atMs: number, client: number, breaker: Breaker, to: CircuitState): void {
    const circuit = this.#circuits.get(breaker);
    if (circuit === undefined) return;
    const from = circuit.state;
    this.#spend(atMs);
    this.#now[from]--;
    this.#now[to]++;
    circuit.state = to;
    if (to === "open") this.#openings++;
    if (this.#changes.length < MOST_CHANGES) this.#changes.push({ atMs, client, breaker: breaker.name, from, to });
  }

  /** An interval is over. */
  tick(nowMs: number): void {
    this.#completeInterval(nowMs);
  }

  report(facts: Pick<SimulationReport, "scenario" | "clients" | "seed" | "durationMs" | "disturbance">): SimulationReport {
    // The last interval; everything that happened at its very end belongs to it.
    if (facts.durationMs > this.#columns.atMs.length * INTERVAL_MS || this.#hasUncounted())
      this.#completeInterval(facts.durationMs);
    const { disturbance, durationMs } = facts;
    const { started, succeeded, failed, fellBack, attempts, requests } = this.#total;
    const ended = succeeded + failed + fellBack;
    const seconds = durationMs / 1000;
    const circuits = this.#circuits.size;
    return {
      ...facts,
      calls: { started, succeeded, failed, fellBack, unfinished: started - ended },
      attempts,
      requests,
      amplification: started === 0 ? 0 : requests / started,
      successRatio: ended === 0 ? null : succeeded / ended,
      offeredPerSecond: seconds === 0 ? 0 : started / seconds,
      goodputPerSecond: seconds === 0 ? 0 : succeeded / seconds,
      latencyMs: { succeeded: this.#succeeded.summary(), failed: this.#failed.summary() },
      stopReasons: this.#stopReasons,
      failures: this.#failures,
      ...(disturbance === null
        ? { recoveredAtMs: null, timeToRecoverMs: null }
        : recovery(this.#columns, this.#lost, disturbance, durationMs)),
      circuits,
      breakerOpenings: this.#openings,
      breakerOpenRatio: circuits === 0 ? null : durationMs === 0 ? 0 : this.#openMs / circuits / durationMs,
      breakerChanges: this.#changes,
      series: this.#columns,
    };
  }

  #hasUncounted(): boolean {
    const before = this.#before;
    return Object.entries(this.#total).some(([count, total]) => total > before[count as keyof typeof before]);
  }

  #completeInterval(endMs: number): void {
    const columns = this.#columns;
    const before = this.#before;
    const now = { ...this.#total, rejected: this.#stopReasons.CIRCUIT_OPEN ?? 0 };
    this.#before = now;
    columns.atMs.push(columns.atMs.length * INTERVAL_MS);
    columns.offered.push(now.started - before.started);
    columns.attempts.push(now.attempts - before.attempts);
    columns.requests.push(now.requests - before.requests);
    columns.succeeded.push(now.succeeded - before.succeeded);
    if (columns.served.length < columns.atMs.length) columns.served.push(0);
    columns.failed.push(now.failed - before.failed);
    columns.rejected.push(now.rejected - before.rejected);
    columns.fellBack.push(now.fellBack - before.fellBack);
    columns.inFlight.push(now.started - now.succeeded - now.failed - now.fellBack);
    columns.p50Ms.push(this.#inInterval.quantile(0.5));
    columns.p99Ms.push(this.#inInterval.quantile(0.99));
    this.#inInterval.clear();
    this.#completeCircuits(columns, endMs);
    this.#completeBudgets(columns);
  }

  #completeCircuits(columns: Columns, endMs: number): void {
    if (this.#circuits.size === 0) return;
    this.#spend(endMs);
    const lengthMs = endMs - (columns.atMs.at(-1) ?? 0);
    const { open, half_open } = this.#spentMs;
    columns.breakersOpen.push(lengthMs > 0 ? open / lengthMs : this.#now.open);
    columns.breakersHalfOpen.push(lengthMs > 0 ? half_open / lengthMs : this.#now.half_open);
    this.#spentMs.open = this.#spentMs.half_open = 0;
  }

  /** Adds up the time that circuits have spent in their states until now. */
  #spend(nowMs: number): void {
    const passedMs = nowMs - this.#sinceMs;
    this.#sinceMs = nowMs;
    this.#spentMs.open += this.#now.open * passedMs;
    this.#spentMs.half_open += this.#now.half_open * passedMs;
    this.#openMs += this.#now.open * passedMs;
  }

  #completeBudgets(columns: Columns): void {
    if (!this.#clients[0]?.plan.retry?.budget) return;
    const level = this.#clients.reduce((sum, { plan }) => sum + (plan.retry?.budget?.remaining() ?? 0), 0);
    columns.budgetLevel.push(level / this.#clients.length);
  }
}
