/* What goes wrong around a dependency: each wraps another model, and may be wrapped in turn. */
import type { Classification } from "../core/failure/classification.ts";
import { ERROR_CLASSES, type ErrorClass, perClass } from "../core/failure/error-class.ts";
import {
  aFunction,
  anObject,
  checkOptions,
  checkValue,
  finiteAboveZero,
  finiteFrom,
  oneOf,
  ratioOrZero,
  refuse,
} from "../core/option-rules.ts";
import { type Alarms, alarmsOn, type Waiter } from "../run/time/alarms.ts";
import { checkDependency, type Dependency, type Request, serviceOf } from "./dependency.ts";
import type { Latency } from "./latency.ts";
import { stretchOf, type When, whenRules } from "./stretch.ts";
import { alarmsOf, build } from "./universe.ts";

const UNREACHABLE: Classification = Object.freeze({ errorClass: "TRANSIENT" });

/** How a dependency is out. */
export interface OutageOptions extends When {
  /**
   * `refuse`: requests fail at once, as TRANSIENT. `hang`: they are never answered. `hold`: they are on their way, and all arrive
   * together when it is over. @default "refuse"
   */
  readonly how?: "refuse" | "hang" | "hold" | undefined;
}

/**
 * A dependency that cannot be reached for a while.
 *
 * @example
 * import { latency, server, withOutage } from "redress/simulate";
 *
 * const flapping = withOutage(server({ workers: 10, serviceMs: latency.constant(20) }), { fromMs: 60_000, toMs: 65_000, everyMs: 15_000 });
 */
export function withOutage(dependency: Dependency, options: OutageOptions): Dependency {
  checkDependency("withOutage", dependency);
  checkOptions("withOutage", options, { ...whenRules, how: oneOf(["refuse", "hang", "hold"]) });
  const { how = "refuse", ...when } = options;
  const endOfStretch = stretchOf("withOutage", when);
  return (world) => {
    const { service, arrived } = build("withOutage", dependency, world);
    return (request) => {
      const endMs = endOfStretch(world.now());
      if (endMs === null) return service(request);
      if (how === "hold") return void world.after(endMs - world.now(), () => service(request));
      arrived();
      if (how === "refuse") request.respond(UNREACHABLE);
    };
  };
}

/** Which failures, and how often. */
export interface FailureOptions extends When {
  /** The share of requests that fail with each class: from 0 to 1, at most 1 together. */
  readonly mix: Readonly<Partial<Record<ErrorClass, number>>>;
  /** How long a failing request takes. @default at once */
  readonly latencyMs?: Latency | undefined;
  /** When to come back, as these failures say it, in milliseconds, >= 0. @default they do not say */
  readonly retryAfterMs?: number | undefined;
}

/** A dependency that fails some requests at random, before it works on them. */
export function withFailures(dependency: Dependency, options: FailureOptions): Dependency {
  checkDependency("withFailures", dependency);
  checkOptions("withFailures", options, { ...whenRules, mix: anObject, latencyMs: aFunction, retryAfterMs: finiteFrom(0) }, [
    "mix",
  ]);
  const { mix, latencyMs, retryAfterMs, ...when } = options;
  checkOptions("withFailures.mix", mix, perClass(ratioOrZero));
  const shares = ERROR_CLASSES.map((errorClass) => ({
    share: mix[errorClass] ?? 0,
    failure: Object.freeze({ errorClass, ...(retryAfterMs !== undefined && { retryAfterMs }) }) as Classification,
  })).filter(({ share }) => share > 0);
  const sum = shares.reduce((total, { share }) => total + share, 0);
  // A sum of decimal shares may miss 1 by the least that a number can.
  if (sum > 1 + 1e-9) refuse("withFailures.mix", "shares of at most 1 together", sum, RangeError);
  const endOfStretch = stretchOf("withFailures", when);

  return (world) => {
    const { service, arrived } = build("withFailures", dependency, world);
    const draw = (): Classification | null => {
      let chance = world.random();
      for (const { share, failure } of shares) {
        if (chance < share) return failure;
        chance -= share;
      }
      return null;
    };
    return (request) => {
      const failure = endOfStretch(world.now()) === null ? null : draw();
      if (failure === null) return service(request);
      arrived();
      if (latencyMs === undefined) request.respond(failure);
      else world.after(latencyMs(world.random), () => request.respond(failure));
    };
  };
}

/** How much longer the way takes. */
export interface LatencyOptions extends When {
  readonly latencyMs: Latency;
}

/** A dependency that is further away: each request takes so much longer to arrive. */
export function withLatency(dependency: Dependency, options: LatencyOptions): Dependency {
  checkDependency("withLatency", dependency);
  checkOptions("withLatency", options, { ...whenRules, latencyMs: aFunction }, ["latencyMs"]);
  const { latencyMs, ...when } = options;
  const endOfStretch = stretchOf("withLatency", when);
  return (world) => {
    const service = serviceOf("withLatency.dependency", dependency, world);
    return (request) => {
      if (endOfStretch(world.now()) === null) service(request);
      else world.after(latencyMs(world.random), () => service(request));
    };
  };
}

/**
 * The timeout of the client library underneath: after `timeoutMs` the request fails as TRANSIENT and its answer is dropped. Not the policy's
 * `attemptTimeoutMs`, which is simulated as it is.
 *
 * @param timeoutMs milliseconds, > 0
 */
export function withTimeout(dependency: Dependency, timeoutMs: number): Dependency {
  checkDependency("withTimeout", dependency);
  checkValue("withTimeout.timeoutMs", timeoutMs, finiteAboveZero);
  return (world) => {
    const service = serviceOf("withTimeout.dependency", dependency, world);
    const timeouts = alarmsOn(alarmsOf(world));
    return (request) => {
      const bounded = new TimedRequest(request, timeouts, world.now() + timeoutMs);
      timeouts.add(bounded);
      service(bounded);
    };
  };
}

/** A request that gives up waiting. */
class TimedRequest implements Request, Waiter {
  prev: Waiter | null = null;
  next: Waiter | null = null;
  cancelAlarm: (() => void) | null = null;
  readonly dueAtMs: number;
  readonly #timeouts: Alarms;
  // Until it is over: a dependency may keep its request for long.
  #request: Request | null;
  #abandoned: (() => void) | null = null;

  constructor(request: Request, timeouts: Alarms, dueAtMs: number) {
    this.#request = request;
    this.#timeouts = timeouts;
    this.dueAtMs = dueAtMs;
  }

  get abandoned(): boolean {
    return this.#request === null || this.#request.abandoned;
  }

  respond(failure: Classification | null): void {
    const request = this.#request;
    this.#request = null;
    this.#timeouts.remove(this);
    request?.respond(failure);
  }

  whenAbandoned(then: () => void): void {
    this.#abandoned = then;
    this.#request?.whenAbandoned?.(then);
  }

  ring(): void {
    this.respond(UNREACHABLE);
    this.#abandoned?.();
  }
}
