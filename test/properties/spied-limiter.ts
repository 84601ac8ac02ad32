/*
 * Stands between the calls of a world and one of its limiters, and holds both to what they have promised each other: a permit goes back once, a ticket
 * hears one thing, never before its limiter has answered nor after it was given up, and nobody overtakes those who wait.
 */
import type { Admission, Applicant, AttemptEnd, Limiter, LimitPermit, LimitTicket, Rejection } from "redress";
import type { LimiterScript } from "./limit-script.ts";

/** What of a world its limiters need. */
export interface SpyingWorld {
  readonly clock: { now(): number };
  /** Until the deadline of whoever asks, at the most. */
  readonly longestWaitMs: number;
  /** The policy comes by a place where the user's code runs. */
  visit(place: "admit" | "release"): void;
  /** A law is broken. It cannot be thrown here: a call would take it for a fault of the limiter. */
  breaks(law: string): void;
  wasBusyUntil(atMs: number): boolean;
}

/** Somebody who was admitted. */
export interface Admitted {
  readonly atMs: number;
  readonly cost: number;
  /** How often the limiter had been reset by then. */
  readonly resets: number;
  readonly inner: LimitPermit;
  end: AttemptEnd | null;
}

interface Waiting {
  readonly untilMs: number;
  isOver: boolean;
}

const ROUNDING_MS = 1e-6;

export class SpiedLimiter implements Limiter {
  readonly script: LimiterScript;
  readonly inner: Limiter;
  /** Everybody who was ever admitted, in order, and who was turned away. */
  readonly admitted: Admitted[] = [];
  readonly rejections: Rejection[] = [];
  /** Those who have not given their permit back yet. */
  readonly held = new Map<LimitPermit, Admitted>();
  /** Those in its queue, in the order in which they came. */
  readonly waiting: Waiting[] = [];
  /** The most permits that were out at a time. */
  mostHeld = 0;
  /** The most that waited at a time. */
  mostWaiting = 0;
  #resets = 0;
  /** The dependency wants to be left alone until then: a rate limiter heeds that. */
  #pausedUntilMs = 0;
  readonly #world: SpyingWorld;

  constructor(script: LimiterScript, inner: Limiter, world: SpyingWorld) {
    this.script = script;
    this.inner = inner;
    this.#world = world;
  }

  get name(): string {
    return this.inner.name;
  }

  reset(): void {
    this.#resets++;
    this.#pausedUntilMs = 0;
    (this.inner as Limiter & { reset?(): void }).reset?.();
  }

  admit(applicant: Applicant): Admission {
    this.#world.visit("admit");
    const cost = typeof applicant.cost === "number" ? applicant.cost : 1;
    const { maxWaitMs } = applicant;
    const longestMs = this.#world.longestWaitMs + ROUNDING_MS + this.#world.clock.now() * Number.EPSILON * 4;
    if (!(maxWaitMs >= 0 && maxWaitMs <= longestMs)) this.#world.breaks(`an applicant waits ${maxWaitMs} ms`);
    const entry: Waiting = { untilMs: this.#world.clock.now() + maxWaitMs, isOver: false };
    let hasAnswered = false;
    const leaves = (how: string): void => {
      if (!hasAnswered) this.#world.breaks(`${how} before the limiter has answered`);
      this.#leave(entry, how);
    };
    const answer = this.inner.admit({
      cost: applicant.cost,
      maxWaitMs,
      admitted: (permit) => {
        if (this.waiting[0] !== entry) this.#world.breaks("who waits is admitted before those who came earlier");
        leaves("admitted");
        const mine = this.#admit(permit, cost);
        this.#tell(() => applicant.admitted(mine));
      },
      rejected: (rejection) => {
        leaves("rejected");
        this.rejections.push(rejection);
        this.#tell(() => applicant.rejected(rejection));
      },
      failed: (fault) => {
        leaves("failed");
        this.#tell(() => applicant.failed(fault));
      },
    });
    hasAnswered = true;
    if (answer.kind === "rejected") this.rejections.push(answer);
    if (answer.kind === "admitted") {
      if (this.waiting.length > 0) this.#world.breaks("who comes is admitted before those who wait");
      return this.#admit(answer, cost);
    }
    if (answer.kind === "queued") {
      this.waiting.push(entry);
      this.mostWaiting = Math.max(this.mostWaiting, this.waiting.length);
      return this.#ticket(answer, entry);
    }
    return answer;
  }

  release(permit: LimitPermit, end: AttemptEnd, value?: unknown): void {
    const admitted = this.held.get(permit);
    if (admitted === undefined) {
      this.#world.breaks("a permit goes back that is not out");
      return;
    }
    this.held.delete(permit);
    admitted.end = end;
    if (typeof end === "object" && end.errorClass === "RATE_LIMIT" && end.retryAfterMs !== undefined)
      this.#pausedUntilMs = Math.max(this.#pausedUntilMs, this.#world.clock.now() + end.retryAfterMs);
    this.inner.release(admitted.inner, end, value);
    this.#world.visit("release");
  }

  #admit(inner: LimitPermit, cost: number): LimitPermit {
    const permit: LimitPermit = { kind: "admitted" };
    const admitted: Admitted = { atMs: this.#world.clock.now(), cost, resets: this.#resets, inner, end: null };
    this.admitted.push(admitted);
    if (this.script.kind === "rate" && admitted.atMs < this.#pausedUntilMs - ROUNDING_MS)
      this.#world.breaks(`admitted at ${admitted.atMs}, asked to come back at ${this.#pausedUntilMs}`);
    this.held.set(permit, admitted);
    this.mostHeld = Math.max(this.mostHeld, this.held.size);
    return permit;
  }

  #ticket(ticket: LimitTicket, entry: Waiting): LimitTicket {
    return {
      kind: "queued",
      cancel: () => {
        if (!entry.isOver) this.#leave(entry, "cancelled");
        ticket.cancel();
      },
      readyInMs: () => ticket.readyInMs(),
    };
  }

  #leave(entry: Waiting, how: string): void {
    const { clock } = this.#world;
    if (entry.isOver) this.#world.breaks(`${how} after the wait was over`);
    entry.isOver = true;
    const index = this.waiting.indexOf(entry);
    if (index !== -1) this.waiting.splice(index, 1);
    const nowMs = clock.now();
    if (nowMs > entry.untilMs + ROUNDING_MS && !this.#world.wasBusyUntil(nowMs))
      this.#world.breaks(`waited until ${nowMs}, could wait until ${entry.untilMs}`);
  }

  /** What an applicant throws would go into the code of the limiter. */
  #tell(call: () => void): void {
    try {
      call();
    } catch (error) {
      this.#world.breaks(`an applicant has thrown: ${error}`);
    }
  }
}
