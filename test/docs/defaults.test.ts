/* The tables of docs/defaults.md, against the code: names, values, `@default`s and ranges. */
import * as redress from "redress";
import {
  AdaptiveConcurrency,
  AdaptiveThrottle,
  Budget,
  Bulkhead,
  CircuitBreaker,
  type Description,
  firstOf,
  Hedge,
  keyed,
  Policy,
  RateLimiter,
  Retry,
  RetryThrottle,
  type Strategy,
  TokenBudget,
} from "redress";
import { describe, expect, test } from "vitest";
import { bare, column, read, tableBelow } from "./pages.ts";
import { fieldsOf, publicNames } from "./sources.ts";

type Row = Record<string, string>;

const exported: Readonly<Record<string, unknown>> = { ...redress };

/** What a cell stands for, where it is code or says that there is nothing. */
function meant(cell = ""): unknown {
  if (cell === "none") return undefined;
  return new Function(...Object.keys(exported), `return (${bare(cell)});`)(...Object.values(exported));
}

/** Functions compare by what a policy says of them. */
function comparable(value: unknown): unknown {
  return typeof value === "function" ? new Policy({ retry: { strategy: value as Strategy } }).describe().retry?.strategy : value;
}

/** The rule in the message with which an option refuses a value, without the article. */
function ruleFor(make: () => unknown): string {
  try {
    make();
  } catch (error) {
    return /must be (?:an? (?:number )?)?(.*), got/.exec((error as Error).message)?.[1] ?? "no such message";
  }
  return "nothing is refused";
}

const budgets = tableBelow("docs/defaults.md", "Budgets");
const rowsOf = (budget: string): Row[] => budgets.filter((row) => row["budget"] === `\`${budget}\``);

/** The settings of a part of a policy, in plain JSON, where `Infinity` is a word. */
const settingsOf = (part: { describe(): Description }): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(part.describe().settings).map(([option, value]) => [option, value === "Infinity" ? Infinity : value]),
  );

const owners: [string, Row[], [string, string], Record<string, unknown>, (options: object) => unknown][] = [
  [
    "Retry",
    tableBelow("docs/defaults.md", "Retry"),
    ["src/policy/retry.ts", "RetryOptions"],
    { ...new Retry().settings },
    (options) => new Retry(options),
  ],
  [
    "CircuitBreaker",
    tableBelow("docs/defaults.md", "CircuitBreaker"),
    ["src/policy/circuit-breaker-options.ts", "CircuitBreakerOptions"],
    { ...new Policy({ circuitBreaker: {} }).describe().circuitBreaker?.settings, classifier: redress.defaultClassifier },
    (options) => new CircuitBreaker(options),
  ],
  [
    "Budget",
    rowsOf("Budget"),
    ["src/policy/budget.ts", "BudgetOptions"],
    {},
    (options) => new Budget({ maxRetries: 1, windowMs: 1, ...options }),
  ],
  [
    "TokenBudget",
    rowsOf("TokenBudget"),
    ["src/policy/token-budget.ts", "TokenBudgetOptions"],
    { ...new Policy({ retry: {}, budget: new TokenBudget() }).describe().budget?.settings },
    (options) => new TokenBudget(options),
  ],
  [
    "RetryThrottle",
    tableBelow("docs/reference.md", "RetryThrottle"),
    ["src/policy/retry-throttle.ts", "RetryThrottleOptions"],
    { ...new Policy({ retry: {} }).describe().budget?.settings },
    (options) => new RetryThrottle(options),
  ],
  [
    "Bulkhead",
    tableBelow("docs/defaults.md", "Bulkhead"),
    ["src/policy/limit/bulkhead.ts", "BulkheadOptions"],
    settingsOf(new Bulkhead({ maxConcurrent: 1 })),
    (options) => new Bulkhead({ maxConcurrent: 1, ...options }),
  ],
  [
    "RateLimiter",
    tableBelow("docs/defaults.md", "RateLimiter"),
    ["src/policy/limit/rate-limiter-options.ts", "RateLimiterOptions"],
    settingsOf(new RateLimiter({ limit: 1, intervalMs: 1 })),
    (options) => new RateLimiter({ limit: 1, intervalMs: 1, ...options }),
  ],
  [
    "AdaptiveConcurrency",
    tableBelow("docs/defaults.md", "AdaptiveConcurrency"),
    ["src/policy/limit/adaptive-concurrency.ts", "AdaptiveConcurrencyOptions"],
    settingsOf(new AdaptiveConcurrency()),
    (options) => new AdaptiveConcurrency(options),
  ],
  [
    "AdaptiveThrottle",
    tableBelow("docs/defaults.md", "AdaptiveThrottle"),
    ["src/policy/limit/adaptive-throttle.ts", "AdaptiveThrottleOptions"],
    { ...settingsOf(new AdaptiveThrottle()), random: Math.random },
    (options) => new AdaptiveThrottle(options),
  ],
  [
    "Hedge",
    tableBelow("docs/defaults.md", "Hedge"),
    ["src/policy/hedge.ts", "HedgeOptions"],
    settingsOf(new Hedge({ quantile: 0.95 })),
    (options) => new Hedge({ ...(!("delayMs" in options) && { quantile: 0.95 }), ...options }),
  ],
  [
    "keyed",
    tableBelow("docs/defaults.md", "keyed"),
    ["src/policy/keyed/keyed-options.ts", "KeyedOptions"],
    { ...keyed({}).describe() },
    (options) => keyed({}, options),
  ],
  [
    "firstOf",
    tableBelow("docs/defaults.md", "firstOf"),
    ["src/policy/first-of/first-of.ts", "FirstOfOptions"],
    { classifier: redress.defaultClassifier, resultClassifier: redress.defaultResultClassifier },
    (options) => firstOf([() => 1], options),
  ],
];

