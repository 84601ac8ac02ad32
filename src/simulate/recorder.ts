import type { CircuitState } from "../core/breaker/circuit.ts";
import type { ErrorClass } from "../core/failure/error-class.ts";
import type { Failure } from "../core/failure/outcome.ts";
import type { StopReason } from "../core/failure/stop-reason.ts";
import type { CallPlan } from "../run/plan.ts";
import { Histogram } from "./histogram.ts";
import { recovery } from "./recovery.ts";
import type { BreakerChange, Series, SimulationReport } from "./report.ts";

const INTERVAL_MS = 1000;
/** A circuit without a recovery time may change with every call. */
const MOST_CHANGES = 10_000;

/** What the reader of a report wants to know of a client. */
export interface Watched {
  readonly plan: CallPlan;
}

type Columns = { -readonly [Name in keyof Series]: Series[Name] extends readonly (infer Cell)[] ? Cell[] : Series[Name] };

/** Counts what happens in one simulation, in memory that grows with the simulated time but not with the number of calls. */
export class Recorder {
  readonly #clients: readonly Watched[];
  readonly #total = { started: 0, succeeded: 0, failed: 0, fellBack: 0 };
  readonly #stopReasons: Partial<Record<StopReason, number>> = {};
  readonly #failures: Partial<Record<ErrorClass, number>> = {};
  readonly #changes: BreakerChange[] = [];
  #openings = 0;
  readonly #succeeded = new Histogram();
  readonly #failed = new Histogram();
  /** Attempts of each layer of services, the clients' own first. */
  readonly #attempts: number[];
  readonly #columns: Columns;
  readonly #inInterval = new Histogram();
  // What the totals were when the interval began.
  #before = { started: 0, succeeded: 0, failed: 0, fellBack: 0, rejected: 0, attempts: 0, requests: 0 };

  /** @param layers services that stand between the clients and the last dependency */
  constructor(clients: readonly Watched[], layers: number) {
    this.#clients = clients;
    this.#attempts = new Array(layers + 1).fill(0);
    this.#columns = {
      intervalMs: INTERVAL_MS,
      atMs: [],
      offered: [],
      attempts: [],
      requests: [],
      succeeded: [],
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

  attempt(layer: number): void {
    this.#attempts[layer] = (this.#attempts[layer] as number) + 1;
  }

  attemptFailed(errorClass: ErrorClass): void {
    this.#failures[errorClass] = (this.#failures[errorClass] ?? 0) + 1;
  }

  succeeded(elapsedMs: number): void {
    this.#total.succeeded++;
    this.#succeeded.add(elapsedMs);
    this.#inInterval.add(elapsedMs);
  }

  failed({ stopReason }: Failure, elapsedMs: number, fellBack: boolean): void {
    this.#stopReasons[stopReason] = (this.#stopReasons[stopReason] ?? 0) + 1;
    if (fellBack) {
      this.#total.fellBack++;
    } else {
      this.#total.failed++;
      this.#failed.add(elapsedMs);
    }
  }

  breakerChanged(atMs: number, client: number, breaker: string, from: CircuitState, to: CircuitState): void {
    if (to === "open") this.#openings++;
    if (this.#changes.length < MOST_CHANGES) this.#changes.push({ atMs, client, breaker, from, to });
  }

  /** Time moves on: completes the intervals that end by then. */
  onward(toMs: number): void {
    while (toMs >= (this.#columns.atMs.length + 1) * INTERVAL_MS) this.#completeInterval();
  }

  report(facts: Pick<SimulationReport, "scenario" | "clients" | "seed" | "durationMs" | "disturbance">): SimulationReport {
    this.onward(facts.durationMs);
    // What is left of a last interval that was cut short; everything that happened at its very end belongs to it.
    const rest = facts.durationMs % INTERVAL_MS > 0 || this.#hasUncounted();
    if (rest) this.#completeInterval();
    const { disturbance } = facts;
    const { started, succeeded, failed, fellBack } = this.#total;
    const ended = succeeded + failed + fellBack;
    const seconds = facts.durationMs / 1000;
    const requests = this.#attempts.at(-1) ?? 0;
    return {
      ...facts,
      calls: { started, succeeded, failed, fellBack, unfinished: started - ended },
      attempts: this.#attempts[0] ?? 0,
      requests,
      amplification: started === 0 ? 0 : requests / started,
      successRatio: ended === 0 ? 1 : succeeded / ended,
      offeredPerSecond: seconds === 0 ? 0 : started / seconds,
      goodputPerSecond: seconds === 0 ? 0 : succeeded / seconds,
      latencyMs: { succeeded: this.#succeeded.summary(), failed: this.#failed.summary() },
      stopReasons: this.#stopReasons,
      failures: this.#failures,
      ...(disturbance === null ? { recoveredAtMs: null, timeToRecoverMs: null } : recovery(this.#columns, disturbance)),
      breakerOpenings: this.#openings,
      breakerChanges: this.#changes,
      series: this.#columns,
    };
  }

  #hasUncounted(): boolean {
    const { started, succeeded, failed, fellBack } = this.#total;
    const before = this.#before;
    return (
      started + succeeded + failed + fellBack > before.started + before.succeeded + before.failed + before.fellBack ||
      (this.#attempts[0] ?? 0) > before.attempts
    );
  }

  #completeInterval(): void {
    const columns = this.#columns;
    const before = this.#before;
    const { started, succeeded, failed, fellBack } = this.#total;
    const now = {
      started,
      succeeded,
      failed,
      fellBack,
      rejected: this.#stopReasons.CIRCUIT_OPEN ?? 0,
      attempts: this.#attempts[0] ?? 0,
      requests: this.#attempts.at(-1) ?? 0,
    };
    this.#before = now;
    columns.atMs.push(columns.atMs.length * INTERVAL_MS);
    columns.offered.push(now.started - before.started);
    columns.attempts.push(now.attempts - before.attempts);
    columns.requests.push(now.requests - before.requests);
    columns.succeeded.push(now.succeeded - before.succeeded);
    columns.failed.push(now.failed - before.failed);
    columns.rejected.push(now.rejected - before.rejected);
    columns.fellBack.push(now.fellBack - before.fellBack);
    columns.inFlight.push(started - succeeded - failed - fellBack);
    columns.p50Ms.push(this.#inInterval.quantile(0.5));
    columns.p99Ms.push(this.#inInterval.quantile(0.99));
    this.#inInterval.clear();
    this.#look(columns);
  }

  /** The states of circuits and budgets. */
  #look(columns: Columns): void {
    let [open, halfOpen, level] = [0, 0, 0];
    for (const { plan } of this.#clients) {
      if (plan.breaker?.state === "open") open++;
      if (plan.breaker?.state === "half_open") halfOpen++;
      level += plan.retry?.budget?.remaining() ?? 0;
    }
    const first = this.#clients[0]?.plan;
    if (first?.breaker) {
      columns.breakersOpen.push(open);
      columns.breakersHalfOpen.push(halfOpen);
    }
    if (first?.retry?.budget) columns.budgetLevel.push(level / this.#clients.length);
  }
}
