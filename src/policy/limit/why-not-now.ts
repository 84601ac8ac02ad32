/* Why a rate limiter turns an attempt away, as people read it. */
import type { CompleteDimension } from "./rate-limiter-options.ts";

/** What an attempt needs of a dimension. */
export interface Need {
  /** The name of the dimension; `null` where it has none. */
  readonly name: string | null;
  readonly dimension: CompleteDimension;
  readonly cost: number;
  /** What is left. */
  readonly left: number;
}

/** How it stands with the queue. */
export interface Queue {
  readonly waiting: number;
  readonly maxQueue: number;
}

export function whyNever({ name, dimension, cost }: Need): string {
  return `${amount(cost, name)} needed, and there are never more than ${dimension.burst ?? dimension.limit}`;
}

/** @param pausedMs how long the dependency wants to be left alone */
export function whyNotNow(need: Need, pausedMs: number, queue: Queue): string {
  return `${cause(need, pausedMs, queue)}, and ${consequence(queue)}`;
}

function cause({ name, dimension, cost, left }: Need, pausedMs: number, { waiting }: Queue): string {
  if (pausedMs > 0) return `the dependency has asked for a pause, of another ${Math.ceil(pausedMs)} ms`;
  if (waiting > 0 && cost <= left) return "others wait for their turn";
  const { limit, intervalMs, burst } = dimension;
  const rate = `${limit} per ${intervalMs} ms`;
  return `${amount(cost, name)} needed, ${thousandths(left)} left of ${burst === undefined ? rate : `${burst} (${rate})`}`;
}

function consequence({ waiting, maxQueue }: Queue): string {
  if (maxQueue === 0) return "there is no queue (maxQueue is 0)";
  return waiting < maxQueue ? "the attempt cannot wait that long" : `the queue is full (maxQueue is ${maxQueue})`;
}

const amount = (cost: number, name: string | null): string => (name === null ? `${cost}` : `${cost} ${name}`);

/** Never more than there is. */
const thousandths = (left: number): number => (left < 1e9 ? Math.floor(left * 1_000) / 1_000 : left);
