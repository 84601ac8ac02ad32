import type { ErrorClass } from "../../core/failure/error-class.ts";
import type { GateChange } from "../../run/call/gate.ts";
import type { CallPlan } from "../../run/call/plan.ts";
import type { Recorder } from "../record/index.ts";
import type { Service } from "./dependency.ts";
import type { SimulatedEvent } from "./event-queue.ts";
import type { Downstream } from "./request-count.ts";
import type { SecondaryEvents, SimulatedProcess } from "./simulated-process.ts";
import type { SimulatedWorld } from "./simulated-world.ts";

/** One client: a process with a circuit and a budget of its own, whose calls are recorded. */
export class ClientProcess implements SimulatedProcess {
  readonly plan: CallPlan;
  readonly service: Service;
  readonly secondary: SecondaryEvents;
  readonly #world: SimulatedWorld;
  readonly #index: number;
  readonly #recorder: Recorder;
  readonly #downstream: Downstream;

  constructor(world: SimulatedWorld, plan: CallPlan, service: Service, index: number, recorder: Recorder) {
    this.#world = world;
    this.plan = plan;
    this.service = service;
    this.#index = index;
    this.#recorder = recorder;
    this.secondary = recorder;
    this.#downstream = world.requests.downstream;
    if (plan.breaker !== null) recorder.circuits.add(plan.breaker);
  }

  after(ms: number, then: () => void): SimulatedEvent {
    return this.#world.after(ms, then);
  }

  attemptStarted(): void {
    this.#recorder.attemptStarted();
    this.#world.requests.sent(this.#downstream);
  }

  attemptFailed(errorClass: ErrorClass): void {
    this.#recorder.attemptFailed(errorClass);
  }

  changed({ to }: GateChange): void {
    const { breaker } = this.plan;
    if (breaker !== null) this.#recorder.circuits.changed(this.#world.now(), this.#index, breaker, to);
  }
}
