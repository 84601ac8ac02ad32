import { isPlain } from "../../core/is-object.ts";
import type { Cost } from "../../core/limit/limiter.ts";
import type { Allowance } from "../../core/limit/rate/allowance.ts";
import { BucketAllowance } from "../../core/limit/rate/bucket-allowance.ts";
import { WindowAllowance } from "../../core/limit/rate/window-allowance.ts";
import {
  aboveZero,
  aFunction,
  anObject,
  below,
  checkTable,
  demand,
  finiteAboveZero,
  finiteFrom,
  type OptionRule,
  type OptionTable,
  report,
  requireOptions,
  text,
  wholeFrom,
} from "../../core/option-rules.ts";
import { copyOfOptions, ownMembers } from "../../core/read-options.ts";
import { type Demand, throwRefusal } from "../../core/refusal.ts";
import { type Clock, systemClock } from "../../run/time/clock.ts";
import { clockRule } from "../clock-rule.ts";

/** How much per interval. */
export interface RateLimit {
  /** What may be taken per interval: > 0; requests, or whatever the costs count. Infinity: no limit. */
  readonly limit: number;
  /** Milliseconds, > 0 and finite. */
  readonly intervalMs: number;
  /**
   * What may be taken at once: > 0 and finite. It makes the limit a token bucket of this capacity, which `limit` per interval refills evenly.
   * Without it, there is never more than `limit` in any interval.
   */
  readonly burst?: number | undefined;
}

/** One of several limits that are kept together. */
export interface RateDimension extends RateLimit {
  /** What an attempt takes that says nothing: a finite number >= 0. Required where there are several dimensions. @default 1, where there is one */
  readonly cost?: number | undefined;
}

/** Exactly one of `limits`, and of `limit` with `intervalMs`, is given. */
export interface RateLimiterOptions<Dimension extends string = string> {
  /** The limiter's name in errors and events. @default "default" */
  readonly name?: string | undefined;
  /** What may be taken per interval: a number >= 1, of which each attempt takes one, or its `cost`. Infinity: no limit. */
  readonly limit?: number | undefined;
  /** Milliseconds, > 0 and finite. */
  readonly intervalMs?: number | undefined;
  /**
   * What may be taken at once: >= 1 and finite. It makes the limit a token bucket of this capacity, which `limit` per interval refills evenly, so
   * that there are at most `limit + burst` in any interval: for dependencies that count in the same way, and to spread calls evenly (`burst: 1`).
   * Without it, there is never more than `limit` in any interval, wherever it begins: for dependencies that refuse, or bill, what is more.
   */
  readonly burst?: number | undefined;
  /** Several limits, by name, that an attempt must fit into all together: requests and tokens per minute, say. */
  readonly limits?: Readonly<Record<Dimension, RateDimension>> | undefined;
  /** Attempts that wait for their turn: an integer >= 0. Further ones are turned away. @default 0 */
  readonly maxQueue?: number | undefined;
  /**
   * What an attempt that has succeeded has really cost, by the value of the operation; `undefined` where that does not say. More than it took counts
   * from then on; less is given back. What it throws changes no call: `onHookError` of the policy hears of it.
   */
  readonly used?: UsedBy | undefined;
  /** @default the system's */
  readonly clock?: Clock | undefined;
}

/** A limiter does not know what operations return, so the parameter may have any type. */
type UsedBy = { bivariant(value: unknown): Cost | undefined }["bivariant"];

/** A dimension with everything that it goes by. */
export interface CompleteDimension extends RateDimension {
  readonly cost: number;
}

/** The options, read, checked and complete. */
export interface RateLimiterSettings {
  readonly name: string;
  readonly dimensions: readonly CompleteDimension[];
  /** The names of the dimensions; `null` where there is one limit only, which has none. */
  readonly names: readonly string[] | null;
  readonly maxQueue: number;
  readonly used: UsedBy | undefined;
  readonly clock: Clock;
}

const contradiction = (text: string, advice: string): Demand => ({ ...demand(text), advice, why: "contradiction" });

/** What stands for one limit, and so means nothing beside several. */
const single = (rule: OptionRule): OptionRule => ({
  ...rule,
  inside: (value: unknown, place, given) => {
    if (given["limits"] === undefined) rule.inside?.(value as never, place, given);
    else report(place, value, contradiction("left out beside limits, each of which has its own", "Leave one of the two out."));
  },
});

type InsideRule = OptionRule & Required<Pick<OptionRule, "inside">>;

