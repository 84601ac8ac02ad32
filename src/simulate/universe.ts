import { refuse } from "../core/option-rules.ts";
import type { Policy } from "../policy/policy.ts";
import { type CallPlan, PLAN } from "../run/call/plan.ts";
import type { InstantClock } from "../run/time/alarms.ts";
import type { Clock } from "../run/time/clock.ts";
import { chanceStream } from "./chance.ts";
import { checkClocks } from "./check-clocks.ts";
import { type Dependency, type Service, serviceOf, type World } from "./dependency.ts";
import type { SimulatedEvent } from "./event-queue.ts";
import { freshPlan } from "./fresh-plan.ts";
import { Requests } from "./requests.ts";
import { SimulatedClock } from "./simulated-clock.ts";

/** Makes a policy on a simulated clock: for policies with parts of one's own, or that share a part between clients. */
export type PolicyFactory = (parts: { readonly clock: Clock; readonly random: () => number }) => Policy<never, unknown>;

/** A policy to simulate, or what makes one. */
export type Simulable = Policy<never, unknown> | PolicyFactory;

/** The world of one simulated policy. */
export class Universe implements World {
  readonly clock = new SimulatedClock();
  readonly random: () => number;
  /** The policy that is simulated. */
  readonly subject: Simulable;
  readonly requests = new Requests();
  readonly #policyRandom: () => number;

  readonly #owner: string;

  /** @param owner how messages name the subject */
  constructor(seed: number, subject: Simulable, owner = "simulate.policy") {
    this.#owner = owner;
    this.random = chanceStream(seed, "dependency");
    this.#policyRandom = chanceStream(seed, "policy");
    this.subject = subject;
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

/** What tells of a request that ends here. */
export const arrivalIn = (world: World): (() => void) => (world instanceof Universe ? world.requests.arrival() : () => {});

/** Builds what a model wraps. `arrived` is for requests that it answers itself: on the way to a service in between they have not arrived. */
export function build(
  owner: string,
  dependency: Dependency,
  world: World,
): { readonly service: Service; readonly arrived: () => void } {
  const make = (): Service => serviceOf(`${owner}.dependency`, dependency, world);
  if (!(world instanceof Universe)) return { service: make(), arrived: () => {} };
  const { built, isLast } = world.requests.within(make);
  return { service: built, arrived: isLast ? world.requests.arrival() : () => {} };
}

/** The alarms of a world, exact in the one that simulate() makes. */
export function alarmsOf(world: World): InstantClock | Pick<Clock, "now" | "alarm"> {
  if (world instanceof Universe) return world.clock;
  return {
    now: () => world.now(),
    alarm(ms, ring) {
      const event = world.after(ms, ring);
      return () => event.cancel();
    },
  };
}

export function isSimulable(value: unknown): value is Simulable {
  return typeof value === "function" || isPolicy(value);
}

/** By its key and not by its class: another copy of this package may have made it. */
function isPolicy(value: unknown): value is Policy<never, unknown> {
  return typeof value === "object" && value !== null && PLAN in value;
}
