/* Prints the demo: a line for each thing that happens, then numbers from the outcomes, in tables. */
import { styleText } from "node:util";
import type { Outcome } from "redress";
import type { Way } from "./without-redress.ts";

const startedAt = performance.now();

export function heading(text: string): void {
  console.log(`\n${bold(text)}\n`);
}

/** Prints what happened, with the time since the start. */
export function log(source: "server" | "budget" | "breaker", what: string, meaning = ""): void {
  const at = ((performance.now() - startedAt) / 1000).toFixed(2).padStart(5);
  const text = meaning === "" ? what : `${bold(what.padEnd(21))} ${meaning}`;
  console.log(`  ${at} s  ${source.padEnd(7)}  ${text}`);
}

/** How a call ended, in short: the stop reason, or the kind of success. */
export function endingOf(outcome: Outcome<unknown>): string {
  if (!outcome.ok) return outcome.stopReason;
  return outcome.attempts === 1 ? "ok at once" : "ok after retries";
}

/** What each ending of this demo means. One that is missing here is a surprise, and the demo fails. */
export const meanings: Readonly<Record<string, string>> = {
  "ok at once": "the first attempt succeeded",
  "ok after retries": "the caller never saw the failures",
  NON_RETRYABLE_CLASS: "a 404: asking again would not help",
  MAX_ATTEMPTS_GLOBAL: "every allowed attempt failed",
  DEADLINE_EXCEEDED: "a Retry-After beyond the deadline",
  BUDGET_EXHAUSTED: "failed with no retries left to spend",
  CIRCUIT_OPEN: "rejected: the server was not asked",
};

/** Prints one row for each ending, in the order of `meanings`, and one for all calls. */
export function printEndings(outcomes: readonly Outcome<unknown>[]): void {
  const endings = new Set([...Object.keys(meanings), ...outcomes.map(endingOf)]);
  const rows = [...endings].flatMap((ending) => {
    const ended = outcomes.filter((outcome) => endingOf(outcome) === ending);
    return ended.length === 0 ? [] : [[ending, ...figures(ended), meanings[ending] ?? "UNEXPECTED"]];
  });
  printTable(["ending", "calls", "attempts/call", "p50 ms", "p99 ms", "meaning"], [...rows, ["all", ...figures(outcomes), ""]]);
}

/** Prints one row for each way to make the calls. */
export function printWays(ways: readonly Way[]): void {
  const rows = ways.map(({ name, succeeded, requests, requestsInOutage, elapsedMs }) => [
    name,
    `${succeeded}`,
    `${requests}`,
    `${requestsInOutage}`,
    percentile(elapsedMs, 0.5).toFixed(1),
    percentile(elapsedMs, 0.99).toFixed(1),
  ]);
  printTable(["calls by", "succeeded", "requests", "of them in the outage", "p50 ms", "p99 ms"], rows);
}

function figures(outcomes: readonly Outcome<unknown>[]): string[] {
  const perCall = sum(outcomes.map((outcome) => outcome.attempts)) / outcomes.length;
  const elapsed = outcomes.map((outcome) => outcome.elapsedMs);
  return [`${outcomes.length}`, perCall.toFixed(2), percentile(elapsed, 0.5).toFixed(1), percentile(elapsed, 0.99).toFixed(1)];
}

/** Prints aligned columns: numbers to the right, words to the left. */
export function printTable(head: readonly string[], rows: readonly (readonly string[])[]): void {
  const widths = head.map((_, column) => Math.max(...[head, ...rows].map((row) => row[column]?.length ?? 0)));
  const isNumber = head.map((_, column) => rows.every((row) => /^[\d.]+$/.test(row[column] ?? "")));
  const line = (row: readonly string[]) =>
    row.map((cell, i) => (isNumber[i] ? cell.padStart(widths[i] ?? 0) : cell.padEnd(widths[i] ?? 0))).join("  ");
  console.log(`  ${bold(line(head).trimEnd())}`);
  for (const row of rows) console.log(`  ${line(row).trimEnd()}`);
}

/** Prints one fact per line, its name first. */
export function printFacts(named: Readonly<Record<string, string>>): void {
  const width = Math.max(...Object.keys(named).map((name) => name.length));
  for (const [name, text] of Object.entries(named)) console.log(`  ${bold(name.padEnd(width))}  ${text}`);
}

/** `name=value` for the settings of these names. */
export function pick(settings: object | null | undefined, names: readonly string[]): string {
  const entries = Object.entries(settings ?? {}).filter(([name]) => names.includes(name));
  return entries.map(([name, value]) => `${name}=${value}`).join(", ");
}

/** "216 calls made 1 attempt, 31 calls made 2 attempts": how often each value occurred. */
export function tally<Value extends string | number>(
  counts: ReadonlyMap<Value, number>,
  inWords: (value: Value, times: number) => string,
): string {
  const sorted = [...counts].sort(([a], [b]) => (a < b ? -1 : 1));
  return sorted.map(([value, times]) => inWords(value, times)).join(", ");
}

export function countBy<K>(keys: readonly K[]): Map<K, number> {
  const counts = new Map<K, number>();
  for (const key of keys) counts.set(key, (counts.get(key) ?? 0) + 1);
  return counts;
}

/** The smallest value that at least this share of the values does not exceed (nearest rank). */
export function percentile(values: readonly number[], ratio: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(ratio * sorted.length) - 1)] ?? Number.NaN;
}

/** The median and the 99th percentile of the calls' durations. */
export function spread(outcomes: readonly Outcome<unknown>[]): string {
  const elapsed = outcomes.map((outcome) => outcome.elapsedMs);
  return `p50 ${percentile(elapsed, 0.5).toFixed(0)} ms, p99 ${percentile(elapsed, 0.99).toFixed(0)} ms`;
}

export function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

export function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(2)} s`;
}

function bold(text: string): string {
  return process.stdout.isTTY && !process.env["NO_COLOR"] ? styleText("bold", text) : text;
}
