import type { RateThreshold } from "../../core/breaker/circuit.ts";
import { DEFAULT_TRIP_ON } from "../../core/breaker/defaults.ts";
import type { BreakerSettings, View } from "../subjects/index.ts";
import type { Traffic } from "../traffic.ts";
import { counted, list, ms } from "../wording.ts";
import type { SubjectRule } from "./rule.ts";

/** Something that may open a circuit, and why it cannot; `null` where it can. */
interface Criterion {
  readonly option: string;
  readonly value: unknown;
  readonly hindrance: string | null;
}

export const breakerNeverTrips: SubjectRule = {
  id: "breaker-never-trips",
  summary: "Nothing can open the circuit.",
  reads: ["circuitBreaker", "deadlineMs", "attemptTimeoutMs", "maxAttempts", "strategy", "strategies"],
  check(view, traffic) {
    const { breaker } = view;
    if (breaker === null) return [];
    const criteria = criteriaOf(breaker, view, traffic);
    if (criteria.some(({ hindrance }) => hindrance === null)) return [];
    const [first] = criteria;
    const why =
      first === undefined
        ? "circuitBreaker.failureThreshold is Infinity, and there is no failureRate and no slowCalls"
        : criteria.map(({ hindrance }) => hindrance).join("; ");
    const { option, value } = first ?? { option: "circuitBreaker.failureThreshold", value: breaker.failureThreshold };
    return [{ option, value, message: `Circuit "${breaker.name}" can never open: ${why}.`, fix: fixFor(option) }];
  },
};

function fixFor(option: string): string {
  if (option.endsWith("tripOn"))
    return `Name the classes that speak for a dependency that is down: ${list([...DEFAULT_TRIP_ON])}, say.`;
  if (option.endsWith("durationMs")) return "Set it below what a call may take, or take the breaker out.";
  return "Set it to what can be reached within windowMs, lengthen windowMs, or take the breaker out.";
}

function criteriaOf(breaker: BreakerSettings, view: View, traffic: Traffic): readonly Criterion[] {
  const { failureThreshold, classThresholds, failureRate, slowCalls, tripOn, consecutive } = breaker;
  const arrivals = arrivalsIn(breaker, traffic);
  const occurs = (errorClass: string): boolean => traffic.classes?.some((known) => known === errorClass) ?? true;
  const criteria: Criterion[] = [];

  const add = (option: string, value: number, classes: readonly string[], counting: string, endless = false): void => {
    const path = `circuitBreaker.${option}`;
    const hindered = (hindrance: string) => criteria.push({ option: counting, value: classes, hindrance });
    if (classes.length === 0) hindered(`${counting} is empty`);
    else if (!classes.some(occurs)) {
      hindered(`${counting} counts ${list(classes)}, which never ${classes.length === 1 ? "occurs" : "occur"}`);
    } else
      criteria.push({ option: path, value, hindrance: tooMany(path, value, endless ? Infinity : arrivals, breaker, traffic) });
  };
  // Failures in a row have no window.
  const common = "circuitBreaker.tripOn";
  // Infinity stands for none, beside a rate.
  if (failureThreshold < Infinity) add("failureThreshold", failureThreshold, tripOn, common, consecutive);
  for (const [errorClass, threshold] of Object.entries(classThresholds)) {
    const option = `classThresholds.${errorClass}`;
    if (threshold !== undefined) add(option, threshold, [errorClass], `circuitBreaker.${option}`, consecutive);
  }
  if (failureRate !== undefined) add("failureRate.minimumCalls", failureRate.minimumCalls, tripOn, common);
  if (slowCalls !== undefined) criteria.push(slowCriterion(slowCalls, arrivals, breaker, view, traffic));
  return criteria;
}

function slowCriterion(
  { durationMs, minimumCalls }: RateThreshold & { readonly durationMs: number },
  arrivals: number,
  breaker: BreakerSettings,
  { alone, worst: { totalMs } }: View,
  traffic: Traffic,
): Criterion {
  const option = "circuitBreaker.slowCalls.durationMs";
  // A breaker that stands alone does not know how long its calls may take.
  if (durationMs === Infinity) return { option, value: durationMs, hindrance: `${option} is Infinity` };
  if (!alone && durationMs > totalMs) {
    const hindrance = `${option} is ${ms(durationMs)}, but a call takes ${ms(totalMs)} at most, unless it is synchronous`;
    return { option, value: durationMs, hindrance };
  }
  const path = "circuitBreaker.slowCalls.minimumCalls";
  return { option: path, value: minimumCalls, hindrance: tooMany(path, minimumCalls, arrivals, breaker, traffic) };
}

/** Calls that can end within the window; Infinity where that is not known. */
function arrivalsIn({ windowMs }: BreakerSettings, { callsPerSecond = Infinity }: Traffic): number {
  return Math.ceil((callsPerSecond * windowMs) / 1000);
}

function tooMany(
  option: string,
  needed: number,
  arrivals: number,
  { windowMs }: BreakerSettings,
  { callsPerSecond = 0 }: Traffic,
): string | null {
  if (needed === Infinity) return `${option} is Infinity`;
  if (needed <= arrivals) return null;
  return `${option} is ${needed}, but at ${counted(callsPerSecond, "call")} per second at most ${arrivals} can arrive within windowMs (${ms(windowMs)})`;
}
