import { counted, ms } from "../wording.ts";
import type { SubjectRule } from "./rule.ts";

export const noDeadline: SubjectRule = {
  id: "no-deadline",
  summary: "Nothing bounds the time that a call with its retries takes.",
  reads: ["deadlineMs", "maxAttempts", "attemptTimeoutMs", "strategy", "strategies", "sleep", "sleeper", "limiter", "hedge"],
  check({ plan: { retry }, worst: { retried, attempts, totalMs, queuedMs } }) {
    if (retry === null || retried.length === 0 || retry.deadlineMs !== Infinity) return [];
    const many = counted(attempts, "attempt");
    const unbounded =
      attempts === Infinity
        ? "nothing bounds the call: neither its attempts nor its time"
        : retry.attemptTimeoutMs === Infinity
          ? `${many} may take any time, since retry.attemptTimeoutMs is Infinity too`
          : queuedMs === Infinity
            ? `${many} may wait for a limiter for any time`
            : `the delays between ${many} may take any time`;
    const queues = queuedMs === 0 ? "their delays" : "their delays and queues";
    const why = totalMs === Infinity ? unbounded : `${many} and ${queues} may take ${ms(totalMs)}`;
    const message = `retry.deadlineMs is Infinity: ${why}.`;
    const fix = "Set it to the time after which nobody waits for the answer any more.";
    return [{ option: "retry.deadlineMs", value: retry.deadlineMs, message, fix }];
  },
};
