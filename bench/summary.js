/** From the rounds' numbers to what the tables show. */
import { WITHOUT_IT } from "./contenders/names.js";

/**
 * @typedef {{ name: string, median: number, min: number, ratio: number | undefined, bareRatio: number | undefined, more: number | undefined, values: (number | null)[], note: string | undefined }} Result
 * @typedef {{ name: string, title: string, about: "limits" | undefined, unit: "ns" | "ms" | "B", goal: import("./scenarios/scenario.js").Goal | undefined, isMet: boolean | undefined, results: Result[], errors: Record<string, string> }} Summary
 */

/**
 * @param {import("./rounds.js").Measured} measured
 * @returns {Summary}
 */
export function summarize({ scenario, values, errors }) {
  const results = Object.keys(scenario.contenders)
    .filter((name) => values[name]?.some((value) => value !== null))
    .map((name) => ({
      name,
      median: median(values[name]),
      min: Math.min(...values[name].filter((value) => value !== null)),
      ratio: ratio(values[name], values.handwritten),
      bareRatio: ratio(values[name], values["bare loop"]),
      more: name === "redress" ? difference(values[name], values[WITHOUT_IT]) : undefined,
      values: values[name],
      note: scenario.contenders[name].note,
    }));
  const { name, title, about, unit, goal } = scenario;
  return { name, title, about, unit, goal, isMet: isMet(goal, results[0]), results, errors };
}

/**
 * The median over the rounds of what the contender took relative to the reference in the same round.
 * @param {(number | null)[]} values
 * @param {(number | null)[] | undefined} reference
 */
function ratio(values, reference) {
  return byRounds(values, reference, (value, of) => value / of);
}

/**
 * The same for what the contender took more than the reference.
 * @param {(number | null)[]} values
 * @param {(number | null)[] | undefined} reference
 */
function difference(values, reference) {
  return byRounds(values, reference, (value, of) => value - of);
}

/**
 * @param {(number | null)[]} values
 * @param {(number | null)[] | undefined} reference
 * @param {(value: number, reference: number) => number} compare
 */
function byRounds(values, reference, compare) {
  if (!reference || reference === values) return undefined;
  const compared = values.map((value, round) => (value === null || !reference[round] ? null : compare(value, reference[round])));
  return compared.some((each) => each !== null) ? median(compared) : undefined;
}

/**
 * Whether redress reached its goal, by its medians.
 * @param {import("./scenarios/scenario.js").Goal | undefined} goal
 * @param {Result | undefined} result
 */
function isMet(goal, result) {
  if (!goal || result?.name !== "redress") return undefined;
  if (goal.value !== undefined) return result.median <= goal.value;
  if (goal.more !== undefined) return result.more === undefined ? undefined : result.more <= goal.more;
  return result.ratio === undefined || goal.ratio === undefined ? undefined : result.ratio <= goal.ratio;
}

/** @param {(number | null)[]} values */
export function median(values) {
  const sorted = values.filter((value) => value !== null).sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}
