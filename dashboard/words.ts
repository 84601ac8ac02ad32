/* Numbers and times in words. */

const count = (value: number): string => Math.round(value).toLocaleString("en");

/** A number with at most two digits behind the point. */
const short = (value: number): string => value.toLocaleString("en", { maximumFractionDigits: 2 });

const some = (value: number, one: string, many = `${one}s`): string => `${count(value)} ${value === 1 ? one : many}`;

const share = (part: number, whole: number): string => (whole === 0 ? "0%" : `${Math.round((100 * part) / whole)}%`);

function duration(ms: number): string {
  const seconds = Math.round(ms / 1_000);
  if (ms < 1_000) return `${count(ms)}\u00a0ms`;
  if (seconds < 60) return `${seconds}\u00a0s`;
  if (seconds < 3_600) return `${Math.floor(seconds / 60)}\u00a0min ${seconds % 60}\u00a0s`;
  return `${Math.floor(seconds / 3_600)}\u00a0h ${Math.floor((seconds % 3_600) / 60)}\u00a0min`;
}

const clock = (atMs: number): string => new Date(atMs).toLocaleTimeString("en-GB");

export { clock, count, duration, share, short, some };
