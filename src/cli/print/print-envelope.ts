import type { AllCalls, Envelope, WorstCase } from "../../doctor/index.ts";
import { isPlainObject } from "./kind-in-words.ts";
import { counted, duration, grouped, percent } from "./numbers.ts";
import type { Paint } from "./terminal.ts";
import { columns, wrap } from "./wrap.ts";

/** The envelope of one policy: every setting in a line of its own, then the worst case, and the reasons for it. */
export function printEnvelope(
  { subject, settings, worstCase, allCalls, because }: Envelope,
  width: number,
  paint: Paint,
): string {
  const { nesting, ...rest } = settings;
  const rows: (readonly [name: string, value: string])[] = [
    ["nesting", [...nesting, "operation"].join(" > ").replaceAll("_", " ")],
    ...rowsOf(rest, ""),
    ...titled("worst case", worstCaseInWords(worstCase)),
    ...titled("all calls", allCallsInWords(allCalls)),
  ];
  return [
    paint("bold", `${subject}: what it will do`),
    columns(rows, width),
    ...(because.length === 0 ? [] : ["  because"]),
    ...because.map((sentence) => wrap(sentence, width, "    ", "  - ")),
  ].join("\n");
}

function worstCaseInWords({ attempts, atOnce, totalMs, asleepMs, queuedMs, deliveries }: WorstCase): readonly string[] {
  return [
    attempts === "Infinity" ? "no limit of attempts" : counted(attempts, "attempt"),
    ...(atOnce === 1 ? [] : [atOnce === "Infinity" ? "any number of them at a time" : `${atOnce} of them at a time`]),
    `${duration(totalMs)} from beginning to end`,
    `${duration(asleepMs)} of that asleep`,
    ...(queuedMs === 0 ? [] : [`${duration(queuedMs)} of that in queues`]),
    ...(deliveries === 1
      ? []
      : [deliveries === "Infinity" ? "in any number of deliveries" : `in up to ${deliveries} deliveries`]),
  ];
}

/** What bounds all calls together, where something does. */
function allCallsInWords({ atOnce, rates, hedgesPerCall }: AllCalls): readonly string[] {
  return [
    ...(atOnce === "Infinity" ? [] : [`${counted(atOnce, "attempt")} at a time`]),
    ...rates.map(
      ({ most, unit, intervalMs }) =>
        `${most === "Infinity" ? "any number of" : grouped(most)} ${unit} within any ${duration(intervalMs)}`,
    ),
    ...(hedgesPerCall === 0 || hedgesPerCall === "Infinity" ? [] : [`${percent(hedgesPerCall)} more requests by hedges`]),
  ];
}

/** Lines that share one name. */
const titled = (name: string, lines: readonly string[]): (readonly [string, string])[] =>
  lines.map((line, index) => [index === 0 ? name : "", line] as const);

/** The settings as lines. The settings of a part have its name in front: `retry.maxAttempts`. */
function rowsOf(settings: Readonly<Record<string, unknown>>, path: string): (readonly [string, string])[] {
  return Object.entries(settings).flatMap(([name, value]): (readonly [string, string])[] => {
    // These have a line for each setting, because each has a unit; one that describes no settings has one line, with its name.
    if (inLines.has(name) && isPart(value) && Object.keys(value.settings).length > 0) return rowsOf(value.settings, `${name}.`);
    if (name === "limiters" && Array.isArray(value))
      return value.flatMap((limiter, index) => limiterRows(limiter, value.length === 1 ? "limiter" : `limiter[${index}]`));
    if (isPart(value)) return [[path + name, partInWords(value)]];
    if (isPlainObject(value)) return Object.keys(value).length === 0 ? [[path + name, "none"]] : rowsOf(value, `${path}${name}.`);
    return [[path + name, valueInWords(name, value)]];
  });
}

const inLines: ReadonlySet<string> = new Set(["circuitBreaker", "hedge"]);

/** A limiter: which one it is, and its settings. */
function limiterRows(limiter: unknown, path: string): readonly (readonly [string, string])[] {
  if (!isPart(limiter)) return [];
  return [[path, limiter.name], ...rowsOf(limiter.settings, `${path}.`)];
}

interface Part {
  readonly name: string;
  readonly settings: Readonly<Record<string, unknown>>;
}

export function isPart(value: unknown): value is Part {
  return isPlainObject(value) && typeof value["name"] === "string" && isPlainObject(value["settings"]);
}

/** A strategy, a budget or a breaker on one line: `fullJitter(baseMs: 250, maxMs: 5,000)`. */
export function partInWords({ name, settings }: Part): string {
  const inside = Object.entries(settings).map(([key, value]) => `${key}: ${innerValue(value)}`);
  return inside.length === 0 ? name : `${name}(${inside.join(", ")})`;
}

function innerValue(value: unknown): string {
  if (isPart(value)) return partInWords(value);
  if (typeof value === "number") return grouped(value);
  if (Array.isArray(value)) return value.map(innerValue).join(" ") || "none";
  if (!isPlainObject(value)) return String(value);
  const entries = Object.entries(value);
  return entries.length === 0 ? "none" : entries.map(([key, inner]) => `${key} ${innerValue(inner)}`).join(" ");
}

function valueInWords(name: string, value: unknown): string {
  if (value === "Infinity") return "no limit";
  if (name.endsWith("Ms") && typeof value === "number")
    return value < 1000 ? `${grouped(value)} ms` : `${grouped(value)} ms (${duration(value)})`;
  return innerValue(value);
}
