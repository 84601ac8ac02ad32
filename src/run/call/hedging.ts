/* The rounds of a hedged call: when a further attempt is started, what becomes of one that fails, and of those that are in flight when another one wins. */

import type { Classification } from "../../core/failure/classification.ts";
import { NEVER_RETRIED } from "../../core/failure/error-class.ts";
import { AbortRetryError } from "../../core/failure/verdicts.ts";
import type { Hedging } from "../../core/hedge/hedging.ts";
import type { Limiter, LimitPermit } from "../../core/limit/limiter.ts";
import { admitsRetry } from "../../core/retry/decision.ts";
import type { Attempt } from "./attempt.ts";
import type { AttemptFailure } from "./attempt-failure.ts";
import type { CallPlan } from "./plan.ts";
import { Round } from "./round.ts";
import type { HedgedCall, Rounds } from "./rounds.ts";
import type { Step } from "./step.ts";
import type { Turn } from "./turn.ts";

/** An attempt begins. The first of a round begins the round. */
function begins(call: HedgedCall, attempt: Attempt): void {
  const { bounds, plan } = call;
  const hedge = call.plan.hedge as Hedging;
  const nowMs = bounds.beginsAtMs(attempt.attempt);
  const flight = call.flight as NonNullable<HedgedCall["flight"]>;
  flight.round ??= new Round(bounds, nowMs);
  const { round } = flight;
  if (attempt.attempt === 1) hedge.began(nowMs);
  if (attempt.hedge) {
    round.hedges++;
    hedge.started(nowMs);
  }
  const mayFollow = round.hedges < hedge.maxHedges && call.attempts < mostAttempts(plan);
  round.begins(attempt, nowMs, mayFollow ? hedge.delayMs(nowMs) : Infinity);
}

/** The next hedge is due. */
function hedgeIsDue(call: HedgedCall): Step {
  call.bounds.stopHedging();
  return startHedge(call, null) ?? "watch";
}

/**
 * What follows an attempt that has failed: a hedge at once, or to wait for those that are still in flight. `null` where the failure is that of the round.
 */
function afterFailure(call: HedgedCall, failed: Attempt): Step | null {
  const { bounds, last } = call;
  const round = bounds.round as Round;
  const { errorClass, retry, retryAfterMs } = (last as AttemptFailure).classification;
  const isFinal = NEVER_RETRIED.has(errorClass) || retry === false;
  if (isFinal && !failed.hedge) return null;
  // A dependency that wants to be left alone gets no more of them.
  if (isFinal || errorClass === "RATE_LIMIT" || retryAfterMs !== undefined) {
    round.isClosed = true;
    bounds.stopHedging();
  }
  const step = startHedge(call, (last as AttemptFailure).classification);
  if (step !== null) return step;
  if (round.inFlight.length === 0) return null;
  call.observers?.attemptEnds("retry", null, 0);
  return "watch";
}

/** Starts a hedge, where there may be one. Nothing waits for it: where there is no room, there is none. */
function startHedge(call: HedgedCall, failure: Classification | null): Step | null {
  const { bounds, plan } = call;
  const round = bounds.round as Round;
  const hedge = call.plan.hedge as Hedging;
  if (round.isClosed || round.hedges >= hedge.maxHedges || call.attempts >= mostAttempts(plan)) return null;
  if (isRepeatRefused(call, failure)) return null;
  if (call.hasCircuitOpened() || bounds.isCancelled() || bounds.remainingMs() === 0) return null;
  const nowMs = plan.clock.now();
  const permit = hedge.allows(nowMs) ? admission(call, failure) : null;
  if (permit === null) {
    hedge.refused();
    return null;
  }
  bounds.stopHedging();
  if (failure !== null) call.observers?.attemptEnds("retry", null, 0);
  return call.beginAttempt(permit.permit, failure === null ? "slow" : "failed");
}

function isRepeatRefused({ settings, last }: HedgedCall, failure: Classification | null): boolean {
  return settings.refuseRepeat?.(failure === null ? undefined : (last as AttemptFailure)) !== undefined;
}

/** Asks the limiter, without waiting, and the budget last: what is not made costs nothing. `null` where one of them refuses. */
function admission(
  { plan, settings, flight }: HedgedCall,
  failure: Classification | null,
): { readonly permit: LimitPermit | null } | null {
  const { limiter, retry } = plan;
  const { turn } = flight as NonNullable<HedgedCall["flight"]>;
  const applicant = { cost: settings.cost, maxWaitMs: 0, admitted: ignore, rejected: ignore, failed: ignore };
  const answer = turn?.admission(applicant) ?? null;
  if (answer?.kind === "queued") plan.hookErrors.observe("limiter.cancel", limiter as Limiter, plan, () => answer.cancel());
  if (answer !== null && answer.kind !== "admitted") return null;
  let isAllowed = false;
  try {
    isAllowed = retry?.budget === undefined || admitsRetry(retry.budget, failure);
  } finally {
    if (!isAllowed && answer !== null) (turn as Turn).release(answer, "unused");
  }
  return isAllowed ? { permit: answer } : null;
}

const ignore = (): void => {};

/** An attempt has ended a round with a success, or its answer has begun: then it is still in flight. */
function isWon(call: HedgedCall, winner: Attempt): void {
  const { bounds, plan } = call;
  const round = bounds.round as Round;
  const hedge = call.plan.hedge as Hedging;
  round.isClosed = true;
  bounds.stopHedging();
  const others = round.inFlight.filter((attempt) => attempt !== winner);
  const isFirstKnown = winner.attempt === 1 || others.some(({ attempt }) => attempt === 1);
  if (hedge.learns && isFirstKnown) {
    const nowMs = plan.clock.now();
    hedge.firstTook(nowMs, nowMs - round.startMs);
  }
  if (round.hedges > 0) hedge.won(winner.hedge, others.length);
}

/** The call is over: what is still in flight, but for the attempt that its end is about, is cut. */
function cutRest(call: HedgedCall, subject: Attempt | null): void {
  const { bounds, observers, flight } = call;
  const { round } = bounds;
  if (round === null) return;
  for (const attempt of [...round.inFlight]) {
    if (attempt === subject) continue;
    const ended = subject === null ? "" : `: attempt ${subject.attempt} has ended the call`;
    call.cut(attempt, new AbortRetryError(`Attempt ${attempt.attempt} was cut${ended}.`));
    bounds.endAttempt(attempt);
    (flight as NonNullable<HedgedCall["flight"]>).turn?.giveBack(attempt, "cancel");
    observers?.attemptIsCut(attempt.attempt);
  }
}

const mostAttempts = ({ retry }: CallPlan): number => retry?.maxAttempts ?? Infinity;

export const rounds: Rounds = { begins, hedgeIsDue, afterFailure, isWon, cutRest };
