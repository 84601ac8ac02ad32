/* Curves of one line, and the marks of time that go with them. */
import type { Stretch } from "../../simulate/index.ts";
import { duration } from "./numbers.ts";

const levels = "▁▂▃▄▅▆▇█";

/** One character per column. Only zero is drawn as the lowest one, so that a small value can be told from zero. */
export function sparkline(values: readonly number[], width: number, top: number): string {
  return resample(values, width)
    .map((value) => {
      if (value <= 0 || top <= 0) return levels[0];
      return levels[Math.min(Math.max(Math.ceil((value / top) * (levels.length - 1)), 1), levels.length - 1)];
    })
    .join("");
}

/** As many values as there are columns: means of the values that share a column, repetitions where there are too few values. */
export function resample(values: readonly number[], width: number): readonly number[] {
  if (values.length === 0) return [];
  return Array.from({ length: width }, (_, column) => {
    const from = Math.floor((column * values.length) / width);
    const to = Math.max(Math.ceil(((column + 1) * values.length) / width), from + 1);
    const shared = values.slice(from, to);
    return shared.reduce((sum, value) => sum + value, 0) / shared.length;
  });
}

/** Two lines: the period of the disturbance, and the axis of time. */
export function timeMarks(durationMs: number, disturbance: Stretch | null, width: number): readonly string[] {
  const column = (ms: number): number => Math.min(Math.max(Math.round((ms / durationMs) * width), 0), width);
  const axis: string[] = Array.from({ length: width }, () => " ");
  const put = (text: string, at: number): void => {
    const from = Math.min(Math.max(at, 0), width - text.length);
    // A label that has no room for itself and a space on either side is left out.
    if (axis.slice(Math.max(from - 1, 0), from + text.length + 1).some((character) => character !== " ")) return;
    for (const [index, character] of [...text].entries()) axis[from + index] = character;
  };
  put("0", 0);
  put(duration(durationMs), width);
  if (disturbance === null || disturbance.fromMs >= durationMs) return [axis.join("")];
  const from = column(disturbance.fromMs);
  const to = Math.max(column(disturbance.toMs), from + 1);
  put(duration(disturbance.fromMs), from);
  put(duration(disturbance.toMs), to - 1);
  return [`${" ".repeat(from)}${span(to - from)}`, axis.join("").trimEnd()];
}

function span(length: number): string {
  const label = " disturbed ";
  if (length < label.length + 4) return `|${"-".repeat(Math.max(length - 2, 0))}|${label.trimEnd()}`;
  const left = Math.floor((length - 2 - label.length) / 2);
  return `|${"-".repeat(left)}${label}${"-".repeat(length - 2 - left - label.length)}|`;
}
