/* The default budget against exact arithmetic, and what its users may rely on whatever happens to them. */
import fc from "fast-check";
import { type FailedBefore, RetryThrottle } from "redress";
import { test } from "vitest";
import { ThrottleModel } from "./budget-models.ts";

/** In place of `expect`, which would take most of the time of so many comparisons. */
function same(what: string, actual: unknown, expected: unknown): void {
  if (!Object.is(actual, expected)) throw new Error(`${what} is ${actual}, must be ${expected}`);
}

const failure = (timeout: boolean): FailedBefore => ({ errorClass: "TRANSIENT", timeout });

/** An amount of up to nine decimals, as billionths. */
const billionths = (least: number): fc.Arbitrary<bigint> =>
  fc.oneof(
    fc.integer({ min: least, max: 80 }).map((tenths) => BigInt(tenths) * 100_000_000n),
    fc.integer({ min: least, max: 2_000_000_000 }).map(BigInt),
  );
const toNumber = (amount: bigint): number => Number(amount) / 1e9;

const settings = fc.tuple(billionths(1), billionths(1), billionths(0)).map(([one, other, successRefund]) => ({
  // A tenth of it is a whole number of billionths.
  capacity: (one > other ? one : other) * 10n,
  timeoutCapacity: one > other ? other : one,
  successRefund,
}));
type Happening = "success" | { readonly timeout: boolean; readonly cost: bigint | undefined };
const happenings: fc.Arbitrary<readonly Happening[]> = fc.array(
  fc.oneof(
    { weight: 2, arbitrary: fc.constant("success" as const) },
    { weight: 3, arbitrary: fc.record({ timeout: fc.boolean(), cost: fc.option(billionths(1), { nil: undefined, freq: 2 }) }) },
  ),
  { maxLength: 40, size: "max" },
);

test("RetryThrottle agrees with exact arithmetic in billionths of a failure", () => {
  const property = fc.property(settings, happenings, (given, life) => {
    const { capacity, timeoutCapacity, successRefund } = given;
    const budget = new RetryThrottle({
      capacity: toNumber(capacity),
      timeoutCapacity: toNumber(timeoutCapacity),
      successRefund: toNumber(successRefund),
    });
    const model = new ThrottleModel(given);
    for (const what of life) {
      if (what === "success") {
        budget.recordSuccess();
        model.recordSuccess();
      } else {
        const cost = what.cost === undefined ? undefined : toNumber(what.cost);
        same("consume", budget.consume(cost, failure(what.timeout)), model.consume(what.cost, what.timeout));
      }
      same("remaining", budget.remaining(), toNumber(model.remaining));
    }
  });
  fc.assert(property, { numRuns: 5_000 });
});

const kinds = fc.array(fc.boolean(), { minLength: 30, maxLength: 30 });
const lived = fc.array(fc.constantFrom("success", "failure", "timeout"), { maxLength: 60 }).map((life) => {
  const budget = new RetryThrottle({ capacity: 20 });
  for (const what of life) {
    if (what === "success") budget.recordSuccess();
    else budget.consume(undefined, failure(what === "timeout"));
  }
  return budget;
});

test("as many retries as remaining() tells are allowed, whatever the failures before them", () => {
  const property = fc.property(lived, kinds, (budget, timeouts) => {
    for (let left = Math.floor(budget.remaining()); left > 0; left--)
      same("consume", budget.consume(undefined, failure(timeouts[left] ?? false)), true);
  });
  fc.assert(property, { numRuns: 2_000 });
});

test("enough successes make it as new", () => {
  const property = fc.property(lived, kinds, (budget, timeouts) => {
    for (let i = 0; i < 200; i++) budget.recordSuccess();
    const fresh = new RetryThrottle({ capacity: 20 });
    for (const timeout of timeouts)
      same("consume", budget.consume(undefined, failure(timeout)), fresh.consume(undefined, failure(timeout)));
  });
  fc.assert(property, { numRuns: 2_000 });
});

test("where nothing succeeds, a process makes no more retries than both limits together", () => {
  const property = fc.property(fc.array(fc.boolean(), { maxLength: 200 }), (timeouts) => {
    const budget = new RetryThrottle({ capacity: 20 });
    const made = timeouts.filter((timeout) => budget.consume(undefined, failure(timeout))).length;
    if (made > 25) throw new Error(`${made} retries`);
  });
  fc.assert(property, { numRuns: 2_000 });
});
