import { Budget, type BudgetOptions, ErrorClass, TokenBudget, type TokenBudgetOptions } from "redress";
import { describe, expect, test } from "vitest";
import {
  clock,
  durationMs,
  finite,
  finiteAboveZero,
  NO_NUMBERS,
  perClass,
  type Table,
  testOptions,
  wholeFrom0,
} from "./option-table.ts";

const budgetTable: Table<Required<BudgetOptions>> = { maxRetries: wholeFrom0, windowMs: durationMs, clock };

const tokenTable: Table<Required<TokenBudgetOptions>> = {
  capacity: finiteAboveZero,
  retryCost: finiteAboveZero,
  successRefund: finite(0),
  classCosts: perClass(finite(0)),
};

describe("Budget", () => {
  testOptions(
    { owner: "budget", make: (options) => new Budget(options), required: { maxRetries: 3, windowMs: 1_000 } },
    budgetTable,
  );
});

describe("TokenBudget", () => testOptions({ owner: "tokenBudget", make: (options) => new TokenBudget(options) }, tokenTable));

describe.each([
  ["budget", new Budget({ maxRetries: 3, windowMs: 1_000 })],
  ["tokenBudget", new TokenBudget({ capacity: 3 })],
])("the cost that %s.consume takes", (owner, budget) => {
  test.each(NO_NUMBERS)("is a number, not %o", (cost) => {
    expect(() => budget.consume(cost as never)).toThrow(TypeError);
    expect(() => budget.consume(cost as never)).toThrow(
      new RegExp(`^${owner}\\.consume\\.cost must be a finite number > 0, got .+\\.$`, "s"),
    );
  });

  test.each([0, -1, Number.NaN, Number.POSITIVE_INFINITY])("is above zero and finite, not %s", (cost) => {
    expect(() => budget.consume(cost)).toThrow(RangeError);
  });

  test("is one retry where it is undefined, and a refused cost takes nothing", () => {
    const before = budget.remaining();
    expect(budget.consume(undefined)).toBe(true);
    expect(budget.remaining()).toBe(before - 1);
  });
});

test("class costs may name every class", () => {
  const classCosts = Object.fromEntries(Object.values(ErrorClass).map((errorClass, i) => [errorClass, i]));
  const budget = new TokenBudget({ capacity: 100, classCosts });
  for (const errorClass of Object.values(ErrorClass)) budget.consume(undefined, { errorClass, timeout: false });
  expect(budget.remaining()).toBe(100 - (0 + 1 + 2 + 3 + 4 + 5 + 6 + 7));
});