test.each([
  ["Hedge", "docs/hedging.md", "Options"],
  ["Bulkhead", "docs/limits.md", "Bulkhead"],
  ["RateLimiter", "docs/limits.md", "RateLimiter"],
  ["AdaptiveConcurrency", "docs/limits.md", "AdaptiveConcurrency"],
  ["AdaptiveThrottle", "docs/limits.md", "AdaptiveThrottle"],
])("the table of %s in %s is the same", (owner, page, heading) => {
  expect(tableBelow(page, heading)).toEqual(tableBelow("docs/defaults.md", owner));
});

describe("the table of a rate limiter's limits", () => {
  const rows = tableBelow("docs/defaults.md", "RateLimiter", 1);

  test("names every field, and no other, and stands on the page about limits, too", () => {
    const file = "src/policy/limit/rate-limiter-options.ts";
    expect(column(rows, "field of a limit")).toEqual([
      ...fieldsOf(file, "RateLimit").keys(),
      ...fieldsOf(file, "RateDimension").keys(),
    ]);
    expect(tableBelow("docs/limits.md", "Several limits in one")).toEqual(rows);
  });

  test.each(rows.map((row) => [bare(row["field of a limit"]), row]))("gives the range and the need of %s", (field, row) => {
    const make = (change: object) =>
      new RateLimiter({
        limits: { a: { limit: 1, intervalMs: 1, cost: 1 }, b: { limit: 1, intervalMs: 1, cost: 1, ...change } },
      });
    expect(row["unit, range"]).toContain(ruleFor(() => make({ [field]: Number.NaN })));
    const withoutIt = () => make({ [field]: undefined });
    if (row["default"] === "required") expect(withoutIt).toThrow(TypeError);
    else expect(withoutIt).not.toThrow();
  });

  test("says what an attempt costs where there is one limit", () => {
    const { settings } = new RateLimiter({ limits: { only: { limit: 1, intervalMs: 1 } } }).describe();
    const [, said] = /; `(\d+)` where there is only one/.exec(rows.at(-1)?.["what it is"] ?? "") ?? [];
    expect(settings).toMatchObject({ limits: { only: { cost: Number(said) } } });
  });
});

