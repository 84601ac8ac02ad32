/*
 * Rules 1 to 10 of design.md, section 5, each on its own: whether it applies is asked of the whole story so far, and of no other rule.
 * The first that applies decides.
 */
import type { ErrorClass, StopReason } from "redress";

export interface StorySettings {
  readonly retries: boolean;
  readonly maxRetriesPerClass: Readonly<Partial<Record<ErrorClass, number>>>;
  readonly maxUnknownRetries: number;
  readonly deadlineMs: number;
  /** The delay of each class that has a strategy of its own, and of the default one, if any. */
  readonly delaysMs: Readonly<Partial<Record<ErrorClass, number>>>;
  readonly defaultDelayMs: number | null;
  readonly maxAttempts: number;
  readonly nested: "stop" | "retry";
  readonly budget: number | null;
}

/** One failed attempt: `null` where the call was aborted. */
export interface Chapter {
  readonly errorClass: ErrorClass | null;
  readonly elapsedMs: number;
  /** The dependency said not to retry. */
  readonly refused?: boolean;
  /** The circuit was open then. */
  readonly open?: boolean;
  /** How long a policy further in had retried. */
  readonly retriedForMs?: number | null;
}

export interface Rule {
  readonly number: number;
  readonly stopReason: StopReason;
  readonly applies: (settings: StorySettings, story: readonly Chapter[]) => boolean;
}

const last = (story: readonly Chapter[]): Chapter => story[story.length - 1] as Chapter;
const sameClass = (story: readonly Chapter[]): number =>
  story.filter(({ errorClass }) => errorClass === last(story).errorClass).length;

/** What the strategy for the last failure answers; `undefined` where there is none. NaN and negative delays are none. */
export function delayMs({ delaysMs, defaultDelayMs }: StorySettings, story: readonly Chapter[]): number | undefined {
  const { errorClass } = last(story);
  const delay = (errorClass === null ? undefined : delaysMs[errorClass]) ?? defaultDelayMs ?? undefined;
  return delay === undefined || delay > 0 ? delay : 0;
}

export const RULES: readonly Rule[] = [
  { number: 1, stopReason: "ABORTED", applies: (_, story) => last(story).errorClass === null },
  { number: 1.5, stopReason: "NO_RETRY", applies: ({ retries }) => !retries },
  {
    number: 2,
    stopReason: "MAX_ATTEMPTS_PER_CLASS",
    applies: ({ maxRetriesPerClass }, story) =>
      sameClass(story) > (maxRetriesPerClass[last(story).errorClass as ErrorClass] ?? Infinity),
  },
  {
    number: 3,
    stopReason: "NON_RETRYABLE_CLASS",
    applies: (_, story) => ["AUTH", "PERMISSION", "PERMANENT"].includes(last(story).errorClass as ErrorClass),
  },
  { number: 3.5, stopReason: "RETRY_REFUSED", applies: (_, story) => last(story).refused === true },
  {
    number: 4,
    stopReason: "MAX_UNKNOWN_ATTEMPTS",
    applies: ({ maxUnknownRetries }, story) => last(story).errorClass === "UNKNOWN" && sameClass(story) > maxUnknownRetries,
  },
  { number: 5, stopReason: "DEADLINE_EXCEEDED", applies: ({ deadlineMs }, story) => last(story).elapsedMs >= deadlineMs },
  { number: 6, stopReason: "NO_STRATEGY", applies: (settings, story) => delayMs(settings, story) === undefined },
  { number: 7, stopReason: "MAX_ATTEMPTS_GLOBAL", applies: ({ maxAttempts }, story) => story.length >= maxAttempts },
  {
    number: 8,
    stopReason: "DEADLINE_EXCEEDED",
    applies: (settings, story) => (delayMs(settings, story) ?? 0) >= settings.deadlineMs - last(story).elapsedMs,
  },
  { number: 8.1, stopReason: "CIRCUIT_OPEN", applies: (_, story) => last(story).open === true },
  {
    number: 8.2,
    stopReason: "ALREADY_RETRIED",
    applies: (settings, story) => {
      const { retriedForMs = null } = last(story);
      return settings.nested === "stop" && retriedForMs !== null && (delayMs(settings, story) ?? 0) <= retriedForMs;
    },
  },
  // Every attempt before this one was retried, and has cost one.
  { number: 9, stopReason: "BUDGET_EXHAUSTED", applies: ({ budget }, story) => budget !== null && story.length > budget },
];
