import { Hedge, type HedgeOptions, Policy } from "redress";
import { describe, expect, test } from "vitest";
import { durationMs, finite, NO_NUMBERS, ratio, type Table, testOptions, type Values, wholeFrom1 } from "./option-table.ts";

const quantile: Values = { good: [0.001, 0.5, 0.999], wrongType: NO_NUMBERS, outOfRange: [0, 1, -0.5, 95, Number.NaN] };

const common: Table<Required<Pick<HedgeOptions, "maxHedges" | "loadRatio">>> = { maxHedges: wholeFrom1, loadRatio: ratio };
const learnt: Table<Required<Omit<HedgeOptions, "delayMs">>> = {
  quantile,
  minSamples: wholeFrom1,
  windowMs: durationMs,
  ...common,
};
const fixed: Table<Required<Pick<HedgeOptions, "delayMs" | "maxHedges" | "loadRatio">>> = { delayMs: finite(0), ...common };

/** A Hedge needs one of two options: here it has one, until the other is tried. */
const makeWith = (needed: HedgeOptions) => (options: HedgeOptions) => {
  const isObject = typeof options === "object" && options !== null && !Array.isArray(options);
  const given = isObject ? Object.entries(options).filter(([, value]) => value !== undefined) : [];
  return new Hedge(isObject ? { ...needed, ...Object.fromEntries(given) } : options);
};

describe("Hedge by quantile", () => testOptions({ owner: "hedge", make: makeWith({ quantile: 0.95 }) }, learnt));
describe("Hedge by delay", () => testOptions({ owner: "hedge", make: makeWith({ delayMs: 10 }) }, fixed));

test.each<[string, HedgeOptions, string]>([
  [
    "neither a delay nor a quantile",
    { maxHedges: 2 },
    "hedge.delayMs must be given where there is no quantile, got undefined. Give one of the two, such as { quantile: 0.95 }.",
  ],
  [
    "a quantile beside a delay",
    { delayMs: 10, quantile: 0.95 },
    "hedge.quantile must be left out beside delayMs, which is not learnt, got 0.95. Leave one of the two out.",
  ],
  [
    "minSamples beside a delay",
    { delayMs: 10, minSamples: 10 },
    "hedge.minSamples must be left out beside delayMs, which is not learnt, got 10. Leave one of the two out.",
  ],
  [
    "windowMs beside a delay",
    { delayMs: 10, windowMs: 10 },
    "hedge.windowMs must be left out beside delayMs, which is not learnt, got 10. Leave one of the two out.",
  ],
])("%s is a TypeError", (_what, options, message) => {
  expect(() => new Hedge(options)).toThrow(new TypeError(message));
});

test("a percentile is told to be a ratio", () => {
  expect(() => new Hedge({ quantile: 95 })).toThrow(
    new RangeError("hedge.quantile must be a ratio > 0 and < 1, such as 0.95 for the 95th percentile, got 95."),
  );
});

test.each<[string, string]>([
  ["p95", "`quantile`, a ratio such as 0.95"],
  ["percentile", "`quantile`, a ratio such as 0.95"],
  ["delay", "`delayMs`"],
  ["hedgingDelay", "`delayMs`"],
  ["maxAttempts", "`maxHedges`, which does not count the first attempt"],
  ["hedges", "`maxHedges`, which does not count the first attempt"],
  ["budget", "`loadRatio`"],
  ["minimumCalls", "`minSamples`"],
  ["window", "`windowMs`"],
])("%s is no option, and what was meant is told", (word, meant) => {
  expect(() => new Hedge({ quantile: 0.95, [word]: 1 })).toThrow(`hedge.${word} is not an option; did you mean ${meant}?`);
});

test("a policy takes a Hedge, and no options in its place", () => {
  expect(() => new Policy({ hedge: { delayMs: 10 } as never })).toThrow(
    new TypeError("policy.hedge must be a Hedge: new Hedge({ delayMs }) or new Hedge({ quantile }), got an object with delayMs."),
  );
});
