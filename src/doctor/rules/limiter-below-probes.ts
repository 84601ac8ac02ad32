import type { LimiterLimits } from "../worst-case/index.ts";
import { placesOf } from "../worst-case/index.ts";
import type { SubjectRule } from "./rule.ts";

export const limiterBelowProbes: SubjectRule = {
  id: "limiter-below-probes",
  summary: "A limiter turns away probes that the circuit admits.",
  reads: ["limiter", "circuitBreaker"],
  check({ breaker, limiters }) {
    if (breaker === null) return [];
    const { name, halfOpenMaxCalls } = breaker;
    return limiters.flatMap((limits) => {
      const room = placesOf(limits) + waitingIn(limits);
      if (room >= halfOpenMaxCalls) return [];
      const option = `${limits.option}.${limits.kind === "adaptive" ? "max" : "maxConcurrent"}`;
      const queue = waitingIn(limits) === 0 ? "" : ` and ${limits.option}.maxQueue is ${waitingIn(limits)}`;
      const message =
        `${option} is ${placesOf(limits)}${queue}, below circuitBreaker.halfOpenMaxCalls (${halfOpenMaxCalls}): of the probes that circuit ` +
        `"${name}" admits at a time, limiter "${limits.name}" turns some away, which say nothing of the dependency.`;
      const fix = `Set circuitBreaker.halfOpenMaxCalls to ${placesOf(limits)} or less, or raise ${option}.`;
      return [{ option, value: placesOf(limits), message, fix }];
    });
  },
};

const waitingIn = (limits: LimiterLimits): number => (limits.kind === "bulkhead" ? limits.maxQueue : 0);
