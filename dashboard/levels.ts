/* What is left of a budget, and what is taken of a limiter. */
import type { BudgetSnapshot, LimiterSnapshot } from "../src/registry/index.ts";
import { bar, element } from "./elements.ts";
import { count, duration, share, short } from "./words.ts";

function showBudget({ remaining, capacity, policies }: BudgetSnapshot, policy: string): HTMLElement {
  const others = policies.filter((other) => other !== policy);
  const isDrained = remaining < 1;
  const left = capacity === null ? `${short(remaining)} left` : `${short(remaining)} of ${short(capacity)} left`;
  return element(
    "section",
    { class: "budget", "data-drained": String(isDrained) },
    element("h3", {}, "Retry budget"),
    capacity === null || capacity === 0
      ? null
      : bar("level", { kind: isDrained ? "drained" : "budget", share: remaining / capacity }),
    element("p", {}, left, isDrained ? element("strong", {}, " · drained, no retries") : null),
    others.length === 0 ? null : element("p", { class: "muted" }, `Shared with ${others.join(", ")}.`),
  );
}

function showLimiter(limiter: LimiterSnapshot): HTMLElement {
  const { name, kind, inUse, queued, limit, maxQueue } = limiter;
  const isFull = limit !== null && inUse >= limit;
  const waiting = `${count(queued)}${maxQueue === null || maxQueue === 0 ? "" : ` of ${count(maxQueue)}`} waiting`;
  const words = [limit === null ? null : `${count(inUse)} of ${count(limit)} in use`, ...ratesOf(limiter), waiting];
  return element(
    "section",
    { class: "limiter" },
    element("h3", {}, `${kind} `, element("span", { class: "name" }, name)),
    limit === null ? null : bar("level", { kind: isFull ? "full" : "in-use", share: inUse / limit }),
    element("p", {}, words.filter((word) => word !== null).join(", "), isFull ? element("strong", {}, " · full") : null),
  );
}

function ratesOf({ remaining, stats }: LimiterSnapshot): readonly string[] {
  const { pausedMs = 0, rejectionRatio, rejected = 0 } = stats;
  const left =
    typeof remaining === "number"
      ? [`${short(remaining)} free now`]
      : Object.entries(remaining ?? {}).map(([dimension, free]) => `${short(free)} ${dimension} free now`);
  return [
    ...left,
    ...(rejectionRatio === undefined ? [] : [`${share(rejectionRatio, 1)} held back`]),
    ...(pausedMs > 0 ? [`paused for ${duration(pausedMs)}`] : []),
    ...(rejected > 0 ? [`${count(rejected)} turned away`] : []),
  ];
}

export { showBudget, showLimiter };
