import type { Envelope } from "../../doctor/index.ts";
import { isPlainObject } from "./kind-in-words.ts";
import { counted, duration, grouped } from "./numbers.ts";
import type { Paint } from "./terminal.ts";
import { columns, wrap } from "./wrap.ts";

/** The envelope of one policy: every setting in a line of its own, then the worst case, and the reasons for it. */
export function printEnvelope({ subject, settings, worstCase, because }: Envelope, width: number, paint: Paint): string {
  const { nesting, ...rest } = settings;
  const rows: (readonly [name: string, value: string])[] = [
    ["nesting", [...nesting, "operation"].join(" > ").replaceAll("_", " ")],
    ...rowsOf(rest, ""),
    ["worst case", `${worstCase.attempts === "Infinity" ? "no limit of attempts" : counted(worstCase.attempts, "attempt")}`],
    ["", `${duration(worstCase.totalMs)} from beginning to end`],
    ["", `${duration(worstCase.asleepMs)} of that asleep`],
  ];
  return [
    paint("bold", `${subject}: what it will do`),
    columns(rows, width),
    ...(because.length === 0 ? [] : ["  because"]),
    ...because.map((sentence) => wrap(sentence, width, "    ", "  - ")),
  ].join("\n");
}

/** The settings as lines. The settings of a part have its name in front: `retry.maxAttempts`. */
function rowsOf(settings: Readonly<Record<string, unknown>>, path: string): (readonly [string, string])[] {
  return Object.entries(settings).flatMap(([name, value]): (readonly [string, string])[] => {
    // A breaker has a line for each setting, because each has a unit; a breaker that describes no settings has one line, with its name.
    if (name === "circuitBreaker" && isPart(value) && Object.keys(value.settings).length > 0)
      return rowsOf(value.settings, `${name}.`);
    if (isPart(value)) return [[path + name, partInWords(value)]];
    if (isPlainObject(value)) return Object.keys(value).length === 0 ? [[path + name, "none"]] : rowsOf(value, `${path}${name}.`);
    return [[path + name, valueInWords(name, value)]];
  });
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
