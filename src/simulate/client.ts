import type { ErrorClass } from "../core/failure/error-class.ts";
import type { GateChange } from "../run/call/gate.ts";
import type { CallPlan } from "../run/call/plan.ts";
import type { Service } from "./dependency.ts";
import type { SimulatedEvent } from "./event-queue.ts";
import type { Recorder } from "./recorder.ts";
import type { Reach } from "./requests.ts";
import type { Caller } from "./simulated-call.ts";
import type { Universe } from "./universe.ts";

/** One client: a process with a circuit and a budget of its own, whose calls are recorded. */
export class Client implements Caller {
  readonly plan: CallPlan;
  readonly service: Service;
  readonly #universe: Universe;
  readonly #index: number;
  readonly #recorder: Recorder;
  readonly #reach: Reach;

  constructor(universe: Universe, plan: CallPlan, service: Service, index: number, recorder: Recorder) {
    this.#universe = universe;
    this.plan = plan;
    this.service = service;
    this.#index = index;
    this.#recorder = recorder;
    this.#reach = universe.requests.reach;
    if (plan.breaker !== null) recorder.circuits.watch(plan.breaker);
  }

  after(ms: number, then: () => void): SimulatedEvent {
    return this.#universe.after(ms, then);
  }

  attempted(): void {
    this.#recorder.attempted();
    this.#universe.requests.sent(this.#reach);
  }

  attemptFailed(errorClass: ErrorClass): void {
    this.#recorder.attemptFailed(errorClass);
  }

  changed({ to }: GateChange): void {
    const { breaker } = this.plan;
    if (breaker !== null) this.#recorder.circuits.changed(this.#universe.now(), this.#index, breaker, to);
  }
}