/** Where a default that is given elsewhere comes from in the end. */
const elsewhere = /(the system's|Math\.random)$/;

describe.each(owners)("the table of %s", (_owner, rows, [file, name], actual, make) => {
  test("names every option, and no other", () => {
    expect(column(rows, "option")).toEqual([...fieldsOf(file, name).keys()]);
  });

  test("says what an option is when it is left out", () => {
    const said = rows.filter((row) => !/^(the |all |required)/.test(row["default"] ?? ""));

    expect(said.map((row) => [row["option"], comparable(meant(row["default"]))])).toEqual(
      said.map((row) => [row["option"], comparable(actual[bare(row["option"])])]),
    );
  });

  test("says what @default says", () => {
    for (const row of rows) {
      const tag = fieldsOf(file, name).get(bare(row["option"]))?.replaceAll("`", "");
      if (tag === undefined) continue;
      const cell = bare(row["default"]);
      if (cell.startsWith("the "))
        expect([cell, tag]).toEqual([expect.stringMatching(elsewhere), expect.stringMatching(elsewhere)]);
      else expect(tag.slice(0, cell.length), `@default of ${row["option"]}`).toBe(cell);
    }
  });

  test("gives the ranges that the messages give", () => {
    for (const row of rows) {
      const [option, range = ""] = [bare(row["option"]), row["unit, range"]];
      if (!/>/.test(range)) continue;
      const wrong = range.endsWith("per class") ? { TRANSIENT: Number.NaN } : Number.NaN;
      expect(range, option).toContain(ruleFor(() => make({ [option]: wrong })));
    }
  });
});

test("the table of strategies names every strategy, and no other", () => {
  const { values } = publicNames(/\/backoff\/|\/adaptive\.ts/);
  const names = column(tableBelow("docs/defaults.md", "Strategies"), "strategy").map((cell) => cell.split("(")[0]);

  expect([...names].sort()).toEqual([...values].sort());
});

test("the table of strategies gives their defaults", () => {
  const inner = redress.constant(1);
  for (const row of tableBelow("docs/defaults.md", "Strategies")) {
    if (row["defaults"] === "-") continue;
    const [name = "", takesAnother] = bare(row["strategy"]).split("(");
    const make = exported[name] as (...args: unknown[]) => Strategy;
    const strategy = takesAnother === undefined ? make() : make(inner);
    const { fallback: _another, ...settings } = new Policy({ retry: { strategy } }).describe().retry?.strategy?.settings ?? {};

    expect(meant(row["defaults"]), name).toEqual(settings);
  }
});

test("the tables of a policy's and of a call's options name every option", () => {
  const policy = fieldsOf("src/policy/policy-options.ts", "PolicyOptions");
  expect(column(tableBelow("docs/reference.md", "Options of a policy"), "option")).toEqual([...policy.keys()]);

  const call = [
    ...fieldsOf("src/run/call/options.ts", "CallOptions").keys(),
    ...fieldsOf("src/core/events.ts", "Hooks").keys(),
    ...fieldsOf("src/run/call/options.ts", "WrapOptions").keys(),
    ...fieldsOf("src/run/call/options.ts", "ExecuteOptions").keys(),
  ];
  expect(column(tableBelow("docs/reference.md", "Options of a call"), "option")).toEqual(call);
});

test("the nesting in the README and on the pages is the one that a policy describes", () => {
  const { nesting } = new Policy({
    retry: { attemptTimeoutMs: 1 },
    circuitBreaker: {},
    limiter: new AdaptiveThrottle(),
    hedge: new Hedge({ delayMs: 1 }),
    fallback: () => 0,
  }).describe();
  const parts = [...nesting.map((part) => part.replace("_", " ")), "operation"];
  const nested = ["README.md", "docs/reference.md", "docs/hedging.md", "docs/limits.md"].map(
    (page) => /^```\n(fallback.*)\n```$/m.exec(read(page))?.[1],
  );

  expect(new Set(nested)).toEqual(new Set([`${parts.join("( ")}${" )".repeat(parts.length - 1)}`]));
});
