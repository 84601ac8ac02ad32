import { isPlain } from "../../core/is-object.ts";
import type {
  Admission,
  Applicant,
  AttemptEnd,
  Cost,
  Limiter,
  LimitPermit,
  LimitReason,
  LimitTicket,
  Rejection,
} from "../../core/limit/limiter.ts";
import { check, finiteFrom, type OptionRule, objectWith, oneOf, refuse, tableOf, zeroOrMore } from "../../core/option-rules.ts";
import type { Clock } from "../../run/time/clock.ts";
import { ADMIT_OR_REJECT, Decisions, type FakeOptions, fakeRules, readFake } from "./decisions.ts";

/** Lets the attempt wait, on the clock of the fake. */
export interface QueuedDecision {
  /** How long, in milliseconds, finite, >= 0. */
  readonly queueMs: number;
  /** What becomes of it then. @default "admit" */
  readonly answer?: "admit" | "reject" | undefined;
}

/** Turns the attempt away as a real limiter would for that reason. */
interface RejectedDecision {
  readonly reject: LimitReason;
  /** When it makes sense to ask again, in milliseconds. @default not known */
  readonly retryAfterMs?: number | undefined;
}

export type LimiterDecision = "admit" | "reject" | QueuedDecision | RejectedDecision;

export interface FakeLimiterOptions extends FakeOptions<LimiterDecision> {
  /** What attempts wait on. @default none: a decision that queues is refused */
  readonly clock?: Clock | undefined;
}

/** An attempt that a limiter was asked about. */
export interface LimiterRequest {
  readonly cost: Cost | undefined;
  /** What has become of it; `"left"`, it did not wait any longer. */
  readonly answer: "admitted" | "rejected" | "queued" | "left";
  /** How the attempt ended that was admitted; `undefined` while it is under way, and for the others. */
  readonly end: AttemptEnd | undefined;
}

type Kept = { -readonly [Key in keyof LimiterRequest]: LimiterRequest[Key] };

const REASONS: readonly LimitReason[] = ["full", "queue_timeout", "rate", "throttled"];
const QUEUED = tableOf({ rules: { queueMs: finiteFrom(0), answer: ADMIT_OR_REJECT }, required: ["queueMs"] });
const REJECTED = tableOf({ rules: { reject: oneOf(REASONS), retryAfterMs: zeroOrMore }, required: ["reject"] });

const DECISION: OptionRule = {
  text: '"admit", "reject", { queueMs } or { reject: reason }',
  type: "",
  ok: (value: unknown) => typeof value === "string" || isPlain(value),
  inside: (value: unknown, place) => {
    if (typeof value === "string") check(value, ADMIT_OR_REJECT, place);
    else if (isPlain(value) && "reject" in value) check(value, REJECTED, place);
    else check(value, QUEUED, place);
  },
};

/**
 * A limiter that decides what a test says, lets attempts wait in its queue, and keeps how they ended. Attempts that it turns away fail as those of a real one do.
 *
 * @example
 * import { FakeLimiter, VirtualClock } from "redress/testing";
 * const clock = new VirtualClock();
 * const limiter = new FakeLimiter({ decisions: ["admit", { queueMs: 500 }, "reject"], clock });
 * const policy = new Policy({ limiter, clock });
 *
 * @throws TypeError or RangeError for options that do not hold
 */
export class FakeLimiter implements Limiter {
  readonly name: string;
  /** Each attempt that it was asked about. */
  readonly requests: readonly LimiterRequest[];
  readonly #kept: Kept[] = [];
  readonly #decisions: Decisions<LimiterDecision>;
  readonly #clock: Clock | undefined;
  readonly #permits = new Map<LimitPermit, Kept>();

  constructor(options: FakeLimiterOptions) {
    const rules = { ...fakeRules(DECISION), clock: objectWith("a clock", ["now", "alarm"]) };
    const read = readFake("fakeLimiter", options, rules);
    for (const decision of [...(read.decisions ?? []), read.otherwise])
      if (isPlain(decision) && "queueMs" in decision && read.clock === undefined)
        refuse("fakeLimiter.clock", "given where a decision lets attempts wait", undefined, TypeError);
    this.name = read.name ?? "fake";
    this.requests = this.#kept;
    this.#decisions = new Decisions("FakeLimiter", read);
    this.#clock = read.clock;
  }

  /** Attempts that it has admitted and that have not ended. */
  get inFlight(): number {
    return this.#permits.size;
  }

  /** Attempts that wait in its queue. */
  get queued(): number {
    return this.#kept.filter(({ answer }) => answer === "queued").length;
  }

  admit(applicant: Applicant): Admission {
    const decision = this.#decisions.next();
    const request: Kept = { cost: applicant.cost, answer: "queued", end: undefined };
    this.#kept.push(request);
    if (decision === "admit") return this.#admitted(request);
    if (decision === "reject") return this.#rejected(request, "full", null);
    if ("reject" in decision) return this.#rejected(request, decision.reject, decision.retryAfterMs ?? null);
    // What is sure to take longer than it can wait is turned away at once, as every limiter does.
    if (decision.queueMs > applicant.maxWaitMs) return this.#rejected(request, "queue_timeout", decision.queueMs);
    return this.#ticket(request, applicant, decision);
  }

  release(permit: LimitPermit, end: AttemptEnd): void {
    const request = this.#permits.get(permit);
    if (request === undefined)
      throw new Error(`FakeLimiter "${this.name}": given back what it has not admitted, or for a second time.`);
    this.#permits.delete(permit);
    request.end = end;
  }

  /** @throws Error where it was asked less often than it has decisions */
  assertDone(): void {
    this.#decisions.assertDone();
  }

  #admitted(request: Kept): LimitPermit {
    const permit: LimitPermit = { kind: "admitted" };
    request.answer = "admitted";
    this.#permits.set(permit, request);
    return permit;
  }

  #rejected(request: Kept, reason: LimitReason, retryAfterMs: number | null): Rejection {
    request.answer = "rejected";
    return { kind: "rejected", limiter: this.name, reason, retryAfterMs, why: "its test says so" };
  }

  #ticket(request: Kept, applicant: Applicant, { queueMs, answer: word = "admit" }: QueuedDecision): LimitTicket {
    const clock = this.#clock as Clock;
    const dueAtMs = clock.now() + queueMs;
    const answer = (): void => {
      if (request.answer !== "queued") return;
      cancelAlarm();
      if (word === "admit") applicant.admitted(this.#admitted(request));
      else applicant.rejected(this.#rejected(request, "queue_timeout", null));
    };
    const cancelAlarm = clock.alarm(queueMs, answer);
    return {
      kind: "queued",
      cancel: () => {
        cancelAlarm();
        if (request.answer === "queued") request.answer = "left";
      },
      readyInMs: () => {
        const leftMs = Math.max(0, dueAtMs - clock.now());
        if (leftMs === 0) answer();
        return leftMs;
      },
    };
  }
}
