/* What a world notes down about each of its calls. */
import type { AttemptContext, CallContext, CallEnd, EventName, Outcome, Progress, Tags } from "redress";
import type { CallPlan, StepPlan } from "./world-plan.ts";

interface Told {
  readonly event: EventName;
  readonly attempt: number;
  readonly sleepMs: number;
  readonly tags: Tags;
  readonly atMs: number;
  /** How often the operation had been invoked by then. */
  readonly invoked: number;
}

/** One invocation of the operation. */
export interface Invocation {
  readonly attempt: number;
  readonly atMs: number;
  readonly hedge: boolean;
  readonly step: StepPlan;
  /** Where the operation has read it. */
  signal: AbortSignal | null;
  /** How it ended by itself, where it did. */
  ended: { readonly atMs: number; readonly value: unknown; readonly threw: boolean } | null;
}

/** What the caller was given. */
type Settled =
  | { readonly kind: "value"; readonly value: unknown; readonly atMs: number }
  | { readonly kind: "outcome"; readonly outcome: Outcome<unknown>; readonly atMs: number }
  | { readonly kind: "thrown"; readonly error: unknown; readonly atMs: number };

export interface CallLog {
  readonly plan: CallPlan;
  readonly how: CallPlan["how"];
  /** The call's own signal and that of its scope. */
  readonly signals: readonly AbortSignal[];
  /** What it goes on from. */
  readonly progress: Progress | null;
  /** When it was made; `null` until then. */
  startedAtMs: number | null;
  /** The soonest of its deadlines, from its start, earlier deliveries included. */
  deadlineMs: number;
  /** It was made by code that runs in the scope of another call. */
  inherits: boolean;
  /** It was made within the code of another call. */
  isNested: boolean;
  settled: Settled | null;
  settlements: number;
  /** The end that was told. */
  end: { readonly end: CallEnd; readonly context: CallContext; readonly atMs: number } | null;
  /** A fallback's promise, or a sleep handler's, is waited for. */
  asks: "sleep" | "fallback" | null;
  fellBack: boolean;
  readonly invocations: Invocation[];
  readonly told: Told[];
  /** How many events `onLog` was told. */
  logged: number;
  readonly starts: AttemptContext[];
  readonly startsAtMs: number[];
  readonly ends: AttemptContext[];
  readonly endsAtMs: number[];
  readonly callStarts: CallContext[];
}

export function emptyLog(
  plan: CallPlan,
  how: CallPlan["how"],
  signals: readonly AbortSignal[],
  progress: Progress | null,
): CallLog {
  return {
    plan,
    how,
    signals,
    progress,
    startedAtMs: null,
    deadlineMs: Infinity,
    inherits: false,
    isNested: false,
    settled: null,
    settlements: 0,
    end: null,
    asks: null,
    fellBack: false,
    invocations: [],
    told: [],
    logged: 0,
    starts: [],
    startsAtMs: [],
    ends: [],
    endsAtMs: [],
    callStarts: [],
  };
}
