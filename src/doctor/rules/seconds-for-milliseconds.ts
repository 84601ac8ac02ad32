import { type Description, descriptionOf, partOf } from "../../core/part.ts";
import type { View } from "../subjects/index.ts";
import { ms } from "../wording.ts";
import { type LimiterLimits, strategiesInUse } from "../worst-case/index.ts";
import type { SubjectRule } from "./rule.ts";

/** Up to which value a duration is rather one in seconds. A store in the same data centre answers in a few milliseconds, so it is not much. */
const MOST_SECONDS = {
  deadlineMs: 120,
  attemptTimeoutMs: 30,
  recoveryTimeoutMs: 300,
  windowMs: 600,
  durationMs: 10,
  maxMs: 60,
  delayMs: 2,
  queueTimeoutMs: 10,
  intervalMs: 60,
} as const;

export const secondsForMilliseconds: SubjectRule = {
  id: "seconds-for-milliseconds",
  summary: "A duration is so short that it was probably meant in seconds.",
  reads: [
    "deadlineMs",
    "attemptTimeoutMs",
    "maxAttempts",
    "strategy",
    "strategies",
    "budget",
    "circuitBreaker",
    "limiter",
    "hedge",
  ],
  check(view) {
    return durationsOf(view).flatMap(([option, value]) => {
      const name = option.slice(option.lastIndexOf(".") + 1) as keyof typeof MOST_SECONDS;
      if (typeof value !== "number" || !(value > 0 && value <= MOST_SECONDS[name])) return [];
      const message = `${option} is ${ms(value)}, which looks like ${value} s: durations are in milliseconds.`;
      const fix = `Write ${grouped(value * 1_000)} for ${value} s; where ${ms(value)} are meant, leave this rule out.`;
      return [{ option, value, message, fix }];
    });
  },
};

/** The durations that somebody may have written, each with its option. */
function durationsOf({
  plan: { retry },
  breaker,
  limiters,
  hedge,
  worst,
}: View): readonly (readonly [option: string, value: unknown])[] {
  const budget = partOf(retry?.budget);
  return [
    ["retry.deadlineMs", retry?.deadlineMs],
    ["retry.attemptTimeoutMs", retry?.attemptTimeoutMs],
    // Conflicts of writers are over in milliseconds.
    ...strategiesInUse(worst.retried.filter(({ errorClass }) => errorClass !== "CONCURRENCY")).map(
      ({ option, strategy }) => [`${option}.maxMs`, longestOf(descriptionOf(strategy))] as const,
    ),
    ["retry.budget.windowMs", budget?.settings["windowMs"]],
    ["circuitBreaker.windowMs", breaker?.windowMs],
    ["circuitBreaker.recoveryTimeoutMs", breaker?.recoveryTimeoutMs],
    ["circuitBreaker.slowCalls.durationMs", breaker?.slowCalls?.durationMs],
    ["hedge.delayMs", hedge?.delayMs],
    ["hedge.windowMs", hedge?.measured?.windowMs],
    ...limiters.flatMap(durationsOfLimiter),
  ];
}

function durationsOfLimiter(limits: LimiterLimits): readonly (readonly [option: string, value: unknown])[] {
  if (limits.kind === "bulkhead") return [[`${limits.option}.queueTimeoutMs`, limits.queueTimeoutMs]];
  if (limits.kind === "throttle") return [[`${limits.option}.windowMs`, limits.windowMs]];
  // One at a time, so many milliseconds apart, is a rate that is meant.
  const rates = limits.kind === "rate" ? limits.rates.filter(({ limit, cost }) => limit > cost) : [];
  return rates.map(({ option, intervalMs }) => [`${option}.intervalMs`, intervalMs] as const);
}

/** The `maxMs` of a strategy, or of the one that it asks. */
function longestOf({ settings }: Description): unknown {
  const { maxMs, fallback } = settings as { readonly maxMs?: unknown; readonly fallback?: Description };
  return maxMs ?? (fallback && longestOf(fallback));
}

/** A number as it is written in code: 30_000. */
const grouped = (value: number): string => String(value).replaceAll(/\B(?=(\d{3})+$)/g, "_");
