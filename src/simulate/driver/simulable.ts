/* What can be simulated: a policy, or a function that makes one. */
import type { Policy } from "../../policy/policy.ts";
import { PLAN } from "../../run/call/plan.ts";
import type { Clock } from "../../run/time/clock.ts";

/** Makes a policy on a simulated clock: for policies with parts of your own, or that share a part between clients. */
export type PolicyFactory = (parts: { readonly clock: Clock; readonly random: () => number }) => Policy<never, unknown>;

/** A policy to simulate, or a function that makes one. */
export type Simulable = Policy<never, unknown> | PolicyFactory;

export function isSimulable(value: unknown): value is Simulable {
  return typeof value === "function" || isPolicy(value);
}

/** By its key and not by its class: another copy of this package may have made it. */
export function isPolicy(value: unknown): value is Policy<never, unknown> {
  return typeof value === "object" && value !== null && PLAN in value;
}
