import type { ErrorClass } from "../core/failure/error-class.ts";
import type { CallPlan } from "../run/plan.ts";
import type { Service } from "./dependency.ts";
import type { SimulatedEvent } from "./event-queue.ts";
import type { Recorder, WatchedCircuit } from "./recorder.ts";
import type { Caller } from "./simulated-call.ts";
import type { Reach, Universe } from "./universe.ts";

/** One client: a process with a circuit and a budget of its own, whose calls are recorded. */
export class Client implements Caller {
  readonly plan: CallPlan;
  readonly service: Service;
  readonly #universe: Universe;
  readonly #index: number;
  readonly #recorder: Recorder;
  readonly #circuit: WatchedCircuit | null;
  readonly #reach: Reach;

  constructor(universe: Universe, plan: CallPlan, service: Service, index: number, recorder: Recorder) {
    this.#universe = universe;
    this.plan = plan;
    this.service = service;
    this.#index = index;
    this.#recorder = recorder;
    this.#reach = universe.reach;
    this.#circuit = plan.breaker && recorder.circuitOf(plan.breaker);
  }

  after(ms: number, then: () => void): SimulatedEvent {
    return this.#universe.after(ms, then);
  }

  attempted(): void {
    this.#recorder.attempted();
    if (!this.#reach.layered) this.#recorder.requested();
  }

  attemptFailed(errorClass: ErrorClass): void {
    this.#recorder.attemptFailed(errorClass);
  }

  looked(): void {
    const { breaker } = this.plan;
    if (breaker === null || breaker.state === this.#circuit?.state) return;
    this.#recorder.breakerChanged(this.#universe.now(), this.#index, breaker, breaker.state);
  }
}
