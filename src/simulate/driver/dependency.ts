/* What the driver calls: a model of a dependency, a function that answers requests some time later, in a world with a clock and random numbers. */
import type { Classification } from "../../core/failure/classification.ts";
import { aFunction, checkValue, refuse } from "../../core/option-rules.ts";

/** One request to a modelled dependency. */
export interface Request {
  /** True once the caller has given up waiting for the answer. A real server seldom knows. */
  readonly abandoned: boolean;
  /**
   * Calls `then` as soon as the caller gives up waiting. A model that wraps requests passes it on; a queued request without it is found
   * to be abandoned when its turn comes.
   */
  whenAbandoned?(then: () => void): void;
  /** Answers, once: `null` for a success, or how it failed. Later answers are ignored. */
  respond(failure: Classification | null): void;
}

/** The world in which a simulation happens. */
export interface World {
  /** Simulated milliseconds since the beginning. */
  now(): number;
  /** Calls `then` after `ms`, a number >= 0, unless that is cancelled before. */
  after(ms: number, then: () => void): { cancel(): void };
  /** Random numbers for the dependencies, 0 <= n < 1: the same numbers for the same seed. */
  random(): number;
}

/** Answers requests. */
export type Service = (request: Request) => void;

/**
 * A model of a dependency: makes the service that answers in one world. Called once per simulated policy, so each policy meets the model's
 * state as new.
 */
export type Dependency = (world: World) => Service;

/** Builds a model in a world, and checks that it is one. */
export function serviceOf(owner: string, dependency: Dependency, world: World): Service {
  const service: unknown = dependency(world);
  if (typeof service !== "function")
    refuse(owner, "a model: a function of a world that returns a function of a request", service);
  return service as Service;
}

export function checkDependency(owner: string, dependency: unknown): void {
  checkValue(`${owner}.dependency`, dependency, aFunction);
}
