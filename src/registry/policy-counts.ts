/*
 * What the calls of one policy come to since it was added. The law of the sums:
 *   calls             = succeeded + fellBack + failed + deferred + faults + those that are under way
 *   attempts          = one for each call that got so far + retries + hedges
 *   failed + deferred = the sum of stopReasons
 */
import type { Hooks } from "../core/events.ts";
import type { ErrorClass } from "../core/failure/error-class.ts";
import type { StopReason } from "../core/failure/stop-reason.ts";
import type { Clock } from "../run/time/clock.ts";
import { LastMinute } from "./last-minute.ts";
import type { CallCounts } from "./snapshot.ts";

type Mutable<Counts> = { -readonly [Count in keyof Counts]: Counts[Count] };

/** Counts the calls that its hooks observe. It holds nothing of the policy, so that it keeps none alive. */
export class PolicyCounts {
  readonly hooks: Hooks;
  readonly #lastMinute = new LastMinute();
  readonly #clock: Clock;
  readonly #stopReasons: Partial<Record<StopReason, number>> = {};
  readonly #classes: Partial<Record<ErrorClass, number>> = {};
  readonly #counts: Mutable<Omit<CallCounts, "amplification" | "stopReasons" | "classes">> = {
    calls: 0,
    succeeded: 0,
    fellBack: 0,
    failed: 0,
    deferred: 0,
    faults: 0,
    attempts: 0,
    retries: 0,
    hedges: 0,
    hedgeWins: 0,
    sleepMs: 0,
  };

  /** @param clock the policy's, by which a minute is counted */
  constructor(clock: Clock) {
    const counts = this.#counts;
    this.#clock = clock;
    this.hooks = {
      onCallStart: ({ resumed }) => {
        counts.calls++;
        if (resumed === null) this.#lastMinute.call(clock.now());
      },
      onAttemptStart: ({ attempt, hedge }) => {
        counts.attempts++;
        this.#lastMinute.attempt(clock.now());
        if (hedge) counts.hedges++;
        else if (attempt > 1) counts.retries++;
      },
      onAttemptEnd: ({ hedge, classification, decision, sleepMs }) => {
        if (classification !== null) count(this.#classes, classification.errorClass);
        if (decision === "retry") counts.sleepMs += sleepMs;
        else if (decision === "success" && hedge) counts.hedgeWins++;
      },
      onCallEnd: (_call, end) => {
        if (end.ok) counts[end.fellBack ? "fellBack" : "succeeded"]++;
        else if (end.stopReason === null) counts.faults++;
        else {
          counts[end.stopReason === "SCHEDULED" ? "deferred" : "failed"]++;
          count(this.#stopReasons, end.stopReason);
        }
      },
    };
  }

  /** As they are now. */
  read(): CallCounts {
    const amplification = this.#lastMinute.amplification(this.#clock.now());
    return { ...this.#counts, amplification, stopReasons: { ...this.#stopReasons }, classes: { ...this.#classes } };
  }
}

function count<Key extends string>(counts: Partial<Record<Key, number>>, key: Key): void {
  counts[key] = (counts[key] ?? 0) + 1;
}
