/* What of a DogStatsD client is met, by shape, and how labels become its tags. */
import type { Labels } from "../../telemetry/index.ts";

/** hot-shots' `StatsD`, or dd-trace's `tracer.dogstatsd`. */
export interface DogStatsD {
  increment(stat: string, value: number, tags: Record<string, string>): unknown;
  distribution(stat: string, value: number, tags: Record<string, string>): unknown;
  gauge(stat: string, value: number, tags: Record<string, string>): unknown;
}

/** What ends a tag or a line of the protocol. Not every client takes it out. */
const SEPARATORS = /[|,#@\p{Cc}]/gu;

export function tagsOf(labels: Labels): Record<string, string> {
  return Object.fromEntries(Object.entries(labels).map(([label, value]) => [label, value.replaceAll(SEPARATORS, "_")]));
}
