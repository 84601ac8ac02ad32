import { ms } from "../wording.ts";
import { type LimiterLimits, queuedBefore, usuallyInQueueMs } from "../worst-case/index.ts";
import type { SubjectRule, Warning } from "./rule.ts";

export const queueOutlastsDeadline: SubjectRule = {
  id: "queue-outlasts-deadline",
  summary: "The queue of a limiter can hold a call until its deadline has passed.",
  reads: ["limiter", "deadlineMs"],
  check({ plan: { retry }, limiters }) {
    const deadlineMs = retry?.deadlineMs ?? Infinity;
    if (deadlineMs === Infinity) return [];
    return limiters.flatMap((limits) => (usuallyInQueueMs(limits) < deadlineMs ? [] : (about(limits, deadlineMs) ?? [])));
  },
};

function about(limits: LimiterLimits, deadlineMs: number): Warning | null {
  const deadline = `retry.deadlineMs (${ms(deadlineMs)})`;
  if (limits.kind === "bulkhead") {
    const { queueTimeoutMs, name } = limits;
    const option = `${limits.option}.queueTimeoutMs`;
    const message =
      `${option} is ${queueTimeoutMs === Infinity ? "Infinity" : ms(queueTimeoutMs)}, not below ${deadline}: limiter "${name}" may hold a call in its queue until the call is over, ` +
      "without an attempt.";
    const fix = `Set it to the part of ${ms(deadlineMs)} that may be spent on waiting: what waits longer is turned away while its caller can still do without.`;
    return { option, value: queueTimeoutMs, message, fix };
  }
  if (limits.kind !== "rate") return null;
  const { maxQueue, name, rates } = limits;
  const option = `${limits.option}.maxQueue`;
  const useful = queuedBefore(deadlineMs, rates);
  const message =
    `${option} is ${maxQueue}, but no more than ${useful} of a full queue are admitted by limiter "${name}" before ${deadline}: ` +
    "the others wait for nothing.";
  const fix =
    useful === 0
      ? "Leave it out, or raise the limit or retry.deadlineMs."
      : `Set it to ${useful} or less, or raise the limit or retry.deadlineMs.`;
  return { option, value: maxQueue, message, fix };
}
