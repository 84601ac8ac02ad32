/*
 * What a limiter and those who ask it say to each other. A limiter answers at once: with a permit, with a rejection, or with a ticket of its
 * queue, and then later, once, by `admitted` or `rejected`. Whoever was admitted gives the permit back, once, and says how the attempt ended.
 */
import type { Classification } from "../failure/classification.ts";
import { hasMethods } from "../is-object.ts";

/**
 * Why a limiter turns an attempt away: `full`, all its places and its queue are taken; `queue_timeout`, it has waited as long as the queue lets it;
 * `rate`, more per interval than is allowed; `throttled`, the dependency refuses so much that part of it is not even sent.
 */
export type LimitReason = "full" | "queue_timeout" | "rate" | "throttled";

/** What an attempt costs: a number, or one for each of a limiter's dimensions, by its name. */
export type Cost = number | Readonly<Record<string, number>>;

/** The attempt was admitted: the permit is to be given back. */
export interface LimitPermit {
  readonly kind: "admitted";
}

/** The attempt was turned away. */
export interface Rejection {
  readonly kind: "rejected";
  /** The name of the limiter. */
  readonly limiter: string;
  readonly reason: LimitReason;
  /** When it makes sense to ask again, in milliseconds from now; `Infinity` for never; `null` where that is not known. */
  readonly retryAfterMs: number | null;
  /** What a person reads of it, without the name: "all 10 places are taken". */
  readonly why: string;
}

/** The attempt waits: it hears of its end by its `admitted` or `rejected`. */
export interface LimitTicket {
  readonly kind: "queued";
  /** Leaves the queue, at once. Does nothing once the attempt was admitted or turned away. */
  cancel(): void;
  /**
   * For a thread that blocks: admits those whose turn has come, this one too, and says after how many milliseconds to ask again. `Infinity` where only
   * another attempt can make way, which cannot go on while the thread is blocked.
   */
  readyInMs(): number;
}

export type Admission = LimitPermit | Rejection | LimitTicket;

/** Who asks to be admitted. */
export interface Applicant {
  /** `undefined`: what the limiter counts for an attempt that says nothing. */
  readonly cost: Cost | undefined;
  /** How long it can wait, in milliseconds: what is sure to take longer is turned away at once. 0: it does not wait. */
  readonly maxWaitMs: number;
  /**
   * The part of the limiter's places, and of its queue, that it may help to fill, from 0 to 1: what matters less leaves the rest to what matters more.
   * `undefined`: all of them.
   */
  readonly share?: number | undefined;
  /** Its turn has come. Called once, and never before `admit` has returned. What follows must not happen within it. */
  admitted(permit: LimitPermit): void;
  /** It was turned away after all. */
  rejected(rejection: Rejection): void;
  /** Code that decides has thrown meanwhile: that is the end of it. */
  failed(fault: unknown): void;
}

/**
 * How an admitted attempt ended: a success; a failure, as it was classified; `cancel`, it was cut short or failed without a word about the dependency;
 * or `unused`, it was never made.
 */
export type AttemptEnd = "success" | "cancel" | "unused" | Classification;

/** What admits or rejects each attempt before it is made. Shared by any number of policies. */
export interface Limiter {
  readonly name: string;
  /** Answers at once: a promise ends the call with a TypeError. */
  admit(applicant: Applicant): Admission;
  /**
   * Takes a permit back, once.
   *
   * @param value what the operation returned, where it ended with a success
   */
  release(permit: LimitPermit, end: AttemptEnd, value?: unknown): void;
}

/** Whether an object is a limiter, by its methods: of whichever copy of this package, or of the user's own. */
export const isLimiter = (value: object): value is Limiter => hasMethods(value, ["admit", "release"]);
