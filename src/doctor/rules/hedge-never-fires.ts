import type { View } from "../subjects/index.ts";
import type { Traffic } from "../traffic.ts";
import { counted, ms } from "../wording.ts";
import { type HedgeLimits, placesOf } from "../worst-case/index.ts";
import type { SubjectRule, Warning } from "./rule.ts";

const MINUTE_MS = 60_000;

export const hedgeNeverFires: SubjectRule = {
  id: "hedge-never-fires",
  summary: "No hedge is ever started beside an attempt that is slow.",
  reads: ["hedge", "limiter", "maxAttempts", "attemptTimeoutMs", "deadlineMs"],
  check(view, traffic) {
    const { hedge } = view;
    if (hedge === null) return [];
    const warning =
      noAttemptIsLeft(view, hedge) ?? delayIsTooLong(view, hedge) ?? noPlaceIsLeft(view) ?? callsAreTooFew(hedge, traffic);
    return warning === null ? [] : [warning];
  },
};

function noAttemptIsLeft({ plan: { retry } }: View, { maxHedges }: HedgeLimits): Warning | null {
  if (retry?.maxAttempts !== 1) return null;
  const option = "retry.maxAttempts";
  const message = `${option} is 1, and a hedge is a further attempt: none is ever made.`;
  const enough = maxHedges === Infinity ? "" : `, such as 1 + hedge.maxHedges (${1 + maxHedges})`;
  return { option, value: 1, message, fix: `Set it to 2 or more${enough}, or leave the hedge out.` };
}

function delayIsTooLong({ plan: { retry } }: View, { delayMs }: HedgeLimits): Warning | null {
  const { attemptTimeoutMs = Infinity, deadlineMs = Infinity } = retry ?? {};
  const endMs = Math.min(attemptTimeoutMs, deadlineMs);
  if (delayMs === null || delayMs < endMs) return null;
  const [end, what] =
    attemptTimeoutMs <= deadlineMs
      ? ["retry.attemptTimeoutMs", "which has ended every attempt by then: a hedge is only started after one that has failed"]
      : ["retry.deadlineMs", "which has ended the call by then"];
  const message = `hedge.delayMs is ${ms(delayMs)}, not below ${end} (${ms(endMs)}), ${what}.`;
  const fix = "Set it to what all but a few percent of attempts take, or give hedge.quantile instead.";
  return { option: "hedge.delayMs", value: delayMs, message, fix };
}

/** A limiter that has one place: the attempt that is slow holds it. */
function noPlaceIsLeft({ limiters }: View): Warning | null {
  const narrow = limiters.find((limits) => placesOf(limits) === 1);
  if (narrow === undefined) return null;
  const option = `${narrow.option}.${narrow.kind === "adaptive" ? "max" : "maxConcurrent"}`;
  const message = `${option} is 1: the attempt beside which a hedge would be started holds the only place of limiter "${narrow.name}".`;
  return { option, value: 1, message, fix: "Raise it, or leave the hedge out." };
}

function callsAreTooFew({ loadRatio, measured }: HedgeLimits, { callsPerSecond = Infinity }: Traffic): Warning | null {
  const calls = `${counted(callsPerSecond, "call")} per second`;
  const inMinute = (callsPerSecond * MINUTE_MS) / 1000;
  if (loadRatio !== null && inMinute * loadRatio < 1) {
    const option = "hedge.loadRatio";
    const message = `${option} is ${loadRatio}, but at ${calls} that is less than one hedge a minute: none is ever started.`;
    const fix = inMinute < 1 ? "Leave the hedge out." : `Set it to ${roundedUp(1 / inMinute)} or more, or leave the hedge out.`;
    return { option, value: loadRatio, message, fix };
  }
  if (measured === null) return null;
  const { minSamples, windowMs } = measured;
  const known = Math.ceil((callsPerSecond * windowMs) / 1000);
  if (minSamples <= known && minSamples < Infinity) return null;
  const option = "hedge.minSamples";
  const why =
    minSamples === Infinity
      ? "the quantile is never known"
      : `but at ${calls} at most ${known} can be known within hedge.windowMs (${ms(windowMs)})`;
  const message = `${option} is ${minSamples}, ${why}: no hedge is ever started.`;
  return { option, value: minSamples, message, fix: "Lower it, lengthen hedge.windowMs, or give hedge.delayMs instead." };
}

/** To a thousandth, so that what is said is enough. */
const roundedUp = (ratio: number): number => Math.ceil(ratio * 1000) / 1000;
