import type { Limiter } from "../../core/limit/limiter.ts";
import { limitersOf } from "../../core/limit/limiter-chain.ts";
import { partOf } from "../../core/part.ts";

/** One of the limits of a rate limiter. */
export interface Rate {
  /** What it counts; `null` where the limiter has one limit only, of requests that cost 1. */
  readonly unit: string | null;
  /** As findings name it. */
  readonly option: string;
  readonly limit: number;
  readonly intervalMs: number;
  /** `null`: never more than `limit` within any interval. Else what may come at once, refilled evenly. */
  readonly burst: number | null;
  /** What an attempt costs that says nothing. */
  readonly cost: number;
}

/** What a limiter says of its limits. */
export type LimiterLimits = { readonly name: string /** As findings name it. */; readonly option: string } & (
  | { readonly kind: "bulkhead"; readonly maxConcurrent: number; readonly maxQueue: number; readonly queueTimeoutMs: number }
  | { readonly kind: "rate"; readonly rates: readonly Rate[]; readonly maxQueue: number }
  | { readonly kind: "adaptive"; readonly min: number; readonly max: number }
  | { readonly kind: "throttle"; readonly multiplier: number; readonly windowMs: number }
  /** A limiter of the user's own. */
  | { readonly kind: "other" }
);

/** What the limiters of a policy say, in the order in which they are asked. */
export function limiterLimits(limiter: Limiter | null): readonly LimiterLimits[] {
  const limiters = limiter === null ? [] : limitersOf(limiter);
  return limiters.map((each, index) => limitsOf(each, limiters.length === 1 ? "limiter" : `limiter[${index}]`));
}

function limitsOf(limiter: Limiter, option: string): LimiterLimits {
  const part = partOf(limiter);
  const { kind, settings = {} } = part ?? {};
  const number = (setting: string): number => Number(settings[setting]);
  const common = { name: String(limiter.name), option };
  switch (kind === "limiter" ? part?.name : undefined) {
    case "Bulkhead":
      return {
        ...common,
        kind: "bulkhead",
        maxConcurrent: number("maxConcurrent"),
        maxQueue: number("maxQueue"),
        queueTimeoutMs: number("queueTimeoutMs"),
      };
    case "RateLimiter":
      return { ...common, kind: "rate", rates: ratesOf(settings, option), maxQueue: number("maxQueue") };
    case "AdaptiveConcurrency":
      return { ...common, kind: "adaptive", min: number("min"), max: number("max") };
    case "AdaptiveThrottle":
      return { ...common, kind: "throttle", multiplier: number("multiplier"), windowMs: number("windowMs") };
    default:
      return { ...common, kind: "other" };
  }
}

interface RateSettings {
  readonly limit: number;
  readonly intervalMs: number;
  readonly burst?: number | undefined;
  readonly cost?: number | undefined;
}

function ratesOf(settings: object, option: string): readonly Rate[] {
  const { limits } = settings as { readonly limits?: Readonly<Record<string, RateSettings>> };
  if (limits === undefined) return [toRate(settings as RateSettings, null, option)];
  return Object.entries(limits).map(([unit, each]) => toRate(each, unit, `${option}.limits.${unit}`));
}

const toRate = ({ limit, intervalMs, burst, cost = 1 }: RateSettings, unit: string | null, option: string): Rate => ({
  unit,
  option,
  limit,
  intervalMs,
  burst: burst ?? null,
  cost,
});

/** What a rate admits within any interval, at most. */
export const mostWithin = ({ limit, burst }: Rate): number => limit + (burst ?? 0);

/** How many attempts a limiter has in flight at a time, at most. */
export function placesOf(limits: LimiterLimits): number {
  if (limits.kind === "bulkhead") return limits.maxConcurrent;
  return limits.kind === "adaptive" ? limits.max : Infinity;
}

/**
 * How long an attempt can wait in the queue of a limiter, at most. What a dependency asks for (retryAfterMs) pauses a rate limiter for as long, so
 * nothing of its own bounds its queue.
 */
export function longestInQueueMs(limits: LimiterLimits): number {
  if (limits.kind === "other") return Infinity;
  return limits.kind === "rate" && limits.maxQueue > 0 ? Infinity : usuallyInQueueMs(limits);
}

/** The same where the dependency asks for nothing: how long the last of a full queue can wait. */
export function usuallyInQueueMs(limits: LimiterLimits): number {
  if (limits.kind === "bulkhead") return limits.maxQueue === 0 ? 0 : limits.queueTimeoutMs;
  if (limits.kind !== "rate" || limits.maxQueue === 0) return 0;
  const { rates, maxQueue } = limits;
  return Math.max(...rates.map((rate) => untilAdmittedMs(rate, maxQueue)));
}

/** After how long as many attempts have been admitted that wait where nothing is left. What costs too much is never queued. */
function untilAdmittedMs({ limit, intervalMs, burst, cost }: Rate, attempts: number): number {
  if (cost === 0 || limit === Infinity || cost > (burst ?? limit)) return 0;
  // A bucket refills evenly; what an interval without a burst has taken in at once leaves it at once.
  return burst === null ? Math.ceil(attempts / Math.floor(limit / cost)) * intervalMs : (attempts * cost * intervalMs) / limit;
}

/** How many attempts of a full queue are admitted before a deadline. */
export function queuedBefore(deadlineMs: number, rates: readonly Rate[]): number {
  return Math.min(...rates.map((rate) => admittedBefore(deadlineMs, rate)));
}

function admittedBefore(deadlineMs: number, { limit, intervalMs, burst, cost }: Rate): number {
  if (cost === 0 || limit === Infinity) return Infinity;
  if (burst === null) return Math.floor(limit / cost) * (Math.ceil(deadlineMs / intervalMs) - 1);
  return Math.ceil((deadlineMs * limit) / (cost * intervalMs)) - 1;
}
