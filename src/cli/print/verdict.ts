import type { SimulationReport } from "../../simulate/index.ts";
import { HEALTHY_MS, isObservedLongEnough } from "../../simulate/record/index.ts";
import { counted, duration, percent } from "./numbers.ts";

/** One sentence on what happened under a policy. */
export function verdict(report: SimulationReport): string {
  const { disturbance, timeToRecoverMs, recoveredAtMs, amplification, durationMs } = report;
  const made = `made ${amplification.toFixed(amplification < 10 ? 2 : 0)} requests per call, ${succeeded(report)}.`;
  if (disturbance === null) return made;
  if (disturbance.toMs >= durationMs) return `was not watched to the end of the disturbance; ${made}`;
  if (timeToRecoverMs === null) {
    if (!isObservedLongEnough(disturbance, durationMs))
      return `was not watched for ${duration(HEALTHY_MS)} after the disturbance; ${made}`;
    return `did not recover in the ${duration(durationMs - disturbance.toMs)} after the disturbance; ${made}`;
  }
  if (recoveredAtMs === null) return `lost next to no calls to the disturbance; ${made}`;
  if (timeToRecoverMs === 0) return `recovered as soon as the disturbance was over; ${made}`;
  return `recovered ${duration(timeToRecoverMs)} after the disturbance; ${made}`;
}

/** Says how many calls did not end, where they are many: they neither succeed nor fail, and are easily missed. */
function succeeded({ successRatio, calls: { started, unfinished } }: SimulationReport): string {
  if (started === 0) return "but no call came";
  if (successRatio === null) return "but no call ended";
  const share = `${percent(successRatio)} of the calls`;
  return unfinished > started / 100
    ? `${share} that ended succeeded, ${counted(unfinished, "call")} did not end`
    : `${share} succeeded`;
}
