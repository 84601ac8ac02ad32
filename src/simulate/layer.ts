import { ERROR_CLASSES, type ErrorClass } from "../core/failure/error-class.ts";
import { checkedByOwner, checkOptions, oneOf, refuse, trueOrFalse } from "../core/option-rules.ts";
import { NO_SETTINGS } from "../run/call/call-settings.ts";
import { checkDependency, type Dependency, type Request, type Service, serviceOf } from "./dependency.ts";
import type { SimulatedEvent } from "./event-queue.ts";
import type { Reach } from "./requests.ts";
import { type Caller, SimulatedCall } from "./simulated-call.ts";
import { isSimulable, type Simulable, Universe } from "./universe.ts";

export interface LayerOptions {
  /** The policy under which the service calls what is behind it. @default the policy that is simulated */
  readonly policy?: Simulable | undefined;
  /** What its failures are to those who call it. @default "SERVER_ERROR" */
  readonly failsAs?: ErrorClass | undefined;
  /** Whether it notices that nobody waits for its answer any more, and makes no more attempts. @default false */
  readonly stopsWhenAbandoned?: boolean | undefined;
}

/**
 * A service that answers each request by a call of its own, under a policy: where every layer retries, attempts multiply. What the report
 * counts as requests is what reaches the last of them.
 *
 * @throws TypeError or RangeError for a wrong or unknown option.
 * @example
 * import { latency, layer, server } from "redress/simulate";
 *
 * const database = server({ workers: 20, serviceMs: latency.constant(5) });
 * const chain = layer(layer(database), { policy: new Policy({ retry: { maxAttempts: 2 } }) });
 */
export function layer(dependency: Dependency, options: LayerOptions = {}): Dependency {
  checkDependency("layer", dependency);
  checkOptions("layer", options, {
    policy: checkedByOwner,
    failsAs: oneOf(ERROR_CLASSES),
    stopsWhenAbandoned: trueOrFalse,
  });
  const { policy, failsAs: errorClass = "SERVER_ERROR", stopsWhenAbandoned = false } = options;
  if (policy !== undefined && !isSimulable(policy)) refuse("layer.policy", "a Policy, or a function that makes one", policy);
  return (world) => {
    if (!(world instanceof Universe)) throw new TypeError("A layer can only be simulated in the world that simulate() makes.");
    const caller = new Instance(world, policy ?? world.subject, dependency);
    return (request: Request) => {
      const settings = stopsWhenAbandoned ? { ...NO_SETTINGS, abortIf: () => request.abandoned } : NO_SETTINGS;
      new SimulatedCall(
        caller,
        (failure, fellBack) => request.respond(failure === null || fellBack ? null : { errorClass }),
        settings,
      ).start();
    };
  };
}

/** The one instance of a service in between. */
class Instance implements Caller {
  readonly plan: Caller["plan"];
  readonly service: Service;
  readonly #world: Universe;
  readonly #reach: Reach;

  constructor(world: Universe, policy: Simulable, dependency: Dependency) {
    const { built, reach } = world.requests.behind(() => serviceOf("layer.dependency", dependency, world));
    this.plan = world.planFor(policy);
    this.service = built;
    this.#world = world;
    this.#reach = reach;
  }

  after(ms: number, then: () => void): SimulatedEvent {
    return this.#world.after(ms, then);
  }

  attempted(): void {
    this.#world.requests.sent(this.#reach);
  }

  attemptFailed(): void {}

  changed(): void {}
}
