import { strategyPartOf } from "../../core/backoff/strategy.ts";
import { descriptionOf } from "../../core/part.ts";
import { strategyName } from "../wording.ts";
import type { SubjectRule } from "./rule.ts";

export const retryAfterIgnored: SubjectRule = {
  id: "retry-after-ignored",
  summary: "A rate limited call is retried without regard to when the dependency asked it to come back.",
  reads: ["strategy", "strategies", "maxAttempts", "maxRetriesPerClass"],
  check({ worst: { retried } }, { classes }) {
    const used = retried.find(({ errorClass }) => errorClass === "RATE_LIMIT");
    if (used === undefined || classes?.includes("RATE_LIMIT") === false) return [];
    if (strategyPartOf(used.strategy)?.readsRetryAfter !== false) return [];
    const message =
      `${used.option} is ${strategyName(used.strategy)}, which does not look at retryAfterMs: a rate limited call comes back before the dependency ` +
      "asked it to, and is refused again.";
    const fix =
      used.option === "retry.strategy"
        ? "Wrap it: retryAfterOr(strategy); or give RATE_LIMIT a strategy of its own."
        : "Wrap it: retryAfterOr(strategy).";
    return [{ option: used.option, value: descriptionOf(used.strategy), message, fix }];
  },
};
