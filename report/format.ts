/* Numbers as people read them: 1,234; 12.3 s; 92.1 %. In English, as the page. */

const LESS_THAN_ALL = 0.9995;

function decimals(value: number, digits: number): string {
  return value.toLocaleString("en-US", { maximumFractionDigits: digits });
}

/** A number with about three significant digits. */
function amount(value: number): string {
  const size = Math.abs(value);
  return decimals(value, size >= 100 ? 0 : size >= 10 ? 1 : 2);
}

function perSecond(value: number): string {
  return `${amount(value)}/s`;
}

/** A share. It is 100 % or 0 % only where the ratio is exactly 1 or 0. */
function percent(ratio: number): string {
  if (ratio < 1 && ratio >= LESS_THAN_ALL) return "> 99.9 %";
  if (ratio > 0 && ratio < 1 - LESS_THAN_ALL) return "< 0.1 %";
  return `${decimals(ratio * 100, 1)} %`;
}

/** A duration, in the units that suit its length: `250 ms`, `4.2 s`, `5 min 30 s`. */
function duration(ms: number): string {
  if (ms < 1000) return `${amount(ms)} ms`;
  const seconds = ms / 1000;
  if (seconds < 120) return `${decimals(seconds, seconds < 10 ? 2 : 1)} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 120) return `${minutes} min${rest(seconds - minutes * 60, "s")}`;
  return `${decimals(Math.floor(minutes / 60), 0)} h${rest(minutes % 60, "min")}`;
}

function rest(value: number, unit: string): string {
  const whole = Math.floor(value);
  return whole > 0 ? ` ${whole} ${unit}` : "";
}

/** A point of simulated time, in seconds as the axes have them. */
function instant(seconds: number): string {
  return `${decimals(seconds, 2)} s`;
}

/** Short enough for an axis. */
function tick(value: number): string {
  return value.toLocaleString("en-US", { notation: value >= 10_000 ? "compact" : "standard", maximumFractionDigits: 3 });
}

export { amount, duration, instant, percent, perSecond, tick };
