/* What a simulation returns. Plain JSON, which a program, a page and a terminal can all read. */
import type { CircuitState } from "../../core/breaker/circuit.ts";
import type { ErrorClass } from "../../core/failure/error-class.ts";
import type { StopReason } from "../../core/failure/stop-reason.ts";
import type { LimitReason } from "../../core/limit/limiter.ts";
import type { Series } from "./series.ts";

/** How long the calls of one kind took, or waited, in milliseconds, to within one per cent; `null` where there was no such call. */
export interface LatencySummary {
  readonly count: number;
  readonly mean: number | null;
  readonly p50: number | null;
  readonly p90: number | null;
  readonly p99: number | null;
  readonly p999: number | null;
  readonly max: number | null;
}

/** A period of simulated time, in milliseconds from the beginning. */
export interface Stretch {
  readonly fromMs: number;
  readonly toMs: number;
}

/** A circuit has changed its state. */
export interface BreakerChange {
  readonly atMs: number;
  /** The client that has the circuit, or, of a shared circuit, the client that found it changed. Clients count from 0. */
  readonly client: number;
  readonly breaker: string;
  readonly from: CircuitState;
  readonly to: CircuitState;
}

/** What became of hedges: attempts that were started while an earlier one of their call was in flight. */
export interface HedgeCounts {
  readonly started: number;
  /** Hedges that succeeded before the attempts that they were started beside. */
  readonly won: number;
  /** Hedges that were due, but that the load, the budget or a limiter did not allow. */
  readonly refused: number;
  /** Attempts that were cut short, because another attempt of their call had won or ended it. */
  readonly cut: number;
}

/** Calls that a limiter turned away for one reason. */
export interface LimitedCalls {
  /** The name of the limiter, which the limiters of all clients share. */
  readonly limiter: string;
  readonly reason: LimitReason;
  readonly count: number;
}

/** What happened to the calls under one policy. */
export interface SimulationReport {
  readonly scenario: string;
  readonly clients: number;
  readonly seed: number;
  /** The time that was simulated, in milliseconds. */
  readonly durationMs: number;
  readonly calls: {
    readonly started: number;
    readonly succeeded: number;
    /** Ended without a value. */
    readonly failed: number;
    /** Failed, but a fallback gave a value. Not among the succeeded, nor among the failed. */
    readonly fellBack: number;
    /** Still under way at the end. */
    readonly unfinished: number;
  };
  /** How often calls were begun: once each, and again by every redelivery where the scenario has a queue. */
  readonly deliveries: number;
  readonly attempts: number;
  /** Requests to the dependency, or, behind other services, to the last one. */
  readonly requests: number;
  /** Requests per call. */
  readonly amplification: number;
  /** Of the calls that ended, the share that succeeded; `null` where none ended. */
  readonly successRatio: number | null;
  readonly offeredPerSecond: number;
  /** Calls per second that succeeded. */
  readonly goodputPerSecond: number;
  readonly latencyMs: { readonly succeeded: LatencySummary; readonly failed: LatencySummary };
  /** Why calls did not succeed. Calls that ended with a fallback's value are included. */
  readonly stopReasons: Readonly<Partial<Record<StopReason, number>>>;
  /** The classes of failed attempts. */
  readonly failures: Readonly<Partial<Record<ErrorClass, number>>>;
  /** When the scenario disturbs the dependency; `null` where it does so all the time, or never. */
  readonly disturbance: Stretch | null;
  /**
   * The beginning of the first interval after the disturbance from which on, for five seconds, 92 % of the calls that are made succeed;
   * `null` where there was no disturbance, or that held all the time, or never again.
   */
  readonly recoveredAtMs: number | null;
  /** From the end of the disturbance to the recovery; 0 where the success ratio never fell; `null` without a disturbance, or without a recovery. */
  readonly timeToRecoverMs: number | null;
  /** Circuits of the clients: one each, unless they share one. 0 without a breaker. */
  readonly circuits: number;
  /** How often circuits have opened: the sum over all circuits. */
  readonly breakerOpenings: number;
  /** The share of the time in which a circuit was open, on average over the circuits; `null` without a breaker. */
  readonly breakerOpenRatio: number | null;
  /** The changes of the circuits' states, in order: the first 10,000. */
  readonly breakerChanges: readonly BreakerChange[];
  /** `null` without a hedge. */
  readonly hedges: HedgeCounts | null;
  /** Calls that limiters turned away: the first 50 limiters and reasons, and the calls of all the others together. */
  readonly limited: readonly LimitedCalls[];
  /** How long calls waited in the queues of limiters, however the waiting ended. */
  readonly waitedMs: LatencySummary;
  readonly series: Series;
}
