import { counted, ms } from "../wording.ts";
import { deferralOf } from "../worst-case/index.ts";
import type { SubjectRule } from "./rule.ts";

export const deadlineOfDeliveries: SubjectRule = {
  id: "deadline-of-deliveries",
  summary: "Retries are left to later deliveries, under a deadline that was made for requests.",
  reads: ["deadlineMs", "sleep", "maxAttempts", "strategy", "strategies"],
  check({ plan: { retry }, worst: { deliveries }, chosen }) {
    if (retry === null || deliveries === 1 || chosen("deadlineMs") || deferralOf(retry.sleep) === null) return [];
    const { deadlineMs } = retry;
    const all = deliveries === Infinity ? "all deliveries" : `all of up to ${counted(deliveries, "delivery", "deliveries")}`;
    const message = `retry.deadlineMs is left at its default, ${ms(deadlineMs)}, and spans ${all} of a call, with the delays between.`;
    return [
      {
        option: "retry.deadlineMs",
        value: deadlineMs,
        message,
        fix: "Set it to the time after which the job is not worth doing any more, such as 3_600_000 for an hour.",
      },
    ];
  },
};
