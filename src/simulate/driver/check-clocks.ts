import { limitersOf } from "../../core/limit/limiter-chain.ts";
import { partOf } from "../../core/part.ts";
import type { CallPlan } from "../../run/call/plan.ts";
import type { Clock } from "../../run/time/clock.ts";

/**
 * Checks that a policy from a factory keeps the simulation's time in all of its parts: for a part on the system's clock, simulated minutes would
 * be an instant.
 */
export function checkClocks({ clock, retry, breaker, limiter }: CallPlan, simulated: Clock): void {
  check("it", clock, "new Policy({ ..., clock })", simulated);
  check("its circuit breaker", partOf(breaker)?.clock, "new CircuitBreaker({ ..., clock })", simulated);
  for (const each of limiter === null ? [] : limitersOf(limiter))
    check("its limiter", partOf(each)?.clock, "new Bulkhead({ ..., clock })", simulated);
  check("its budget", partOf(retry?.budget)?.clock, "new Budget({ ..., clock })", simulated);
  for (const strategy of [retry?.strategy, ...Object.values(retry?.strategies ?? {})])
    check("its strategy", partOf(strategy)?.clock, "adaptive(..., { clock })", simulated);
}

function check(part: string, clock: unknown, example: string, simulated: Clock): void {
  if (clock === undefined || clock === simulated) return;
  throw new TypeError(
    `A function that makes a policy to simulate must give ${part} the clock that it is given: ({ clock }) => ${example}.`,
  );
}
