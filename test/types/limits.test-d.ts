import {
  AdaptiveConcurrency,
  AdaptiveThrottle,
  type Admission,
  AttemptDecision,
  type AttemptEnd,
  Bulkhead,
  type CallOptions,
  type Cost,
  EventName,
  type Failure,
  Hedge,
  type HedgeOptions,
  isLimitedError,
  type LimitedError,
  type Limiter,
  type LimitPermit,
  type LimitReason,
  type Outcome,
  Policy,
  type PolicyDescription,
  type PolicyOptions,
  RateLimiter,
  type Rejection,
  retry,
  StopReason,
} from "redress";
import { describe, expectTypeOf, test } from "vitest";

declare const error: unknown;
declare const outcome: Outcome<string>;
const bulkhead = new Bulkhead({ maxConcurrent: 3 });

describe("a policy takes", () => {
  test("a limiter, ours or one of the user's own, or several", () => {
    const own: Limiter = {
      name: "own",
      admit: (applicant) => {
        expectTypeOf(applicant.cost).toEqualTypeOf<Cost | undefined>();
        expectTypeOf(applicant.maxWaitMs).toEqualTypeOf<number>();
        return { kind: "admitted" };
      },
      release: (_permit, end, value) => {
        expectTypeOf(end).toEqualTypeOf<AttemptEnd>();
        expectTypeOf(value).toEqualTypeOf<unknown>();
      },
    };
    new Policy({ limiter: own });
    new Policy({ limiter: bulkhead });
    new Policy({
      limiter: [new RateLimiter({ limit: 5, intervalMs: 1_000 }), new AdaptiveConcurrency(), new AdaptiveThrottle()],
    });
    new Policy({ limiter: undefined, hedge: undefined });
    expectTypeOf<PolicyOptions["limiter"]>().toEqualTypeOf<Limiter | readonly Limiter[] | undefined>();
  });

  test("no options in place of a limiter, and nothing that admits by promise", () => {
    // @ts-expect-error a Bulkhead is made by hand, as it is shared
    new Policy({ limiter: { maxConcurrent: 3 } });
    // @ts-expect-error it answers at once
    new Policy({ limiter: { name: "own", admit: async (): Promise<Admission> => ({ kind: "admitted" }), release: () => {} } });
    // @ts-expect-error it takes its permits back
    new Policy({ limiter: { name: "own", admit: (): Admission => ({ kind: "admitted" }) } });
    // @ts-expect-error nor a number of them
    new Policy({ limiter: 3 });
  });

  test("a Hedge, and no options in its place", () => {
    new Policy({ hedge: new Hedge({ delayMs: 50 }) });
    new Policy({ retry: { maxAttempts: 3 }, hedge: new Hedge({ quantile: 0.95, maxHedges: 2, loadRatio: 0.1 }) });
    // @ts-expect-error a Hedge is made by hand, as it learns from all that share it
    new Policy({ hedge: { delayMs: 50 } });
    // @ts-expect-error
    new Policy({ hedge: true });
  });

  test("what makes it, where it is made in one go", () => {
    const get = retry({ maxAttempts: 2, limiter: bulkhead, hedge: new Hedge({ delayMs: 5 }) })((id: string) => id.length);
    expectTypeOf(get).toEqualTypeOf<(id: string) => Promise<number>>();
    expectTypeOf(new Policy().with({ limiter: [bulkhead] }).call(() => 1)).toEqualTypeOf<Promise<number>>();
  });

  test("and tells what it was given", () => {
    expectTypeOf<PolicyDescription>().toHaveProperty("limiters");
    expectTypeOf<PolicyDescription>().toHaveProperty("hedge");
  });
});

describe("a call", () => {
  test("says what it costs: a number, or one for each dimension", () => {
    const policy = new Policy({ limiter: bulkhead });
    void policy.call(() => 1, { cost: 3 });
    void policy.call(() => 1, { cost: { tokens: 300, requests: 1 } });
    expectTypeOf<CallOptions["cost"]>().toEqualTypeOf<Cost | undefined>();
    // @ts-expect-error
    void policy.call(() => 1, { cost: "3" });
    // @ts-expect-error
    void policy.call(() => 1, { cost: [3] });
    // @ts-expect-error
    void policy.call(() => 1, { cost: { tokens: "many" } });
  });

  test("tells its operation and its hooks whether an attempt is a hedge", () => {
    void new Policy().call(({ hedge }) => expectTypeOf(hedge).toEqualTypeOf<boolean>(), {
      onAttemptEnd: ({ hedge, decision }) => {
        expectTypeOf(hedge).toEqualTypeOf<boolean>();
        if (decision === AttemptDecision.CUT) expectTypeOf(decision).toEqualTypeOf<"cut">();
      },
      onMetric: (event, _attempt, _sleepMs, { limiter, reason }) => {
        if (event === EventName.LIMITED) expectTypeOf(event).toEqualTypeOf<"limited">();
        if (event === EventName.HEDGE) expectTypeOf(event).toEqualTypeOf<"hedge">();
        expectTypeOf(limiter).toEqualTypeOf<string | undefined>();
        expectTypeOf(reason).toEqualTypeOf<LimitReason | undefined>();
      },
    });
  });
});

