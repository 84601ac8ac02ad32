import type { ErrorClass } from "../core/failure/error-class.ts";
import type { Failure } from "../core/failure/outcome.ts";
import type { StopReason } from "../core/failure/stop-reason.ts";
import type { CallPlan } from "../run/call/plan.ts";
import { CircuitWatch } from "./circuit-watch.ts";
import { Histogram } from "./histogram.ts";
import { recovery } from "./recovery.ts";
import type { Series, SimulationReport } from "./report.ts";
import type { Requests } from "./requests.ts";

export const INTERVAL_MS = 1000;
/** What the reader of a report wants to know of a client. */
export interface Watched {
  readonly plan: CallPlan;
}

type Columns = { -readonly [Name in keyof Series]: Series[Name] extends readonly (infer Cell)[] ? Cell[] : Series[Name] };

/** Counts one more in the interval of an instant. */
function add(counts: number[], atMs: number): void {
  const interval = Math.floor(atMs / INTERVAL_MS);
  while (counts.length <= interval) counts.push(0);
  counts[interval] = (counts[interval] as number) + 1;
}

/** Counts what happens in one simulation, in memory that grows with the simulated time but not with the number of calls. */
export class Recorder {
  readonly circuits = new CircuitWatch();
  readonly #clients: readonly Watched[];
  readonly #requests: Requests;
  readonly #total = { started: 0, succeeded: 0, failed: 0, fellBack: 0, attempts: 0 };
  readonly #stopReasons: Partial<Record<StopReason, number>> = {};
  readonly #failures: Partial<Record<ErrorClass, number>> = {};
  readonly #succeeded = new Histogram();
  readonly #failed = new Histogram();
  readonly #columns: Columns;
  /** Of the calls that were made in each interval, those that have failed since. */
  readonly #lost: number[] = [];
  readonly #inInterval = new Histogram();
  // What the totals were when the interval began.
  #before = { started: 0, succeeded: 0, failed: 0, fellBack: 0, rejected: 0, attempts: 0, requests: 0 };

  constructor(clients: readonly Watched[], requests: Requests) {
    this.#clients = clients;
    this.#requests = requests;
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

  report(facts: Pick<SimulationReport, "scenario" | "clients" | "seed" | "durationMs" | "disturbance">): SimulationReport {
    const { disturbance, durationMs } = facts;
    // The last interval; everything that happened at its very end belongs to it.
    if (durationMs > this.#columns.atMs.length * INTERVAL_MS || this.#hasUncounted()) this.completeInterval(durationMs);
    const { started, succeeded, failed, fellBack, attempts, requests } = this.#totals();
    const ended = succeeded + failed + fellBack;
    const seconds = durationMs / 1000;
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
      ...this.circuits.report(durationMs),
      series: this.#columns,
    };
  }

  #hasUncounted(): boolean {
    const before = this.#before;
    return Object.entries(this.#totals()).some(([count, total]) => total > before[count as keyof typeof before]);
  }

  #totals() {
    return { ...this.#total, requests: this.#requests.count, rejected: this.#stopReasons.CIRCUIT_OPEN ?? 0 };
  }

  /** An interval is over: of a second, but for the last. */
  completeInterval(endMs: number): void {
    const columns = this.#columns;
    const before = this.#before;
    const now = this.#totals();
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
    if (!this.circuits.isIdle) {
      const { open, halfOpen } = this.circuits.completeInterval(columns.atMs.at(-1) ?? 0, endMs);
      columns.breakersOpen.push(open);
      columns.breakersHalfOpen.push(halfOpen);
    }
    this.#completeBudgets(columns);
  }

  #completeBudgets(columns: Columns): void {
    if (!this.#clients[0]?.plan.retry?.budget) return;
    const level = this.#clients.reduce((sum, { plan }) => sum + (plan.retry?.budget?.remaining() ?? 0), 0);
    columns.budgetLevel.push(level / this.#clients.length);
  }
}