/** A capacity that an attempt must fit into. */
const capacity = (rule: OptionRule, ofAttempt: (given: Readonly<Record<string, unknown>>) => number): InsideRule => ({
  ...rule,
  inside: (value: number, place, given) => {
    const cost = ofAttempt(given);
    if (value < cost) report(place, value, { ...rule, text: `a number >= ${cost}, what an attempt costs that says nothing` });
  },
});

const burstRule = (rule: InsideRule): OptionRule => ({
  ...rule,
  inside: (value: number, place, given) => {
    rule.inside(value as never, place, given);
    if (given["limit"] === Infinity)
      report(place, value, contradiction("left out where limit is Infinity, which is no limit", "Leave one of the two out."));
  },
});

/** Of one that is no number, the cost itself is refused. */
const usualCost = ({ cost = 1 }: Readonly<Record<string, unknown>>): number => (typeof cost === "number" ? cost : 0);
const unlessBurst = (given: Readonly<Record<string, unknown>>): number => (given["burst"] === undefined ? usualCost(given) : 0);

const rateRules = {
  limit: capacity(aboveZero, unlessBurst),
  intervalMs: finiteAboveZero,
  burst: burstRule(capacity(finiteAboveZero, usualCost)),
};

const dimensionTable: OptionTable<keyof RateDimension> = {
  rules: { ...rateRules, cost: finiteFrom(0) },
  required: ["limit", "intervalMs"],
};
/** Of several. A silent 1 as the cost of an attempt would limit nothing where tokens are counted. */
const oneOfSeveral: OptionTable<keyof RateDimension> = { ...dimensionTable, required: ["limit", "intervalMs", "cost"] };

const limitsRule: OptionRule = {
  ...anObject,
  text: "an object with at least one limit by its name: { requests: { limit, intervalMs, cost } }",
  ok: (limits: object) => isPlain(limits) && Object.keys(limits).length > 0,
  copy: (limits) => {
    if (!isPlain(limits)) return limits;
    const read = ownMembers(limits) as Record<string, unknown>;
    for (const name in read) read[name] = copyOfOptions(read[name], dimensionTable);
    return read;
  },
  inside: (limits: Readonly<Record<string, unknown>>, place) => {
    const names = Object.keys(limits);
    for (const name of names) checkTable(limits[name], names.length > 1 ? oneOfSeveral : dimensionTable, below(place, name));
  },
};

const table: OptionTable<keyof RateLimiterOptions> = {
  rules: {
    name: text,
    limit: single(rateRules.limit),
    intervalMs: single(rateRules.intervalMs),
    burst: single(rateRules.burst),
    limits: limitsRule,
    maxQueue: wholeFrom(0),
    used: aFunction,
    clock: clockRule,
  },
};

/** Reads and checks the options. */
export function readRateOptions(given: RateLimiterOptions): RateLimiterSettings {
  const options = requireOptions("rateLimiter", given, table);
  const { name = "default", limit, intervalMs, burst, limits, maxQueue = 0, used, clock = systemClock } = options;
  const common = { name, maxQueue, used, clock };
  if (limits !== undefined) {
    const dimensions = Object.values(limits).map(complete);
    return { ...common, dimensions, names: Object.keys(limits) };
  }
  if (limit === undefined) return withoutLimit("limit", rateRules.limit);
  if (intervalMs === undefined) return withoutLimit("intervalMs", rateRules.intervalMs);
  return { ...common, dimensions: [complete({ limit, intervalMs, burst })], names: null };
}

const complete = ({ limit, intervalMs, burst, cost = 1 }: RateDimension): CompleteDimension => ({
  limit,
  intervalMs,
  burst,
  cost,
});

/** The options that such a limiter is made of. */
export function toRateOptions({ name, dimensions, names, maxQueue }: RateLimiterSettings): RateLimiterOptions {
  if (names !== null)
    return {
      name,
      limits: Object.fromEntries(names.map((each, index) => [each, dimensions[index] as CompleteDimension])),
      maxQueue,
    };
  const { cost: _one, ...single } = dimensions[0] as CompleteDimension;
  return { name, ...single, maxQueue };
}

/** @throws TypeError since there is nothing to go by */
function withoutLimit(option: string, rule: OptionRule): never {
  const advice = "Give limit and intervalMs, or limits.";
  return throwRefusal({ owner: "rateLimiter", path: [option], rule: { ...rule, advice }, value: undefined, required: true });
}

/** How a dimension counts. */
export const allowanceOf = ({ limit, intervalMs, burst }: RateLimit): Allowance =>
  burst === undefined ? new WindowAllowance(limit, intervalMs) : new BucketAllowance(limit, intervalMs, burst);