describe("what was turned away", () => {
  test("is narrowed by its guard", () => {
    if (isLimitedError(error)) {
      expectTypeOf(error).toEqualTypeOf<LimitedError>();
      expectTypeOf(error.limiter).toEqualTypeOf<string>();
      expectTypeOf(error.reason).toEqualTypeOf<"full" | "queue_timeout" | "rate" | "throttled">();
      expectTypeOf(error.retryAfterMs).toEqualTypeOf<number | null>();
    }
    const either = error as LimitedError | RangeError;
    if (!isLimitedError(either)) expectTypeOf(either).toEqualTypeOf<RangeError>();
  });

  test("says so in the outcome", () => {
    if (!outcome.ok && outcome.stopReason === StopReason.LIMITED) {
      expectTypeOf(outcome.stopReason).toEqualTypeOf<"LIMITED">();
      expectTypeOf(outcome.limitedBy?.limiter).toEqualTypeOf<string | undefined>();
      expectTypeOf(outcome.limitedBy?.reason).toEqualTypeOf<LimitReason | undefined>();
      expectTypeOf(outcome.limitedBy?.retryAfterMs).toEqualTypeOf<number | null | undefined>();
    }
  });

  test("may be what a fallback is for", () => {
    new Policy({ fallback: { on: ["LIMITED"], use: ({ limitedBy }: Failure) => limitedBy?.limiter } });
    // @ts-expect-error no stop, and no class
    new Policy({ fallback: { on: ["FULL"], use: () => 1 } });
  });
});

describe("a limiter alone", () => {
  test("runs what a policy runs, and gives what that gives", () => {
    expectTypeOf(bulkhead.run(async () => "text")).toEqualTypeOf<Promise<string>>();
    expectTypeOf(bulkhead.run(() => 1 as number | Promise<number>, { cost: 1, deadlineMs: 5 })).toEqualTypeOf<Promise<number>>();
    expectTypeOf(new AdaptiveThrottle().runSync(() => "text")).toEqualTypeOf<string>();
    expectTypeOf(new AdaptiveConcurrency().tryAcquire()).toEqualTypeOf<LimitPermit | null>();
    // @ts-expect-error hooks are a policy's
    void bulkhead.run(() => 1, { onMetric: () => {} });
  });

  test("knows its dimensions by their names", () => {
    const one = new RateLimiter({ limit: 5, intervalMs: 1_000 });
    expectTypeOf(one.remaining()).toEqualTypeOf<number>();
    const two = new RateLimiter({
      limits: { requests: { limit: 5, intervalMs: 1_000, cost: 1 }, tokens: { limit: 900, intervalMs: 1_000, cost: 50 } },
      used: (answer: { usage: { total: number } }) => ({ tokens: answer.usage.total }),
    });
    expectTypeOf(two.remaining()).toEqualTypeOf<Readonly<Record<"requests" | "tokens", number>>>();
    // @ts-expect-error
    two.remaining().token;
    const limiters: readonly Limiter[] = [one, two, bulkhead];
    new Policy({ limiter: limiters });
  });

  test("needs what has no default", () => {
    // @ts-expect-error
    new Bulkhead();
    // @ts-expect-error
    new Bulkhead({});
    // @ts-expect-error
    new RateLimiter();
    // @ts-expect-error
    new Hedge();
    expectTypeOf<HedgeOptions>().toMatchTypeOf<{ readonly loadRatio?: number | undefined }>();
  });

  test("says what it turns away for", () => {
    const answer: Admission = bulkhead.admit({ cost: 1, maxWaitMs: 0, admitted() {}, rejected() {}, failed() {} });
    if (answer.kind === "rejected") expectTypeOf(answer).toEqualTypeOf<Rejection>();
    if (answer.kind === "admitted") bulkhead.release(answer, "success");
    if (answer.kind === "queued") answer.cancel();
  });
});
