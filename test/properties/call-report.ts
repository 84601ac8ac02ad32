/* What a world notes down about each of its calls. */
import type { AttemptContext, AttemptInfo, CallContext, CallEnd, EventName, Failure, Outcome, Tags } from "redress";
import type { CallScript } from "./script.ts";

export interface Seen {
  readonly event: EventName;
  readonly attempt: number;
  readonly sleepMs: number;
  readonly tags: Tags;
  readonly atMs: number;
  /** How often the operation had been invoked by then. */
  readonly invoked: number;
}

/** How a call ended: with a value, or by throwing, and the outcome that says why, where there is one. */
export interface Ending {
  readonly value: unknown;
  readonly thrown: { readonly error: unknown } | null;
  readonly outcome: Outcome<unknown> | undefined;
  readonly failure: Failure | undefined;
}

export interface CallReport {
  readonly script: CallScript;
  readonly controller: AbortController | null;
  /** When it was admitted, or asked for, where it was not. */
  startedAtMs: number | null;
  /** It has asked its limiter: from then on its time counts. */
  hasAsked: boolean;
  settledAtMs: number | null;
  settlements: number;
  ending: Ending | null;
  abortedAtMs: number | null;
  readonly invokedAtMs: number[];
  readonly infos: AttemptInfo[];
  /** When each attempt ended by itself, and with what, where it did. */
  readonly returned: { readonly atMs: number; readonly value: unknown; readonly threw: boolean }[];
  readonly events: Seen[];
  readonly starts: AttemptContext[];
  readonly ends: AttemptContext[];
  readonly endsAtMs: number[];
  readonly callStarts: CallContext[];
  /** Each with how many events had been told, and invocations made, by then. */
  readonly callEnds: {
    readonly context: CallContext;
    readonly end: CallEnd;
    readonly events: number;
    readonly invoked: number;
  }[];
  /** Attempts that were surrounded by a hook. */
  readonly surrounded: AttemptContext[];
}

export function emptyReport(script: CallScript, controller: AbortController | null): CallReport {
  return {
    script,
    controller,
    startedAtMs: null,
    hasAsked: false,
    settledAtMs: null,
    settlements: 0,
    ending: null,
    abortedAtMs: null,
    invokedAtMs: [],
    infos: [],
    returned: [],
    events: [],
    starts: [],
    ends: [],
    endsAtMs: [],
    callStarts: [],
    callEnds: [],
    surrounded: [],
  };
}
