import { list } from "../wording.ts";
import type { SubjectRule } from "./rule.ts";

export const fallbackHidesRetries: SubjectRule = {
  id: "fallback-hides-retries",
  summary: "Callers wait for retries although a fallback has the value at hand.",
  reads: ["fallback", "maxAttempts", "strategy", "strategies", "maxRetriesPerClass"],
  check({ plan: { fallback }, worst: { retried } }) {
    const on = fallback?.on ?? new Set();
    const hidden = retried.map(({ errorClass }) => errorClass).filter((errorClass) => on.has(errorClass));
    if (hidden.length === 0) return [];
    const message =
      `policy.fallback.on names ${list(hidden)}, which the retry retries first: callers wait for all those attempts, ` +
      "and then get the value that was at hand from the beginning.";
    const caps = list(hidden.map((errorClass) => `retry.maxRetriesPerClass.${errorClass}`));
    const fix = `Set ${caps} to 0 to answer at once; or name the stop reasons after which the fallback answers, such as MAX_ATTEMPTS_GLOBAL.`;
    return [{ option: "policy.fallback.on", value: [...on], message, fix }];
  },
};
