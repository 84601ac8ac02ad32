/* What a call has to do with its limiter: it asks, waits for its turn, and gives back what it was admitted by. */
import type { Admission, Applicant, AttemptEnd, Limiter, LimitPermit, LimitTicket, Rejection } from "../../core/limit/limiter.ts";
import { answerOf } from "../../core/limit/limiter-chain.ts";
import { WrongAnswer } from "../../core/retry/wrong-answer.ts";
import type { Attempt, AttemptFlight } from "./attempt.ts";
import type { CallSettings } from "./call-settings.ts";
import type { CallPlan } from "./plan.ts";
import { withoutPromise } from "./without-promise.ts";

/** What of a call its turns need. */
export interface LimitedCall {
  readonly plan: CallPlan;
  readonly settings: CallSettings;
  readonly bounds: { readonly operation: string | undefined; remainingMs(): number; interrupt(): void };
}

const KINDS: ReadonlySet<string> = /* @__PURE__ */ new Set(["admitted", "rejected", "failed"]);

/** Code that decides has thrown. */
interface Fault {
  readonly kind: "failed";
  readonly error: unknown;
}

export class Turn implements Applicant {
  readonly limiter: Limiter;
  /** Why the call was turned away. */
  rejection: Rejection | null = null;
  readonly #call: LimitedCall;
  /** While it waits: its place in the queue, then what the limiter has said. */
  #ticket: LimitTicket | null = null;
  #answer: LimitPermit | Rejection | Fault | null = null;

  constructor(call: LimitedCall, limiter: Limiter) {
    this.#call = call;
    this.limiter = limiter;
  }

  get cost(): CallSettings["cost"] {
    return this.#call.settings.cost;
  }

  get maxWaitMs(): number {
    return this.#call.bounds.remainingMs();
  }

  /** Whether the call waits, or has not taken yet what it has waited for. */
  get isWaiting(): boolean {
    return this.#ticket !== null || this.#answer !== null;
  }

  /** Asks for admission: a permit; `null` where the call is turned away; `queue`, where it has to wait. */
  ask(): LimitPermit | "queue" | null {
    const answer = this.admission(this);
    if (answer.kind === "admitted") return answer;
    if (answer.kind === "rejected") this.rejection = answer;
    else this.#ticket = answer;
    return answer.kind === "rejected" ? null : "queue";
  }

  /** What the limiter answers at once. */
  admission(applicant: Applicant): Admission {
    try {
      return answerOf(this.limiter, applicant);
    } catch (fault) {
      throw withoutPromise(fault);
    }
  }

  /** Takes what the call has waited for, or asks anew. */
  take(): LimitPermit | "queue" | null {
    const answer = this.#answer;
    this.#answer = null;
    if (answer === null) return this.ask();
    if (answer.kind === "failed") throw withoutPromise(answer.error);
    if (answer.kind === "admitted") return answer;
    this.rejection = answer;
    return null;
  }

  /** Its turn has come. */
  admitted(permit: LimitPermit): void {
    // One that waits no more has no use for it.
    if (this.#ticket === null) this.release(permit, "unused");
    else this.#hear(permit);
  }

  /** It is turned away after all. */
  rejected(rejection: Rejection): void {
    if (this.#ticket !== null) this.#hear(rejection);
  }

  failed(error: unknown): void {
    if (this.#ticket !== null) this.#hear({ kind: "failed", error });
  }

  #hear(answer: LimitPermit | Rejection | Fault): void {
    this.#ticket = null;
    const isAnswer = typeof answer === "object" && answer !== null && KINDS.has(answer.kind);
    const error = isAnswer ? null : new WrongAnswer("A limiter to its applicant", "a permit or a rejection", answer);
    this.#answer = error === null ? answer : { kind: "failed", error };
    this.#call.bounds.interrupt();
  }

  /** Gives up its place in the queue. */
  stopWaiting(): void {
    const ticket = this.#ticket;
    this.#ticket = null;
    if (ticket === null) return;
    const { plan, bounds } = this.#call;
    plan.hookErrors.observe("limiter.cancel", this.limiter, bounds, () => ticket.cancel());
  }

  /** For a thread that blocks: after how many milliseconds to ask again; 0 once the limiter has answered. */
  readyInMs(): number {
    const ms: unknown = this.#ticket === null ? 0 : this.#ticket.readyInMs();
    if (this.#ticket === null) return 0;
    if (typeof ms === "number" && ms > 0) return ms;
    throw new WrongAnswer("The readyInMs() of a limiter's ticket", "a number of milliseconds > 0 while it waits", ms);
  }

  /** A thread that blocks cannot wait for its turn. */
  turnAway(readyInMs: number): void {
    this.stopWaiting();
    const { name: limiter } = this.limiter;
    this.#answer =
      readyInMs === Infinity
        ? {
            kind: "rejected",
            limiter,
            reason: "full",
            retryAfterMs: null,
            why: "there is no room, and a thread that is blocked makes none",
          }
        : {
            kind: "rejected",
            limiter,
            reason: "rate",
            retryAfterMs: readyInMs,
            why: "its turn does not come before the deadline",
          };
  }

  /** The call is over: what it has waited for is given back. */
  letGo(): void {
    this.stopWaiting();
    const answer = this.#answer;
    this.#answer = null;
    if (answer?.kind === "admitted") this.release(answer, "unused");
  }

  /** An attempt has ended: its permit goes back, once. */
  giveBack(attempt: Attempt, end: AttemptEnd, value?: unknown): void {
    const flight = attempt.flight as AttemptFlight;
    if (flight.permit === null) return;
    const { permit } = flight;
    flight.permit = null;
    this.release(permit, end, value);
  }

  /** What the limiter throws changes no call: it has its value or error already. */
  release(permit: LimitPermit, end: AttemptEnd, value?: unknown): void {
    const { limiter } = this;
    const { plan, bounds } = this.#call;
    // Not by `observe`: every attempt comes by here, and a function for each would take a tenth of its time.
    try {
      plan.hookErrors.follow("limiter.release", limiter, bounds, limiter.release(permit, end, value));
    } catch (error) {
      plan.hookErrors.tell("limiter.release", limiter, bounds, error);
    }
  }
}
