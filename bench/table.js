/** The two shapes of the result: a list for the terminal, two tables for the README. */
import { CONTENDERS } from "./contenders/names.js";

/** @typedef {import("./summary.js").Summary} Summary @typedef {import("./summary.js").Result} Result */

/** @param {Summary} summary */
export function terminalTable({ name, title, unit, goal, isMet, results, errors }) {
  const rows = results.map((result) => [
    result.name,
    amount(result.median, unit),
    amount(result.min, unit),
    times(result.ratio),
    times(result.bareRatio),
    result.more === undefined ? "" : signed(result.more, unit),
    result.note ? `(${result.note})` : "",
  ]);
  const has = (/** @type {"bareRatio" | "more"} */ what) => results.some((each) => each[what] !== undefined);
  const head = ["", "median", "min", "x handwritten", has("bareRatio") ? "x bare loop" : "", has("more") ? "more" : "", ""];
  const widths = head.map((_, column) => Math.max(...[head, ...rows].map((row) => row[column].length)));
  const isText = (/** @type {number} */ column) => column === 0 || column === head.length - 1;
  const lines = [head, ...rows].map((row) => {
    const cells = row.map((cell, at) => (isText(at) ? cell.padEnd(widths[at]) : cell.padStart(widths[at])));
    return cells.join("  ").trimEnd();
  });
  const goalLine = goal ? [`goal ${verdict(goal, unit, isMet)}`] : [];
  const failed = Object.entries(errors).map(([contender, error]) => `${contender} failed: ${error}`);
  const body = [...goalLine, ...lines, ...failed].map((line) => `  ${line}`);
  return [`${title.replaceAll("`", "")} [${name}]`, ...body, ""].join("\n");
}

/**
 * @param {Summary[]} summaries
 * @param {import("./environment.js").Environment} environment
 */
export function markdownTable(summaries, { node, cpu, cores, versions, rounds }) {
  const notes = /** @type {string[]} */ ([]);
  const tables = [undefined, "limits"].flatMap((about) => {
    const those = summaries.filter((summary) => summary.about === about);
    return those.length > 0 ? [...tableOf(those, notes), ""] : [];
  });
  const contenders = Object.entries(versions).map(([name, version]) => `${name} ${version}`);
  const footnotes = notes.map((note, index) => `${index + 1}. ${note}`);
  const about = `Node ${node}, ${cpu}, ${cores} cores, ${rounds} rounds; ${contenders.join(", ")}.`;
  return [about, "", ...tables, ...footnotes].join("\n");
}

/**
 * @param {Summary[]} summaries
 * @param {string[]} notes
 */
function tableOf(summaries, notes) {
  const ran = new Set(summaries.flatMap(({ results, errors }) => [...results.map(({ name }) => name), ...Object.keys(errors)]));
  const columns = CONTENDERS.filter((name) => ran.has(name));
  const rows = summaries.map(({ title, unit, goal, isMet, results, errors }) => [
    title,
    goal ? verdict(goal, unit, isMet).replace("missed", "**missed**") : "",
    ...columns.map((name) => {
      if (errors[name]) return "failed";
      const result = results.find((each) => each.name === name);
      return result ? cell(result, unit) + footnote(result.note, notes) : "-";
    }),
  ]);
  const head = ["scenario", "goal", ...columns];
  return [head, head.map(() => "---"), ...rows].map((row) => `| ${row.join(" | ")} |`);
}

/**
 * @param {Result} result
 * @param {Summary["unit"]} unit
 */
function cell({ median, ratio, bareRatio, more, name }, unit) {
  const compared = [
    ratio && times(ratio),
    name === "redress" && bareRatio && `${times(bareRatio)} bare`,
    more !== undefined && signed(more, unit),
  ].filter(Boolean);
  return amount(median, unit) + (compared.length > 0 ? ` (${compared.join(", ")})` : "");
}

/**
 * @param {string | undefined} note
 * @param {string[]} notes
 */
function footnote(note, notes) {
  if (!note) return "";
  if (!notes.includes(note)) notes.push(note);
  return ` <sup>${notes.indexOf(note) + 1}</sup>`;
}

/**
 * @param {NonNullable<Summary["goal"]>} goal
 * @param {Summary["unit"]} unit
 * @param {boolean | undefined} isMet
 */
function verdict(goal, unit, isMet) {
  const limit =
    goal.value !== undefined
      ? amount(goal.value, unit)
      : goal.more !== undefined
        ? `${amount(goal.more, unit)} more`
        : times(goal.ratio);
  return `<= ${limit}${isMet === undefined ? "" : isMet ? ", met" : ", missed"}`;
}

/**
 * @param {number} value
 * @param {Summary["unit"]} unit
 */
function amount(value, unit) {
  return `${value >= 10 ? Math.round(value).toLocaleString("en-US") : value.toPrecision(2)} ${unit}`;
}

/**
 * @param {number} more
 * @param {Summary["unit"]} unit
 */
function signed(more, unit) {
  return `${more < 0 ? "-" : "+"}${Math.round(Math.abs(more)).toLocaleString("en-US")} ${unit}`;
}

/** @param {number | undefined} ratio */
function times(ratio) {
  if (ratio === undefined) return "";
  return ratio >= 10 ? `${Math.round(ratio).toLocaleString("en-US")}x` : `${ratio.toFixed(2)}x`;
}
