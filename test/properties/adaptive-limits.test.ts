/* AdaptiveThrottle against a plain list of what was asked for, and what AdaptiveConcurrency never does, whatever happens and whatever the clock says. */
import fc from "fast-check";
import { AdaptiveConcurrency, AdaptiveThrottle, type AttemptEnd, type Clock, ErrorClass, type LimitPermit } from "redress";
import { describe, expect, test } from "vitest";

class SetClock implements Clock {
  nowMs = 0;
  now(): number {
    return this.nowMs;
  }
  async sleep(): Promise<void> {}
  alarm(): () => void {
    return () => {};
  }
}

const ends: fc.Arbitrary<AttemptEnd> = fc.oneof(
  { weight: 4, arbitrary: fc.constant<AttemptEnd>("success") },
  fc.constantFrom<AttemptEnd>("cancel", "unused"),
  fc.record({ errorClass: fc.constantFrom(...Object.values(ErrorClass)) }),
  fc.constant<AttemptEnd>({ errorClass: "TRANSIENT", timeout: true }),
);

describe("AdaptiveThrottle", () => {
  type Step =
    | { readonly do: "ask"; readonly chance: number }
    | { readonly do: "end"; readonly which: number; readonly how: AttemptEnd }
    | { readonly do: "wait"; readonly ms: number }
    | { readonly do: "reset" };
  const steps: fc.Arbitrary<Step> = fc.oneof(
    {
      weight: 6,
      arbitrary: fc.record({ do: fc.constant("ask" as const), chance: fc.double({ min: 0, max: 0.999, noNaN: true }) }),
    },
    { weight: 5, arbitrary: fc.record({ do: fc.constant("end" as const), which: fc.nat(50), how: ends }) },
    { weight: 3, arbitrary: fc.record({ do: fc.constant("wait" as const), ms: fc.double({ min: 0, max: 400, noNaN: true }) }) },
    { weight: 1, arbitrary: fc.constant({ do: "reset" as const }) },
  );

  interface Request {
    readonly slice: number;
    /** `null` while it says nothing. */
    accepted: boolean | null;
    permit: LimitPermit | null;
  }

  test("holds back max(0, (requests - multiplier x accepts) / (requests + 1)) of what a plain list says of the window", () => {
    fc.assert(
      fc.property(fc.array(steps, { maxLength: 200 }), fc.double({ min: 1, max: 5, noNaN: true }), (script, multiplier) => {
        const windowMs = 1_000;
        const clock = new SetClock();
        let chance = 0;
        const throttle = new AdaptiveThrottle({ multiplier, windowMs, clock, random: () => chance });
        let requests: Request[] = [];
        let open: Request[] = [];
        const sliceNow = (): number => Math.floor((clock.nowMs / windowMs) * 100);
        const expected = (): number => {
          const heard = requests.filter(({ slice, accepted }) => accepted !== null && slice > sliceNow() - 100);
          const accepts = heard.filter(({ accepted }) => accepted).length;
          return Math.max(0, (heard.length - multiplier * accepts) / (heard.length + 1));
        };
        for (const step of script) {
          if (step.do === "wait") clock.nowMs += step.ms;
          else if (step.do === "reset") {
            throttle.reset();
            requests = [];
          } else if (step.do === "ask") {
            ({ chance } = step);
            const permit = throttle.tryAcquire();
            expect(permit === null).toBe(chance < expected());
            const request = { slice: sliceNow(), accepted: permit === null ? false : null, permit };
            requests.push(request);
            if (permit !== null) open.push(request);
          } else if (open.length > 0) {
            const request = open[step.which % open.length] as Request;
            open = open.filter((each) => each !== request);
            throttle.release(request.permit as LimitPermit, step.how);
            const { how } = step;
            if (how === "success") request.accepted = true;
            else if (typeof how === "object")
              request.accepted = !["RATE_LIMIT", "SERVER_ERROR", "TRANSIENT"].includes(how.errorClass);
            // What has left the window before it was heard of is not heard.
            if (request.slice <= sliceNow() - 100) request.accepted = null;
          }
          expect(throttle.rejectionRatio).toBeCloseTo(expected(), 9);
        }
      }),
    );
  });
});

