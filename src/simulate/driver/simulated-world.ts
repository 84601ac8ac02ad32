import { refuse } from "../../core/option-rules.ts";
import { type CallPlan, PLAN } from "../../run/call/plan.ts";
import { checkClocks } from "./check-clocks.ts";
import type { World } from "./dependency.ts";
import type { SimulatedEvent } from "./event-queue.ts";
import { freshPlan } from "./fresh-plan.ts";
import { randomStream } from "./random-stream.ts";
import { RequestCount } from "./request-count.ts";
import { isPolicy, type Simulable } from "./simulable.ts";
import { SimulatedClock } from "./simulated-clock.ts";

/** The world of one simulated policy: its clock, its random numbers, and how many requests have reached the dependency. */
export class SimulatedWorld implements World {
  readonly clock = new SimulatedClock();
  readonly random: () => number;
  /** The policy that is simulated. */
  readonly policy: Simulable;
  readonly requests = new RequestCount();
  readonly #policyRandom: () => number;
  readonly #owner: string;

  /** @param owner how messages name the policy */
  constructor(seed: number, policy: Simulable, owner = "simulate.policy") {
    this.#owner = owner;
    this.random = randomStream(seed, "dependency");
    this.#policyRandom = randomStream(seed, "policy");
    this.policy = policy;
  }

  now(): number {
    return this.clock.now();
  }

  after(ms: number, then: () => void): SimulatedEvent {
    if (typeof then !== "function") refuse("world.after.then", "a function", then);
    return this.clock.after(ms, then);
  }

  /** The plan of a policy in this world, as new. */
  planFor(policy: Simulable): CallPlan {
    const { clock } = this;
    const random = this.#policyRandom;
    if (typeof policy !== "function") return freshPlan(policy[PLAN], clock, random);
    const made: unknown = policy({ clock, random });
    if (!isPolicy(made)) refuse(this.#owner, "a function that returns a Policy", made);
    const plan = made[PLAN];
    checkClocks(plan, clock);
    return plan;
  }
}
