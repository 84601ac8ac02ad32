import { DEFAULT_TRIP_ON } from "../../core/breaker/defaults.ts";
import type { ErrorClass } from "../../core/failure/error-class.ts";
import { list } from "../wording.ts";
import type { SubjectRule, Warning } from "./rule.ts";

export const breakerTripsOnAbsentClass: SubjectRule = {
  id: "breaker-trips-on-absent-class",
  summary: "The circuit waits for failures that never occur.",
  reads: ["circuitBreaker"],
  check({ breaker }, { classes }) {
    if (breaker === null || classes === undefined) return [];
    const known: readonly string[] = classes;
    const { tripOn, classThresholds, name } = breaker;
    const warnings: Warning[] = [];
    const own = Object.keys(classThresholds);
    const common = tripOn.filter((errorClass) => !own.includes(errorClass));
    const absent = common.filter((errorClass) => !known.includes(errorClass));
    // The preset names two classes, and one of them is enough.
    const preset = common.length === DEFAULT_TRIP_ON.size && common.every((name) => DEFAULT_TRIP_ON.has(name as ErrorClass));
    if (absent.length > (preset ? 1 : 0)) {
      const message = `circuitBreaker.tripOn names ${list(absent)}, but circuit "${name}" meets ${list(known)} only.`;
      warnings.push({
        option: "circuitBreaker.tripOn",
        value: tripOn,
        message,
        fix: `Leave ${list(absent)} out, or let the classifier tell them.`,
      });
    }
    for (const errorClass of own.filter((name) => !known.includes(name))) {
      const option = `circuitBreaker.classThresholds.${errorClass}`;
      const value = classThresholds[errorClass as keyof typeof classThresholds];
      const message = `${option} is ${value}, but circuit "${name}" meets ${list(known)} only.`;
      warnings.push({ option, value, message, fix: `Leave ${errorClass} out, or let the classifier tell it.` });
    }
    return warnings;
  },
};
