/* What the limiters admit of all calls together, and how long a call waits for them. */
import type { View } from "../subjects/index.ts";
import { counted, list, ms } from "../wording.ts";
import { type LimiterLimits, mostWithin, type Rate, usuallyInQueueMs } from "../worst-case/index.ts";

export function limiterSentences({ plan: { retry }, limiters, hedge }: View): readonly string[] {
  if (limiters.length === 0) return [];
  const hedges = hedge === null ? "" : " A hedge does not wait in a queue: where there is no room, it is not made.";
  return [
    ...limiters.map((limits) => sentence(limits, retry?.deadlineMs ?? Infinity)),
    `A call that a limiter turns away makes no further attempt (LIMITED).${hedges}`,
  ];
}

const REST = "and turns away the rest";

function sentence(limits: LimiterLimits, deadlineMs: number): string {
  const limiter = `Limiter "${limits.name}"`;
  switch (limits.kind) {
    case "bulkhead":
      return `${limiter} lets ${many(limits.maxConcurrent)} of all calls be in flight at a time${bulkheadQueue(limits, deadlineMs)}.`;
    case "rate":
      return `${limiter} admits of all calls together ${list(limits.rates.map(rateInWords))}${rateQueue(limits)}.`;
    case "adaptive": {
      const { min, max } = limits;
      return `${limiter} lets ${min === max ? "" : `${min} to `}${many(max)} of all calls be in flight at a time, by how long they take, ${REST}.`;
    }
    case "throttle": {
      const { option, multiplier, windowMs } = limits;
      return `${limiter} lets about ${option}.multiplier (${multiplier}) times as many attempts through as the dependency has accepted in the last ${ms(windowMs)}, ${REST}.`;
    }
    case "other": {
      const end = deadlineMs === Infinity ? "" : `, below retry.deadlineMs (${ms(deadlineMs)})`;
      return `${limiter} tells nothing of its limits: an attempt may wait for it for any time${end}.`;
    }
  }
}

const many = (attempts: number): string => (attempts === Infinity ? "any number of attempts" : counted(attempts, "attempt"));

function bulkheadQueue(
  { option, maxQueue, queueTimeoutMs }: Extract<LimiterLimits, { kind: "bulkhead" }>,
  deadlineMs: number,
): string {
  if (maxQueue === 0) return `, ${REST}`;
  const waiting =
    maxQueue === Infinity ? "any number of others wait" : `up to ${counted(maxQueue, "other waits", "others wait")}`;
  if (queueTimeoutMs < Infinity) return `; ${waiting} for ${option}.queueTimeoutMs (${ms(queueTimeoutMs)}) at most`;
  return `; ${waiting}${deadlineMs === Infinity ? ", and nothing bounds how long" : `, as long as retry.deadlineMs (${ms(deadlineMs)}) lets them`}`;
}

function rateInWords(rate: Rate): string {
  const { limit, intervalMs, burst, unit } = rate;
  const what = unit ?? (limit === 1 ? "request" : "requests");
  if (burst === null) return `${limit} ${what} within any ${ms(intervalMs)}`;
  return `${limit} ${what} per ${ms(intervalMs)} and up to ${burst} at once, which is ${mostWithin(rate)} within any ${ms(intervalMs)}`;
}

function rateQueue(limits: Extract<LimiterLimits, { kind: "rate" }>): string {
  const { maxQueue } = limits;
  if (maxQueue === 0) return `, ${REST}`;
  const usuallyMs = usuallyInQueueMs(limits);
  const last = usuallyMs === Infinity ? "" : `, the last of them for ${ms(usuallyMs)}`;
  const waiting =
    maxQueue === Infinity ? "any number of others wait" : `up to ${counted(maxQueue, "other waits", "others wait")}`;
  return `; ${waiting}${last}, or for as long as the dependency asks (retryAfterMs)`;
}
