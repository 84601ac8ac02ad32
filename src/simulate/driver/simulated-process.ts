import type { ErrorClass } from "../../core/failure/error-class.ts";
import type { GateWatcher } from "../../run/call/gate.ts";
import type { CallPlan } from "../../run/call/plan.ts";
import type { Service } from "./dependency.ts";
import type { SimulatedEvent } from "./event-queue.ts";

/** A process that makes calls under a policy, and is told what becomes of them: a client, or a layer. */
export interface SimulatedProcess extends GateWatcher {
  readonly plan: CallPlan;
  /** What its operations call. */
  readonly service: Service;
  after(ms: number, then: () => void): SimulatedEvent;
  attemptStarted(): void;
  attemptFailed(errorClass: ErrorClass): void;
}
