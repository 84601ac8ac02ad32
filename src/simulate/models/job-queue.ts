/* Workers and their queue: retries, also those that a circuit, limiter or budget refuses, are left to a later delivery, as the integrations of queues do it. */
import type { Failure } from "../../core/failure/outcome.ts";
import { aFunction, checkOptions, finiteFrom, zeroOrMore } from "../../core/option-rules.ts";
import type { Progress } from "../../core/retry/progress.ts";
import { type CallSettings, plainSettings } from "../../run/call/call-settings.ts";
import { putOff, sleepingUpTo } from "../../workers/delivery/index.ts";
import { type Latency, latency } from "./latency.ts";

export interface JobQueueOptions {
  /** The longest delay that a worker sleeps through itself, in milliseconds, >= 0. @default 0 */
  readonly sleepUpToMs?: number | undefined;
  /**
   * How long a job is put off where what has rejected it does not say when to come back, and at least where the retry budget is spent: in milliseconds, >= 0.
   * @default 30_000
   */
  readonly rejectedDelayMs?: number | undefined;
  /** The queue looks for jobs that are due so often, in milliseconds, >= 0: until then a job waits. 0 for one that sets a timer. @default 0 */
  readonly resolutionMs?: number | undefined;
  /** How late a job comes beside that. @default never */
  readonly lateMs?: Latency | undefined;
}

/** When a job comes back, and what it goes on from. */
interface Redelivery {
  readonly afterMs: number;
  readonly progress: Progress;
}

/** A queue, as a scenario has one. */
export interface JobQueue {
  readonly sleepUpToMs: number;
  readonly resolutionMs: number;
  /** @internal What a call of a delivery goes by. */
  settingsOf(progress: Progress | null): CallSettings;
  /** @internal What follows a delivery that has ended without a value; `null` where that was the last. */
  after(failure: Failure, nowMs: number, random: () => number): Redelivery | null;
}

const rules = { sleepUpToMs: zeroOrMore, rejectedDelayMs: finiteFrom(0), resolutionMs: finiteFrom(0), lateMs: aFunction };

/**
 * Makes the clients of a scenario workers: a call is a job, whose retries are left to later deliveries, each to any of the clients, as `redress/bullmq` and its like do
 * it. Its progress travels with it, so caps and deadline span the deliveries. The policy's own sleep handler is not asked.
 *
 * @example
 * import { jobQueue, scenarios, simulate } from "redress/simulate";
 *
 * const policy = new Policy({ retry: { deadlineMs: 3_600_000 } });
 * const report = simulate(policy, { ...scenarios.outage(), queue: jobQueue({ resolutionMs: 1_000 }) }, { clients: 4 });
 * console.log(report.deliveries, report.calls.succeeded);
 */
export function jobQueue(options: JobQueueOptions = {}): JobQueue {
  const {
    sleepUpToMs = 0,
    rejectedDelayMs,
    resolutionMs = 0,
    lateMs = latency.constant(0),
  } = checkOptions("jobQueue", options, rules);
  const sleep = sleepingUpTo(sleepUpToMs);
  return Object.freeze({
    sleepUpToMs,
    resolutionMs,
    settingsOf: (progress: Progress | null) => ({ ...plainSettings(null), sleep, resume: progress }),
    after(failure: Failure, nowMs: number, random: () => number): Redelivery | null {
      const again = putOff(failure, { rejectedDelayMs, random }, false);
      if (again === null) return null;
      const dueAtMs = nowMs + again.delayMs;
      const seenAtMs = resolutionMs === 0 ? dueAtMs : Math.ceil(dueAtMs / resolutionMs) * resolutionMs;
      return { afterMs: seenAtMs - nowMs + lateMs(random), progress: again.progress };
    },
  });
}
