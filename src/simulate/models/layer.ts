import { ERROR_CLASSES, type ErrorClass } from "../../core/failure/error-class.ts";
import { checkedByOwner, checkOptions, oneOf, refuse, trueOrFalse } from "../../core/option-rules.ts";
import { NO_SETTINGS } from "../../run/call/call-settings.ts";
import {
  checkDependency,
  type Dependency,
  type Downstream,
  isSimulable,
  type Request,
  type Service,
  type Simulable,
  SimulatedCall,
  type SimulatedEvent,
  type SimulatedProcess,
  SimulatedWorld,
  serviceOf,
} from "../driver/index.ts";

export interface LayerOptions {
  /** The policy under which the service calls what is behind it. @default the policy that is simulated */
  readonly policy?: Simulable | undefined;
  /** The class of its failures, as its callers see them. @default "SERVER_ERROR" */
  readonly failsAs?: ErrorClass | undefined;
  /** Whether it notices that the caller of a request has given up, and makes no more attempts for it. @default false */
  readonly stopsWhenAbandoned?: boolean | undefined;
}

/**
 * A service that answers each request by a call of its own, under a policy: where every layer retries, attempts multiply. What the report
 * counts as requests is what reaches the last layer's dependency.
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
  const {
    policy,
    failsAs: errorClass = "SERVER_ERROR",
    stopsWhenAbandoned = false,
  } = checkOptions("layer", options, {
    policy: checkedByOwner,
    failsAs: oneOf(ERROR_CLASSES),
    stopsWhenAbandoned: trueOrFalse,
  });
  if (policy !== undefined && !isSimulable(policy)) refuse("layer.policy", "a Policy, or a function that makes one", policy);
  return (world) => {
    if (!(world instanceof SimulatedWorld))
      throw new TypeError("A layer can only be simulated in the world that simulate() makes.");
    const process = new LayerProcess(world, policy ?? world.policy, dependency);
    return (request: Request) => {
      const settings = stopsWhenAbandoned ? { ...NO_SETTINGS, abortIf: () => request.abandoned } : NO_SETTINGS;
      new SimulatedCall(
        process,
        (failure, fellBack) => request.respond(failure === null || fellBack ? null : { errorClass }),
        settings,
      ).start();
    };
  };
}

/** The one process of a layer: its calls share a circuit and a budget, and are not recorded. */
class LayerProcess implements SimulatedProcess {
  readonly plan: SimulatedProcess["plan"];
  readonly service: Service;
  readonly secondary = null;
  readonly #world: SimulatedWorld;
  readonly #downstream: Downstream;

  constructor(world: SimulatedWorld, policy: Simulable, dependency: Dependency) {
    const { built, downstream } = world.requests.behindLayer(() => serviceOf("layer.dependency", dependency, world));
    this.plan = world.planFor(policy);
    this.service = built;
    this.#world = world;
    this.#downstream = downstream;
  }

  after(ms: number, then: () => void): SimulatedEvent {
    return this.#world.after(ms, then);
  }

  attemptStarted(): void {
    this.#world.requests.sent(this.#downstream);
  }

  attemptFailed(): void {}

  changed(): void {}
}
