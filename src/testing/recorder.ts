/* What is recorded of the calls of a policy, by its hooks. Each call has hooks of its own, so that those at the same time are told apart. */
import type { AttemptContext, AttemptDecision, CallEnd, EventName, Hooks, Tags } from "../core/events.ts";
import type { Classification, FailureCause } from "../core/failure/classification.ts";
import type { StopReason } from "../core/failure/stop-reason.ts";
import { OF_CALL } from "../run/call/plan.ts";
import { attemptsText, endText, rounded, thrownText } from "./end-text.ts";

/** One attempt of a recorded call. Fields that do not apply, or are not known yet, are `null`. */
export interface RecordedAttempt {
  /** 1 for the first. */
  readonly attempt: number;
  /** Whether it was started while an earlier attempt was in flight. */
  readonly hedge: boolean;
  /** When it began, in milliseconds since the call did. */
  readonly startedMs: number;
  /** How long it took, in milliseconds; `null` while it is in flight. */
  readonly durationMs: number | null;
  /** What its failure was classified as; `null` where it succeeded, was cut or aborted. */
  readonly classification: Classification | null;
  readonly cause: FailureCause | null;
  /** What it threw, where `cause` is `"exception"`. */
  readonly error: unknown;
  /** The returned value that was classified as a failure, where `cause` is `"result"`. */
  readonly result: unknown;
  /** What was decided after it; `null` while it is in flight. */
  readonly decision: AttemptDecision | null;
  /** Why the call stopped after it. */
  readonly stopReason: StopReason | null;
  /** The delay before the next attempt, in milliseconds; 0 where none follows. */
  readonly delayMs: number;
}

/** One event, as `onMetric` is told of it. */
export interface RecordedEvent {
  readonly event: EventName;
  /** The attempt it follows, 1-based; 0 for what concerns the call or its circuit. */
  readonly attempt: number;
  /** The delay that follows, in milliseconds. */
  readonly sleepMs: number;
  readonly tags: Tags;
}

type Open<Record> = { -readonly [Member in keyof Record]: Record[Member] };

/** One call, as far as it has come. */
export class RecordedCall {
  /** The name of its operation; `null` where it has none. */
  readonly operation: string | null;
  /** In the order in which they began. */
  readonly attempts: readonly RecordedAttempt[] = [];
  readonly events: readonly RecordedEvent[] = [];
  /** How it ended, as `onCallEnd` is told; `null` while it goes on. */
  readonly outcome: CallEnd | null = null;

  /** @internal */
  constructor(operation: string | null) {
    this.operation = operation;
  }

  get hasEnded(): boolean {
    return this.outcome !== null;
  }

  /** Why it ended without a value; `null` where it succeeded or goes on, and where code of the policy's own has thrown. */
  get stopReason(): StopReason | null {
    return this.outcome?.ok === false ? this.outcome.stopReason : null;
  }

  /** Milliseconds from its beginning to its end, on the policy's clock; `null` while it goes on. */
  get elapsedMs(): number | null {
    return this.outcome?.elapsedMs ?? null;
  }

  /** The delays that were decided on before its retries, in milliseconds, whether they were slept to their end or not. */
  get totalSleepMs(): number {
    return this.attempts.reduce((sum, { decision, delayMs }) => (decision === "retry" ? sum + delayMs : sum), 0);
  }

  /** How it ended, and a line for each attempt: what a person wants to read where an assertion has failed. */
  toString(): string {
    const { outcome, attempts } = this;
    const end = outcome === null ? `goes on, ${attemptsText(attempts.length)} so far` : endText(outcome);
    return [`${this.operation ?? "call"}: ${end}`, ...attempts.map(attemptText)].join("\n");
  }
}

function attemptText({ attempt, hedge, startedMs, durationMs, classification, ...ended }: RecordedAttempt): string {
  const took = durationMs === null ? "in flight" : `${rounded(durationMs)} ms`;
  const failed =
    classification === null
      ? ""
      : ` ${classification.errorClass}${ended.cause === "result" ? " (result)" : ` (${thrownText(ended.error)})`}`;
  const next =
    ended.decision === null ? "" : `, ${ended.decision}${ended.decision === "retry" ? ` in ${rounded(ended.delayMs)} ms` : ""}`;
  return `  +${rounded(startedMs)} ms #${attempt}${hedge ? " (hedge)" : ""}: ${took}${failed}${next}`;
}

/** Everything that was recorded since the beginning, or since it was cleared. */
class Records {
  readonly calls: RecordedCall[] = [];
  readonly attempts: RecordedAttempt[] = [];
  readonly events: RecordedEvent[] = [];
  readonly classifications: Classification[] = [];
  readonly outcomes: CallEnd[] = [];
}

/** Records the calls of the policies that have its hooks. */
export class Recorder {
  #records = new Records();

  /** Those of no call: each call gets its own. */
  readonly hooks: Hooks = { [OF_CALL]: () => this.#hooksOfCall() } as Hooks;

  get records(): Records {
    return this.#records;
  }

  /** What was handed out before stays as it is. */
  clear(): void {
    this.#records = new Records();
  }

  #hooksOfCall(): Hooks {
    let record = new RecordedCall(null);
    // Of a call that is in flight when the records are cleared, nothing more is told.
    const records = this.#records;
    const push = <Item>(own: readonly Item[], all: Item[], item: Item): void => {
      (own as Item[]).push(item);
      all.push(item);
    };
    return {
      [OF_CALL]: () => this.#hooksOfCall(),
      onCallStart: ({ operation }) => {
        record = new RecordedCall(operation);
        records.calls.push(record);
      },
      onAttemptStart: (context) => push(record.attempts, records.attempts, begun(context)),
      onAttemptEnd: (context) => {
        const attempt = record.attempts.find((each) => each.attempt === context.attempt && each.decision === null);
        if (attempt !== undefined) end(attempt, context);
        if (context.classification !== null) records.classifications.push(context.classification);
      },
      onMetric: (event, attempt, sleepMs, tags) => push(record.events, records.events, { event, attempt, sleepMs, tags }),
      onCallEnd: (_call, outcome) => {
        (record as Open<RecordedCall>).outcome = outcome;
        records.outcomes.push(outcome);
      },
    } as Hooks;
  }
}

function begun({ attempt, hedge, elapsedMs }: AttemptContext): RecordedAttempt {
  return {
    attempt,
    hedge,
    startedMs: elapsedMs,
    durationMs: null,
    classification: null,
    cause: null,
    error: null,
    result: null,
    decision: null,
    stopReason: null,
    delayMs: 0,
  };
}

function end(attempt: Open<RecordedAttempt>, context: AttemptContext): void {
  const { durationMs, classification, cause, error, result, decision, stopReason, sleepMs } = context;
  Object.assign(attempt, { durationMs, classification, cause, error, result, decision, stopReason, delayMs: sleepMs });
}
