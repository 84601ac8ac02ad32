/* What a modelled dependency is: a function that answers requests, some time later, in a world with a clock and a source of chance. */
import type { Classification } from "../core/failure/classification.ts";
import { aFunction, checkValue, refuse } from "../core/option-rules.ts";

/** One request to a modelled dependency. */
export interface Request {
  /** Nobody waits for the answer any more. A real server seldom knows. */
  readonly abandoned: boolean;
  /**
   * Calls `then` as soon as nobody waits any more. A model that wraps requests passes it on; who waits without it is noticed
   * when it is his turn.
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
  /** Chance for the dependencies, 0 <= n < 1: the same numbers for the same seed. */
  random(): number;
}

/** Answers requests. */
export type Service = (request: Request) => void;

/** A model of a dependency: makes the service that answers in one world. Called once per simulated policy, so what it keeps is as new. */
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
