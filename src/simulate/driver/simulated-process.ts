import type { ErrorClass } from "../../core/failure/error-class.ts";
import type { LimitReason } from "../../core/limit/limiter.ts";
import type { GateWatcher } from "../../run/call/gate.ts";
import type { CallPlan } from "../../run/call/plan.ts";
import type { Service } from "./dependency.ts";
import type { SimulatedEvent } from "./event-queue.ts";

/** Hears of the hedges of calls and of their limiters. */
export interface SecondaryEvents {
  /** A hedge was started. */
  hedged(): void;
  /** An attempt was cut, because another one has won or ended the call. */
  attemptCut(): void;
  /** A hedge has won. */
  hedgeWon(): void;
  limited(limiter: string, reason: LimitReason): void;
  /** A call waits for its limiter from now on. */
  queued(): void;
  /** It waits no more. */
  waited(ms: number): void;
}

/** A process that makes calls under a policy, and is told what becomes of them: a client, or a layer. */
export interface SimulatedProcess extends GateWatcher {
  readonly plan: CallPlan;
  /** What its operations call. */
  readonly service: Service;
  /** `null` for a process whose calls are not recorded. */
  readonly secondary: SecondaryEvents | null;
  after(ms: number, then: () => void): SimulatedEvent;
  attemptStarted(): void;
  attemptFailed(errorClass: ErrorClass): void;
}
