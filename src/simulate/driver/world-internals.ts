/*
 * What the models use of the world that `simulate()` makes beyond the public interface `World`: the counting of requests, and alarms that ring
 * at exact instants. In a world of the user's own, nothing is counted, and alarms are made of `after`.
 */
import type { Clock } from "../../run/time/clock.ts";
import type { InstantClock } from "../../run/time/instant-alarms.ts";
import { type Dependency, type Service, serviceOf, type World } from "./dependency.ts";
import { SimulatedWorld } from "./simulated-world.ts";

/** Returns the function by which a model counts a request that ends in it. */
export const requestCounterOf = (world: World): (() => void) =>
  world instanceof SimulatedWorld ? world.requests.counter() : () => {};

/**
 * Builds the model that another model wraps. `countRequest` is for requests that the wrapping model answers itself: on the way to a layer
 * they have not arrived, and it counts nothing.
 */
export function buildWrapped(
  owner: string,
  dependency: Dependency,
  world: World,
): { readonly service: Service; readonly countRequest: () => void } {
  const make = (): Service => serviceOf(`${owner}.dependency`, dependency, world);
  if (!(world instanceof SimulatedWorld)) return { service: make(), countRequest: () => {} };
  const { built, isLast } = world.requests.wrapping(make);
  return { service: built, countRequest: isLast ? world.requests.counter() : () => {} };
}

/** The alarms of a world: exact in the one that `simulate()` makes. */
export function alarmsOf(world: World): InstantClock | Pick<Clock, "now" | "alarm"> {
  if (world instanceof SimulatedWorld) return world.clock;
  return {
    now: () => world.now(),
    alarm(ms, ring) {
      const event = world.after(ms, ring);
      return () => event.cancel();
    },
  };
}
