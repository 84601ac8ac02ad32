import type { Policy } from "../policy/policy.ts";
import type { Clock } from "../run/clock.ts";
import { type CallPlan, PLAN } from "../run/plan.ts";
import { chanceStream } from "./chance.ts";
import type { World } from "./dependency.ts";
import type { SimulatedEvent } from "./event-queue.ts";
import { freshPlan } from "./fresh-plan.ts";
import { SimulatedClock } from "./simulated-clock.ts";

/** Makes a policy on a simulated clock: for policies with parts of one's own, or that share a part between clients. */
export type PolicyFactory = (parts: { readonly clock: Clock; readonly random: () => number }) => Policy<never, unknown>;

/** A policy to simulate, or what makes one. */
export type Simulable = Policy<never, unknown> | PolicyFactory;

/** What hears of attempts, of the clients' own (layer 0) and of those that services behind them make. */
export interface Witness {
  attempt(layer: number): void;
}

/** The world of one simulated policy. */
export class Universe implements World {
  readonly clock = new SimulatedClock();
  readonly random: () => number;
  /** The policy that is simulated. */
  readonly subject: Simulable;
  /** How many services stand between the clients and what is being built. */
  depth = 0;
  /** How many services stand between the clients and the last dependency. */
  deepest = 0;
  witness: Witness | null = null;
  readonly #policyRandom: () => number;

  constructor(seed: number, subject: Simulable) {
    this.random = chanceStream(seed, "dependency");
    this.#policyRandom = chanceStream(seed, "policy");
    this.subject = subject;
  }

  now(): number {
    return this.clock.now();
  }

  after(ms: number, then: () => void): SimulatedEvent {
    return this.clock.after(ms, then);
  }

  /** The plan of a policy in this world, as new. */
  planFor(policy: Simulable): CallPlan {
    const { clock } = this;
    const random = this.#policyRandom;
    if (typeof policy !== "function") return freshPlan(planOf(policy), clock, random);
    const plan = planOf(policy({ clock, random }));
    if (plan.clock !== clock)
      throw new TypeError(
        "A function that makes a policy to simulate must give it the clock that it is given: new Policy({ ..., clock }).",
      );
    return plan;
  }
}

export function isSimulable(value: unknown): value is Simulable {
  return typeof value === "function" || isPolicy(value);
}

/** By its key and not by its class: another copy of this package may have made it. */
function isPolicy(value: unknown): value is Policy<never, unknown> {
  return typeof value === "object" && value !== null && PLAN in value;
}

function planOf(policy: unknown): CallPlan {
  if (!isPolicy(policy)) throw new TypeError("A function that makes a policy to simulate must return a Policy.");
  return policy[PLAN];
}
