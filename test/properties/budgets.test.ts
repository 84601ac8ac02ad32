import fc from "fast-check";
import { Budget, ErrorClass, TokenBudget } from "redress";
import { VirtualClock } from "redress/testing";
import { test, vi } from "vitest";
import { BudgetModel, TokenBudgetModel } from "./budget-models.ts";

// So many runs take their time on a busy machine, and shrinking takes more.
vi.setConfig({ testTimeout: 60_000 });

const NUM_RUNS = 10_000;

/** In place of `expect`, which would take most of the time of so many comparisons. */
function same(what: string, actual: unknown, expected: unknown): void {
  if (!Object.is(actual, expected)) throw new Error(`${what} is ${actual}, must be ${expected}`);
}

const wait = fc.constantFrom(1, 5, 0, 10, 9, 2.5, 30);
const steps = (
  cost: fc.Arbitrary<number | undefined>,
): fc.Arbitrary<(readonly ["wait", number] | readonly ["consume", number | undefined])[]> =>
  fc.array(
    fc.oneof(
      { weight: 2, arbitrary: fc.tuple(fc.constant("consume" as const), cost) },
      { weight: 1, arbitrary: fc.tuple(fc.constant("wait" as const), wait) },
    ),
    {
      maxLength: 40,
      size: "max",
    },
  );
const limits = {
  maxRetries: fc.oneof(fc.integer({ min: 0, max: 6 }), fc.constant(Infinity)),
  windowMs: fc.constantFrom(10, 25, 1, Infinity),
};

test("Budget agrees with a naive model that keeps everything it ever gave", () => {
  // Quarters add up exactly, as whole retries do.
  const cost = fc.constantFrom(undefined, undefined, 1, 2, 0.25, 0.5, 7);
  const property = fc.property(fc.record(limits), steps(cost), (settings, life) => {
    const clock = new VirtualClock(100);
    const budget = new Budget({ ...settings, clock });
    const model = new BudgetModel(settings.maxRetries, settings.windowMs);
    for (const [what, number] of life) {
      if (what === "wait") clock.block(number);
      else same("consume", budget.consume(number), model.consume(clock.now(), number ?? 1));
      same("remaining", budget.remaining(), model.remaining(clock.now()));
    }
  });
  fc.assert(property, { numRuns: NUM_RUNS });
});

test("Budget counts tenths and thousandths as they are written", () => {
  const cost = fc.constantFrom(0.1, 0.2, 0.3, 0.7, 0.001, 1.1);
  const property = fc.property(
    fc.integer({ min: 1, max: 2 }),
    fc.constantFrom(10, 25),
    steps(cost),
    (maxRetries, windowMs, life) => {
      const clock = new VirtualClock(100);
      const budget = new Budget({ maxRetries, windowMs, clock });
      const model = new BudgetModel(maxRetries * 1_000, windowMs);
      for (const [what, number = 1] of life) {
        if (what === "wait") clock.block(number);
        else
          same(
            `consume(${number}) of ${budget.remaining()}`,
            budget.consume(number),
            model.consume(clock.now(), Math.round(number * 1_000)),
          );
        const [left, exact] = [budget.remaining(), model.remaining(clock.now()) / 1_000];
        if (Math.abs(left - exact) > 1e-9) same("remaining", left, exact);
      }
    },
  );
  fc.assert(property, { numRuns: 2_000 });
});

// A number of up to nine decimals, as it is written and as billionths.
const tokens = (least: number): fc.Arbitrary<bigint> =>
  fc.oneof(
    fc.integer({ min: least, max: 50 }).map((tenths) => BigInt(tenths) * 100_000_000n),
    fc.integer({ min: least, max: 5_000 }).map((thousandths) => BigInt(thousandths) * 1_000_000n),
    fc.integer({ min: least, max: 2_000_000_000 }).map(BigInt),
  );
const toNumber = (billionths: bigint): number => Number(billionths) / 1e9;

const classes = Object.keys(ErrorClass) as ErrorClass[];
const tokenSettings = fc.record({
  capacity: tokens(1),
  retryCost: tokens(1),
  successRefund: tokens(0),
  classCosts: fc.dictionary(fc.constantFrom(...classes), tokens(0), { maxKeys: 2 }),
});
const tokenSteps = fc.array(
  fc.oneof(
    { weight: 2, arbitrary: fc.constant(null) },
    {
      weight: 3,
      arbitrary: fc.record({
        cost: fc.option(tokens(1), { nil: undefined, freq: 2 }),
        errorClass: fc.option(fc.constantFrom(...classes), { nil: undefined }),
      }),
    },
  ),
  { maxLength: 40, size: "max" },
);

test("TokenBudget agrees with exact arithmetic in billionths of a token", () => {
  const property = fc.property(tokenSettings, tokenSteps, (settings, life) => {
    const { capacity, retryCost, successRefund, classCosts } = settings;
    const budget = new TokenBudget({
      capacity: toNumber(capacity),
      retryCost: toNumber(retryCost),
      successRefund: toNumber(successRefund),
      classCosts: Object.fromEntries(Object.entries(classCosts).map(([errorClass, cost]) => [errorClass, toNumber(cost)])),
    });
    const model = new TokenBudgetModel(settings);
    for (const step of life) {
      if (step === null) {
        budget.recordSuccess();
        model.recordSuccess();
      } else {
        const { cost, errorClass } = step;
        same(
          "consume",
          budget.consume(
            cost === undefined ? undefined : toNumber(cost),
            errorClass === undefined ? undefined : { errorClass, timeout: false },
          ),
          model.consume(cost, errorClass),
        );
      }
      same("remaining", budget.remaining(), toNumber(model.tokens));
    }
  });
  fc.assert(property, { numRuns: NUM_RUNS });
});
