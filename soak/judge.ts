/*
 * Whether what was sampled stayed flat. The samples are taken at rest, so handles and listeners are exact: not one more handle than at the first sample after
 * the warm-up, and of all calls together one listener on a signal, which serves the values that they have given. The heap is not: it is judged by its slope over the calls, by Theil and Sen (the median of the slopes of all pairs of samples), which a quarter of odd samples does
 * not move, where a line of least squares follows each of them.
 */
import type { Sample } from "./samples.ts";

/**
 * What the slope may come to over the judged calls. The heap at rest moves by some 300 kB from sample to sample, as functions are compiled and compiled code is dropped, and a
 * short run is still compiling. A leak goes on: 50 bytes of every fiftieth call are more than this after the two million calls that a slow machine makes in ten minutes.
 */
const HEAP_TOLERANCE_BYTES = 2_000_000;

/** What reads a value, such as a body, is still to hear of an abort: it is held weakly, by one listener for all of them. */
const LISTENERS_OF_OURS = 1;

/** The first of the samples warm up: code is compiled, windows of budgets and breakers fill. */
const WARM_UP_RATIO = 0.4;
const FEWEST_JUDGED = 6;

/** The median of the slopes of all pairs of points. */
export function theilSen(points: readonly (readonly [x: number, y: number])[]): number {
  const slopes: number[] = [];
  points.forEach(([x, y], i) => {
    for (const [laterX, laterY] of points.slice(i + 1)) if (laterX > x) slopes.push((laterY - y) / (laterX - x));
  });
  if (slopes.length === 0) throw new RangeError("theilSen needs two points at different places.");
  return median(slopes);
}

function median(numbers: readonly number[]): number {
  const sorted = [...numbers].sort((a, b) => a - b);
  const middle = sorted.length / 2;
  return ((sorted[Math.ceil(middle - 1)] as number) + (sorted[Math.floor(middle)] as number)) / 2;
}

export const judgedOf = (samples: readonly Sample[]): readonly Sample[] =>
  samples.slice(Math.floor(samples.length * WARM_UP_RATIO));

/** By how much the heap grew over the judged samples, by its slope, in bytes. */
export function heapGrowth(judged: readonly Sample[]): { bytes: number; perCall: number } {
  const [first, last] = [judged[0], judged.at(-1)];
  if (first === undefined || last === undefined || judged.length < FEWEST_JUDGED)
    throw new RangeError(
      `The soak judges ${FEWEST_JUDGED} samples or more after the warm-up, got ${judged.length}: let it run for longer.`,
    );
  const perCall = theilSen(judged.map(({ calls, heapBytes }) => [calls, heapBytes]));
  return { perCall, bytes: perCall * (last.calls - first.calls) };
}

/** What is listened to with no call under way. */
export function listenedTo({ listeners }: Sample): string[] {
  return listeners > LISTENERS_OF_OURS
    ? [`${listeners - LISTENERS_OF_OURS} more listeners on a signal that outlives the calls than the one that may stay`]
    : [];
}

/** What grew, and by how much. */
export function grown(samples: readonly Sample[]): string[] {
  const judged = judgedOf(samples);
  const [first, last] = [judged[0] as Sample, judged.at(-1) as Sample];
  const { bytes, perCall } = heapGrowth(judged);
  const found: string[] = [];
  if (bytes > HEAP_TOLERANCE_BYTES)
    found.push(
      `the heap grew by ${(bytes / 1e6).toFixed(2)} MB in ${last.calls - first.calls} calls, ${perCall.toFixed(2)} bytes a call`,
    );
  for (const kind of Object.keys(last.resources)) {
    const more = (last.resources[kind] ?? 0) - (first.resources[kind] ?? 0);
    if (more > 0) found.push(`${more} more handles of the kind ${kind}`);
  }
  return found;
}
