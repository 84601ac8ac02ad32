/* What the ready-made scenarios are made of: a load, and a server whose capacity grows with it. */
import { checkOptions, finiteAboveZero } from "../../core/option-rules.ts";
import type { Dependency } from "../driver/index.ts";
import { latency, type ServerOptions, server } from "../models/index.ts";
import type { Scenario } from "./scenario.ts";

export interface ScenarioOptions {
  /** Calls per second of all clients together, > 0; capacities grow with it. @default 100 (`metastableOverload`: 280, `overloadStep`: 140) */
  readonly callsPerSecond?: number | undefined;
}

/** Mean service time of the modelled server, and the share of the usual load that it can take. */
export const SERVICE_MS = 20;
export const HEADROOM = 1.5;
export const CLIENT_TIMEOUT_MS = 1_000;

/** A server that can take half as much load again as it gets. */
export function roomyServer(callsPerSecond: number, more: Pick<ServerOptions, "slowdowns" | "queueLimit"> = {}): Dependency {
  const workers = Math.ceil((callsPerSecond * HEADROOM * SERVICE_MS) / 1000);
  return server({ workers, serviceMs: latency.exponential({ meanMs: SERVICE_MS }), ...more });
}

/** Makes a scenario for a load. */
export type Recipe = (callsPerSecond: number) => Omit<Scenario, "name">;

/** The public function that a recipe becomes. */
export function scenario(name: string, usualRate: number, recipe: Recipe): (options?: ScenarioOptions) => Scenario {
  return (options = {}) => {
    const { callsPerSecond = usualRate } = checkOptions(`scenarios.${name}`, options, { callsPerSecond: finiteAboveZero });
    return { name, ...recipe(callsPerSecond) };
  };
}
