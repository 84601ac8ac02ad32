/*
 * What a call asks where it hedges. A Hedge brings it along (hedging.ts): the code of rounds is bundled with what needs it. The call itself knows
 * that several attempts may be in flight, and no more.
 */
import type { LimitPermit } from "../../core/limit/limiter.ts";
import type { Attempt } from "./attempt.ts";
import type { AttemptFailure } from "./attempt-failure.ts";
import type { Bounds } from "./bounds.ts";
import type { CallSettings } from "./call-settings.ts";
import type { Observers } from "./observers.ts";
import type { CallPlan } from "./plan.ts";
import type { Round } from "./round.ts";
import type { Step } from "./step.ts";
import type { Turn } from "./turn.ts";

/** Why a hedge is started: an attempt takes long, or has failed. */
export type HedgeCause = "slow" | "failed";

/** What of a call its rounds need. */
export interface HedgedCall {
  readonly plan: CallPlan;
  readonly settings: CallSettings;
  readonly bounds: Bounds;
  readonly observers: Observers | null;
  readonly attempts: number;
  readonly last: AttemptFailure | null;
  readonly flight: { readonly turn: Turn | null; round: Round | null } | null;
  hasCircuitOpened(): boolean;
  beginAttempt(permit: LimitPermit | null, hedge: HedgeCause | null): Step;
  /** Cuts an attempt in flight short, and looks after what it still gives. */
  cut(attempt: Attempt, reason: unknown): void;
}

export interface Rounds {
  /** An attempt begins. The first of a round begins the round. */
  begins(call: HedgedCall, attempt: Attempt): void;
  /** The next hedge is due. */
  hedgeIsDue(call: HedgedCall): Step;
  /** What follows an attempt that has failed: a hedge at once, or to wait for others in flight. `null` where the failure is that of the round. */
  afterFailure(call: HedgedCall, failed: Attempt): Step | null;
  /** An attempt has ended a round with a success, or its answer has begun. */
  isWon(call: HedgedCall, winner: Attempt): void;
  /** The call is over: what is still in flight, but for the attempt that its end is about, is cut. */
  cutRest(call: HedgedCall, subject: Attempt | null): void;
}
