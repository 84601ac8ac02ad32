/* Numbers as people read them. */

/** A duration: `250 ms`, `4.2 s`, `90 s`, `15 min`. */
export function duration(ms: number | "Infinity"): string {
  if (ms === "Infinity" || ms === Infinity) return "unbounded";
  if (Math.abs(ms) < 999.5) return `${short(ms)} ms`;
  if (ms < 300_000) return `${short(ms / 1000)} s`;
  return ms < 7_200_000 ? `${short(ms / 60_000)} min` : `${short(ms / 3_600_000)} h`;
}

/** Two significant digits below 10, whole numbers from there on, with commas between the thousands. */
export function short(value: number): string {
  if (!Number.isFinite(value)) return String(value);
  const size = Math.abs(value);
  const digits = size === 0 || size >= 9.95 ? 0 : size >= 0.995 ? 1 : 2;
  return grouped(Number(value.toFixed(digits)));
}

/** `12,345.6`. */
export function grouped(value: number): string {
  return value.toLocaleString("en-US", { maximumFractionDigits: 2 });
}

/** `94.2 %`. It is 0 or 100 only where the ratio is exactly that. */
export function percent(ratio: number): string {
  const rounded = Number((ratio * 100).toFixed(1));
  if (rounded === 100 && ratio < 1) return "> 99.9 %";
  if (rounded === 0 && ratio > 0) return "< 0.1 %";
  return `${rounded} %`;
}

/** A number and its noun: `1 call`, `1,200 calls`. */
export function counted(many: number, what: string): string {
  return `${grouped(many)} ${what}${many === 1 ? "" : "s"}`;
}

// `reduce`, and not a spread: a long simulation has more intervals than a function takes arguments.
export const largest = (values: readonly number[]): number => values.reduce((one, other) => Math.max(one, other), 0);
export const smallest = (values: readonly number[]): number => values.reduce((one, other) => Math.min(one, other), Infinity);
