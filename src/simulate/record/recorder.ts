import type { ErrorClass } from "../../core/failure/error-class.ts";
import type { Failure } from "../../core/failure/outcome.ts";
import type { StopReason } from "../../core/failure/stop-reason.ts";
import type { LimitReason } from "../../core/limit/limiter.ts";
import { limitersOf } from "../../core/limit/limiter-chain.ts";
import { partOf } from "../../core/part.ts";
import type { CallPlan } from "../../run/call/plan.ts";
import { CircuitRecorder } from "./circuit-recorder.ts";
import { HedgeRecorder } from "./hedge-recorder.ts";
import { Histogram } from "./histogram.ts";
import { countAt, IntervalSeries, type Totals } from "./interval-series.ts";
import { LimitRecorder } from "./limit-recorder.ts";
import { recovery } from "./recovery.ts";
import type { SimulationReport } from "./report.ts";

/** A client, as far as a report describes it: its budget, hedge and limiters are read at the end of each interval. */
export interface RecordedClient {
  readonly plan: CallPlan;
}

/** Counts what happens in one simulation, in memory that grows with the simulated time but not with the number of calls. */
export class Recorder {
  readonly circuits = new CircuitRecorder();
  readonly #hedges = new HedgeRecorder();
  readonly #limits = new LimitRecorder();
  readonly #clients: readonly RecordedClient[];
  readonly #requests: { readonly total: number };
  readonly #total = { started: 0, succeeded: 0, failed: 0, fellBack: 0, attempts: 0 };
  #deliveries = 0;
  readonly #stopReasons: Partial<Record<StopReason, number>> = {};
  readonly #failures: Partial<Record<ErrorClass, number>> = {};
  readonly #succeeded = new Histogram();
  readonly #failed = new Histogram();
  readonly #series = new IntervalSeries();
  /** Of the calls that were made in each interval, those that have failed since. */
  readonly #lost: number[] = [];

  constructor(clients: readonly RecordedClient[], requests: { readonly total: number }) {
    this.#clients = clients;
    this.#requests = requests;
  }

  get calls(): number {
    return this.#total.started;
  }

  /** All clients have been made. */
  begin(): void {
    for (const { plan } of this.#clients) {
      if (plan.hedge !== null) this.#hedges.add(plan.hedge);
      for (const limiter of plan.limiter === null ? [] : limitersOf(plan.limiter)) this.#limits.add(limiter);
    }
  }

  started(): void {
    this.#total.started++;
  }

  /** A client has begun a call, or gone on with one. */
  delivered(): void {
    this.#deliveries++;
  }

  /** A client has begun an attempt. */
  attemptStarted(): void {
    this.#total.attempts++;
  }

  attemptFailed(errorClass: ErrorClass): void {
    this.#failures[errorClass] = (this.#failures[errorClass] ?? 0) + 1;
  }

  succeeded(startMs: number, elapsedMs: number): void {
    this.#total.succeeded++;
    this.#succeeded.add(elapsedMs);
    this.#series.succeeded(startMs, elapsedMs);
  }

  failed({ stopReason }: Failure, startMs: number, elapsedMs: number, fellBack: boolean): void {
    countAt(this.#lost, startMs);
    this.#stopReasons[stopReason] = (this.#stopReasons[stopReason] ?? 0) + 1;
    if (fellBack) {
      this.#total.fellBack++;
    } else {
      this.#total.failed++;
      this.#failed.add(elapsedMs);
    }
  }

  /** A client has begun an attempt while an earlier one of the call is in flight. */
  hedged(): void {
    this.#hedges.started();
  }

  hedgeWon(): void {
    this.#hedges.won();
  }

  /** An attempt was cut short, because another one of its call has won or ended it. */
  attemptCut(): void {
    this.#hedges.cut();
  }

  /** A limiter turned a call away. */
  limited(limiter: string, reason: LimitReason): void {
    this.#limits.limited(limiter, reason);
  }

  /** A call waits for its limiter from now on. */
  queued(): void {
    this.#limits.queued();
  }

  /** It waits no more: it was admitted, turned away or cut short. */
  waited(ms: number): void {
    this.#limits.waited(ms);
  }

  /** Completes an interval: a second, but for the last one. */
  completeInterval(endMs: number): void {
    this.#series.complete(this.#totals(), {
      circuits: this.circuits.isIdle ? null : this.circuits.completeInterval(this.#series.beginMs, endMs),
      budgetLevel: this.#budgetLevel(),
    });
    this.#hedges.completeInterval();
    this.#limits.completeInterval();
  }

  report(facts: Pick<SimulationReport, "scenario" | "clients" | "seed" | "durationMs" | "disturbance">): SimulationReport {
    const { disturbance, durationMs } = facts;
    const series = this.#series;
    // The last interval; everything that happened at its very end belongs to it.
    if (durationMs > series.beginMs || series.isBehind(this.#totals()) || this.#hedges.isBehind)
      this.completeInterval(durationMs);
    const { started, succeeded, failed, fellBack, attempts, requests } = this.#totals();
    const ended = succeeded + failed + fellBack;
    const seconds = durationMs / 1000;
    return {
      ...facts,
      calls: { started, succeeded, failed, fellBack, unfinished: started - ended },
      deliveries: this.#deliveries,
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
        : recovery(series.columns, this.#lost, disturbance, durationMs)),
      ...this.circuits.report(durationMs),
      hedges: this.#hedges.report(),
      ...this.#limits.report(),
      series: { ...series.columns, ...this.#hedges.columns, ...this.#limits.columns },
    };
  }

  #totals(): Totals {
    return { ...this.#total, requests: this.#requests.total, rejected: this.#stopReasons.CIRCUIT_OPEN ?? 0 };
  }

  /** What is left in the clients' budgets, on average; `null` without budgets, and where they are `unlimited`. */
  #budgetLevel(): number | null {
    const clients = this.#clients;
    const budget = clients[0]?.plan.retry?.budget;
    if (budget === undefined || partOf(budget)?.kind === "no-budget") return null;
    return clients.reduce((sum, { plan }) => sum + (plan.retry?.budget.remaining() ?? 0), 0) / clients.length;
  }
}