describe("AdaptiveConcurrency", () => {
  interface Round {
    /** Attempts that are asked for. */
    readonly ask: number;
    /** How far the clock goes on, or back. */
    readonly ms: number;
    /** The share of those in use that end. */
    readonly endRatio: number;
    readonly how: AttemptEnd;
    readonly reset: boolean;
  }
  const anyMs = fc.oneof(
    { weight: 10, arbitrary: fc.double({ min: 0, max: 500, noNaN: true }) },
    { weight: 2, arbitrary: fc.constant(0) },
    fc.double({ min: -1e6, max: 1e7, noNaN: true }),
  );
  const rounds = fc.array(
    fc.record<Round>({
      ask: fc.nat(300),
      ms: anyMs,
      endRatio: fc.constantFrom(0, 0.3, 1, 1, 1),
      how: ends,
      reset: fc.integer({ min: 0, max: 40 }).map((one) => one === 0),
    }),
    { maxLength: 120 },
  );
  const bounds = fc
    .tuple(fc.integer({ min: 1, max: 50 }), fc.nat(200), fc.double({ min: 0, max: 1, noNaN: true }))
    .map(([min, more, share]) => ({ min, max: min + more, initial: min + Math.floor(more * share) }));

  test("keeps its limit a whole number between its bounds, and lets no more be in use, whatever ends how and whatever the clock says", () => {
    fc.assert(
      fc.property(bounds, rounds, ({ min, max, initial }, script) => {
        const clock = new SetClock();
        const limiter = new AdaptiveConcurrency({ min, max, initial, clock });
        const held: LimitPermit[] = [];
        const look = (): number => {
          const { limit, inUse } = limiter;
          expect(Number.isInteger(limit)).toBe(true);
          expect(limit).toBeGreaterThanOrEqual(min);
          expect(limit).toBeLessThanOrEqual(max);
          expect(inUse).toBe(held.length);
          return limit;
        };
        for (const { ask, ms, endRatio, how, reset } of script) {
          for (let asked = 0; asked < ask; asked++) {
            const before = look();
            const permit = limiter.tryAcquire();
            expect(permit !== null).toBe(held.length < before);
            if (permit === null) break;
            held.push(permit);
          }
          clock.nowMs += ms;
          for (const permit of held.splice(0, Math.ceil(held.length * endRatio))) limiter.release(permit, how);
          if (reset) {
            limiter.reset();
            expect(look()).toBe(initial);
          }
          look();
        }
      }),
      { numRuns: 60 },
    );
  });

  test("is never higher for refusals than it has been before", () => {
    fc.assert(
      fc.property(rounds, fc.constantFrom(...(["RATE_LIMIT", "SERVER_ERROR", "TRANSIENT"] as const)), (script, errorClass) => {
        const clock = new SetClock();
        const limiter = new AdaptiveConcurrency({ clock });
        let highest = limiter.limit;
        const round = (ask: number, ms: number, how: AttemptEnd): void => {
          const permits = Array.from({ length: ask }, () => limiter.tryAcquire()).filter((permit) => permit !== null);
          clock.nowMs += Math.abs(ms);
          for (const permit of permits) limiter.release(permit, how);
        };
        for (const { ask, ms } of script) {
          round(ask, ms, "success");
          highest = Math.max(highest, limiter.limit);
        }
        for (const { ask } of script) {
          round(ask, 0.01, { errorClass });
          clock.nowMs += 200;
          expect(limiter.limit).toBeLessThanOrEqual(highest);
        }
      }),
      { numRuns: 60 },
    );
  });
});
