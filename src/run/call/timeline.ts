import type { EventName } from "../../core/events.ts";
import type { FailureCause } from "../../core/failure/classification.ts";
import type { ErrorClass } from "../../core/failure/error-class.ts";
import type { StopReason } from "../../core/failure/stop-reason.ts";

/** One thing that happened in a call. Fields that do not apply are `null`. */
export interface TimelineEvent {
  /** The attempt it follows, 1-based; 0 for what concerns the call or its circuit. */
  readonly attempt: number;
  readonly event: EventName;
  /** Milliseconds since the call began. */
  readonly elapsedMs: number;
  /** The delay that follows, in milliseconds. */
  readonly sleepMs: number;
  readonly errorClass: ErrorClass | null;
  readonly stopReason: StopReason | null;
  readonly cause: FailureCause | null;
  /** Present where the failure was a timeout: a wait was given up. */
  readonly timedOut?: true;
}

type Row = readonly [when: string, which: string, what: string, why: string];

/**
 * What happened in a call, in order. Ask for one with `execute(op, { captureTimeline: true })`, or hand in your own.
 *
 * @example
 * const outcome = await policy.execute(op, { captureTimeline: true });
 * console.log(String(outcome.timeline));
 */
export class RetryTimeline {
  readonly events: TimelineEvent[] = [];

  /** One line per event: when, which attempt, what, why, and the delay that follows. */
  toString(): string {
    if (this.events.length === 0) return "(nothing happened)";
    const rows: Row[] = this.events.map(({ elapsedMs, attempt, event, errorClass, cause, timedOut, stopReason, sleepMs }) => [
      `+${Math.round(elapsedMs)} ms`,
      attempt === 0 ? "-" : `#${attempt}`,
      event,
      [
        errorClass !== null && `${errorClass}${timedOut ? " (timed out)" : cause === "result" ? " (result)" : ""}`,
        stopReason !== null && `stop: ${stopReason}`,
        (event === "retry" || event === "scheduled") && `next attempt in ${Math.round(sleepMs)} ms`,
      ]
        .filter(Boolean)
        .join(", "),
    ]);
    const width = (column: 0 | 1 | 2): number => rows.reduce((most, row) => Math.max(most, row[column].length), 0);
    const [when, which, what] = [width(0), width(1), width(2)];
    return rows.map(([a, b, c, d]) => `${a.padStart(when)}  ${b.padStart(which)}  ${c.padEnd(what)}  ${d}`.trimEnd()).join("\n");
  }
}
