import type { Classification } from "../../core/failure/classification.ts";
import { checkValue, finiteAboveZero } from "../../core/option-rules.ts";
import { alarmsOn } from "../../run/time/alarms.ts";
import type { Alarms, Waiter } from "../../run/time/waiter.ts";
import { alarmsOf, checkDependency, type Dependency, type Request, serviceOf } from "../driver/index.ts";

const TIMED_OUT: Classification = Object.freeze({ errorClass: "TRANSIENT", timeout: true });

/**
 * The timeout of the client library underneath: after `timeoutMs` the request fails as TRANSIENT, a timeout, and its answer is dropped. Not the policy's
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

/** A request whose client gives up waiting when the alarm rings. */
class TimedRequest implements Request, Waiter {
  prev: Waiter | null = null;
  next: Waiter | null = null;
  cancelAlarm: (() => void) | null = null;
  readonly dueAtMs: number;
  readonly #timeouts: Alarms;
  // `null` once it is answered or abandoned: a dependency may keep this object for long, and must not keep the call with it.
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
    this.respond(TIMED_OUT);
    this.#abandoned?.();
  }
}
