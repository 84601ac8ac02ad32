/* What comes back as the progress of a call is anybody's data: it is refused as a whole, or a call goes on from it; no cap is undone by it. */
import fc from "fast-check";
import { constant, ErrorClass, isInvalidProgressError, Policy, type Progress, TransientError } from "redress";
import { expect, test } from "vitest";
import { hostileValue } from "../properties/hostile-values.ts";
import { frozen, hostileJson, inherited, survived, unpolluted } from "./unharmed.ts";

const MOST = 4;
const policy = new Policy({
  retry: { maxAttempts: MOST, maxRetriesPerClass: { TRANSIENT: 2 }, deadlineMs: 60_000, strategy: constant(0) },
});

interface Went {
  /** Invocations in this delivery. */
  readonly invoked: number;
  readonly refused: boolean;
}

function goesOn(resume: unknown): Went {
  let invoked = 0;
  let refused = false;
  const ended = survived(() => {
    try {
      policy.executeSync(
        () => {
          invoked++;
          throw new TransientError();
        },
        { resume: resume as Progress },
      );
    } catch (error) {
      if (!isInvalidProgressError(error)) throw error;
      refused = true;
      throw error;
    }
  });
  if (refused) expect([ended, invoked]).toEqual([false, 0]);
  return { invoked, refused };
}

const count = fc.oneof(
  { weight: 6, arbitrary: fc.integer({ min: 0, max: 6 }) },
  {
    weight: 1,
    arbitrary: fc.constantFrom<unknown>(-1, 0.5, -0, 1e308, 2 ** 53, Number.NaN, Infinity, "2", null, [1], { valueOf: () => 0 }),
  },
);
const failures = fc.dictionary(
  fc.oneof(
    { weight: 9, arbitrary: fc.constantFrom(...Object.keys(ErrorClass)) },
    { weight: 1, arbitrary: fc.constantFrom(...inherited) },
  ),
  count,
  {
    maxKeys: 3,
  },
);
const progress = fc.record({
  version: fc.oneof(
    { weight: 9, arbitrary: fc.constant(1) },
    { weight: 1, arbitrary: fc.constantFrom<unknown>(0, 2, 1.5, "1", 1e9, null) },
  ),
  attempts: count,
  failures,
  elapsedMs: count,
  prevSleepMs: fc.oneof(count, fc.constant(null)),
  deliveries: count,
});

test("a progress is taken or refused, and with what was there before, no call makes more attempts than it may", () => {
  let taken = 0;
  fc.assert(
    fc.property(progress, (given) => {
      const { invoked, refused } = goesOn(frozen(given));
      if (refused) return;
      taken++;
      const attempts = given.attempts as number;
      const transient = (given.failures as Partial<Record<ErrorClass, number>>).TRANSIENT ?? 0;
      expect(invoked).toBeLessThanOrEqual(Math.max(0, MOST - attempts));
      // Two retries of the class, in all deliveries together: its third failure ends the call.
      expect(invoked).toBeLessThanOrEqual(Math.max(0, 3 - transient));
    }),
    { numRuns: 2_000 },
  );
  expect(taken).toBeGreaterThan(50);
});

test("with a restart for what is refused, a call makes the attempts of one call", () => {
  fc.assert(
    fc.property(
      fc.oneof(
        progress,
        hostileJson.map((text) => JSON.parse(text)),
      ),
      count,
      (given, deliveries) => {
        const { invoked } = goesOn({ progress: given, otherwise: "restart", deliveries });
        expect(invoked).toBeLessThanOrEqual(3);
      },
    ),
    { numRuns: 1_000 },
  );
});

test("whatever JSON was kept, whatever its members are called", () => {
  fc.assert(
    fc.property(hostileJson, (text) => {
      goesOn(frozen(JSON.parse(text)));
      goesOn({
        version: 1,
        attempts: 0,
        failures: JSON.parse(text),
        elapsedMs: 0,
        prevSleepMs: null,
        deliveries: 1,
        carried: JSON.parse(text),
      });
    }),
    { numRuns: 1_000 },
  );
});

test("bytes, texts, and values that refuse to be looked at", () => {
  fc.assert(
    fc.property(fc.oneof(fc.uint8Array({ maxLength: 64 }), fc.string()), (given) => {
      expect(goesOn(given).refused).toBe(true);
    }),
  );
  fc.assert(
    fc.property(hostileValue, ({ make }) => {
      goesOn(make());
      goesOn({ progress: make(), otherwise: "restart" });
    }),
  );
});

test("of very many members, hardly one is read", () => {
  const reads = (members: number): number => {
    let read = 0;
    const names = Array.from({ length: members }, (_, i) => `m${i}`);
    const given = new Proxy(
      {},
      {
        ownKeys: () => names,
        getOwnPropertyDescriptor: () => ({ configurable: true, enumerable: true, value: 1 }),
        get: () => {
          read++;
          return 1;
        },
      },
    );
    expect(goesOn(given).refused).toBe(true);
    return read;
  };
  expect(reads(20_000)).toBe(reads(10_000));
  expect(reads(20_000)).toBeLessThan(20);
  unpolluted();
});
