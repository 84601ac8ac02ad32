/* What a call and its limiter say to each other: how the attempts that were admitted have ended, and what is told of a call that was turned away. */
import type { AttemptEnd, Limiter, LimitPermit, Rejection } from "../../core/limit/limiter.ts";
import type { Attempt } from "./attempt.ts";
import type { CallPlan } from "./plan.ts";

interface LimitedCall {
  readonly plan: CallPlan;
  readonly bounds: { readonly operation: string | undefined };
}

/** The attempt has ended: its permit goes back, once. */
export function giveBack(call: LimitedCall, attempt: Attempt, end: AttemptEnd, value?: unknown): void {
  const { permit } = attempt;
  if (permit === null) return;
  attempt.permit = null;
  release(call, permit, end, value);
}

/** Gives a permit back. What the limiter throws changes no call: it has its value or error already. */
export function release({ plan, bounds }: LimitedCall, permit: LimitPermit, end: AttemptEnd, value?: unknown): void {
  const limiter = plan.limiter as Limiter;
  plan.hookErrors.observe("limiter.release", limiter, bounds, () => limiter.release(permit, end, value));
}

/** Why a synchronous call does not wait. */
export const turnedAway = ({ name }: Limiter, readyInMs: number): Rejection =>
  readyInMs === Infinity
    ? {
        kind: "rejected",
        limiter: name,
        reason: "full",
        retryAfterMs: null,
        why: "a synchronous call cannot wait for others, which cannot go on while it blocks the thread",
      }
    : {
        kind: "rejected",
        limiter: name,
        reason: "rate",
        retryAfterMs: readyInMs,
        why: "its turn does not come before the deadline",
      };
