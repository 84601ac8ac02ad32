/*
 * What a call knows of its attempts beyond the one in flight, where its policy has a limiter or hedges: what has admitted them, and which of them
 * are in flight beside each other. Any other call does without.
 */
import { ROUNDS } from "../../core/hedge/hedging.ts";
import type { AttemptEnd } from "../../core/limit/limiter.ts";
import type { Attempt } from "./attempt.ts";
import type { CallPlan } from "./plan.ts";
import type { Round } from "./round.ts";
import type { HedgedCall, Rounds } from "./rounds.ts";
import type { Step } from "./step.ts";
import { type LimitedCall, Turn } from "./turn.ts";

export class Flight {
  /** What the call has to do with its limiter; `null` without one. */
  readonly turn: Turn | null;
  /** How it hedges; `null` where it does not. */
  rounds: Rounds | null;
  /** The attempts that are in flight beside each other. */
  round: Round | null = null;
  /** The attempt that was begun or has ended last: what is told next is about it. */
  subject: Attempt | null = null;

  constructor(turn: Turn | null, rounds: Rounds | null) {
    this.turn = turn;
    this.rounds = rounds;
  }

  /** `null` where the plan has neither a limiter nor hedges. */
  static of(call: LimitedCall, { limiter, hedge }: CallPlan): Flight | null {
    if (limiter === null && hedge === null) return null;
    return new Flight(limiter && new Turn(call, limiter), hedge && (hedge[ROUNDS] as Rounds));
  }

  begins(call: HedgedCall, attempt: Attempt): void {
    this.subject = attempt;
    this.rounds?.begins(call, attempt);
  }

  succeeds(call: HedgedCall, attempt: Attempt, value: unknown): void {
    this.turn?.giveBack(attempt, "success", value);
    // One whose answer had begun has won before.
    if (!call.bounds.hasBegun) this.rounds?.isWon(call, attempt);
  }

  /** The caller begins to get the answer of an attempt: it has won. */
  answerBegan(call: HedgedCall, attempt: Attempt): void {
    if (this.rounds === null) return;
    this.rounds.isWon(call, attempt);
    this.rounds.cutRest(call, attempt);
  }

  /** What follows in the round of an attempt that has failed; `null` where the failure is that of the round. */
  fails(call: HedgedCall, attempt: Attempt, end: AttemptEnd, aborted: boolean): Step | null {
    this.turn?.giveBack(attempt, end);
    const step = this.rounds === null || aborted ? null : this.rounds.afterFailure(call, attempt);
    if (step === null) call.bounds.endRound();
    return step;
  }

  /** The attempt was never made. */
  isBarred(attempt: Attempt): void {
    this.turn?.giveBack(attempt, "unused");
    this.subject = null;
  }

  /**
   * The call is over: what it still holds is given back, and what is in flight is cut.
   *
   * @param isCut whether the attempt that the end is about has been cut already, where it is in flight
   */
  letGo(call: HedgedCall, isCut: boolean): void {
    const { subject, turn } = this;
    this.rounds?.cutRest(call, isCut ? subject : null);
    if (subject !== null) turn?.giveBack(subject, "cancel");
    turn?.letGo();
  }
}
