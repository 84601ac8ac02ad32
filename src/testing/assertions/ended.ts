/*
 * What an assertion is asked about: the outcome of a call, an error that a call threw, or a recorded call. All else is refused, by `not` too: of a promise
 * that nobody waited for, everything would hold that is asked with `not`.
 */
import { type CallEnd, EventName } from "../../core/events.ts";
import type { Failure, Success } from "../../core/failure/outcome.ts";
import { outcomeOf, type RetryTimeline } from "../../index.ts";
import { endText, thrownText } from "../end-text.ts";

type Outcome = Success<unknown, RetryTimeline> | Failure<RetryTimeline>;

/** A recorded call, by its shape: of whichever copy of this package. */
interface Recorded {
  readonly outcome: Outcome | null;
  readonly attempts: readonly unknown[];
  readonly events: readonly Event[];
}

interface Event {
  readonly event: EventName;
  readonly sleepMs: number;
}

/** A call that has ended. */
export interface Ended {
  readonly outcome: Outcome;
  readonly retries: number;
  /** The delays before its retries, in milliseconds; `null` where nobody has kept them. */
  readonly delaysMs: readonly number[] | null;
  /** How it ended and, where that was kept, what happened before. */
  readonly story: string;
}

const WANTED = "an outcome of execute, an error that call threw, or a call of a RecordingPolicy";

/** @throws TypeError for what tells of no ended call */
export function endedOf(subject: unknown, owner: string): Ended {
  if (isPromise(subject))
    throw new TypeError(
      `${owner} was given a promise: wait for it first, as in "await policy.execute(op)"; with matchers, "await expect(promise).resolves" or "rejects".`,
    );
  if (isOutcome(subject)) return ofOutcome(subject);
  if (isRecorded(subject)) return ofRecorded(subject, owner);
  const thrown = outcomeOf(subject);
  if (thrown !== undefined) return ofOutcome(thrown);
  throw new TypeError(`${owner} needs ${WANTED}, got ${whatIs(subject)}.`);
}

function ofOutcome(outcome: Outcome): Ended {
  const { timeline } = outcome;
  const story = `The call ${endText(outcome as CallEnd)}${lastText(outcome)}.${timeline === undefined ? "" : `\n\n${timeline}`}`;
  return { outcome, ...counted(outcome, timeline?.events), story };
}

function ofRecorded(call: Recorded, owner: string): Ended {
  const { outcome, events } = call;
  if (outcome === null) throw new TypeError(`${owner} needs a call that has ended, and this one goes on:\n\n${call}`);
  if (!outcome.ok && outcome.stopReason === null)
    throw new TypeError(`${owner} needs a call that its policy has ended, and this one ended by a mistake in it:\n\n${call}`);
  return { outcome, ...counted(outcome, events), story: `The call:\n\n${call}` };
}

/** Hedges are attempts, but no retries; where no events were kept, nobody can tell them apart. */
function counted({ attempts }: Outcome, events: readonly Event[] | undefined): Pick<Ended, "retries" | "delaysMs"> {
  const hedges = events?.filter(({ event }) => event === EventName.HEDGE).length ?? 0;
  const delaysMs = events?.filter(({ event }) => event === EventName.RETRY).map(({ sleepMs }) => sleepMs) ?? null;
  return { retries: Math.max(0, attempts - hedges - 1), delaysMs };
}

/** Its last failure, where no record of its attempts tells of it. */
function lastText(outcome: Outcome): string {
  if (outcome.ok || outcome.lastClass === null) return "";
  return `, last with ${outcome.lastClass} (${outcome.cause === "result" ? "a result" : thrownText(outcome.lastError)})`;
}

const fieldOf = (subject: unknown, name: string): unknown =>
  typeof subject === "object" && subject !== null ? (subject as Record<string, unknown>)[name] : undefined;

const isPromise = (subject: unknown): boolean => typeof fieldOf(subject, "then") === "function";

const isOutcome = (subject: unknown): subject is Outcome =>
  typeof fieldOf(subject, "ok") === "boolean" &&
  typeof fieldOf(subject, "attempts") === "number" &&
  fieldOf(subject, "stopReason") !== null;

const isRecorded = (subject: unknown): subject is Recorded =>
  Array.isArray(fieldOf(subject, "attempts")) && fieldOf(subject, "outcome") !== undefined;

function whatIs(subject: unknown): string {
  if (Array.isArray(fieldOf(subject, "calls"))) return "a policy: ask about one of its calls, such as policy.calls[0]";
  if (subject instanceof Error) return `an error that no call of a policy threw (${subject.name}: ${subject.message})`;
  if (typeof subject === "object" && subject !== null)
    return `an object with ${Object.keys(subject).slice(0, 5).join(", ") || "nothing"}`;
  return String(subject);
}
