/* Whatever is given as options: constructed, or refused with a TypeError or RangeError; read a limited number of times, and never written to. */
import fc from "fast-check";
import {
  AdaptiveConcurrency,
  AdaptiveThrottle,
  adaptive,
  Budget,
  Bulkhead,
  CircuitBreaker,
  constant,
  decorrelatedJitter,
  ErrorClass,
  equalJitter,
  exponential,
  fullJitter,
  Hedge,
  keyed,
  Policy,
  RateLimiter,
  Retry,
  RetryPolicy,
  RetryThrottle,
  retryAfterOr,
  TokenBudget,
  tokenBackoff,
} from "redress";
import { dashboard } from "redress/dashboard";
import { createFetch } from "redress/fetch";
import { Registry } from "redress/registry";
import { burst, poisson, recorded } from "redress/simulate";
import { VirtualClock } from "redress/testing";
import { describe, expect, test } from "vitest";
import { policyRules } from "../../src/policy/policy-options.ts";
import { retryRules } from "../../src/policy/retry.ts";
import { hostileValue } from "../properties/hostile-values.ts";
import { frozen, inherited, survived } from "./unharmed.ts";

type Make = (options: never) => unknown;

/** Everything that takes options, and their names. */
const makers: readonly (readonly [name: string, make: Make, options: readonly string[]])[] = [
  ["Policy", (options) => new Policy(options), Object.keys(policyRules)],
  ["Retry", (options) => new Retry(options), Object.keys(retryRules)],
  ["RetryPolicy", (options) => new RetryPolicy(options), [...Object.keys(retryRules), ...Object.keys(policyRules)]],
  [
    "CircuitBreaker",
    (options) => new CircuitBreaker(options),
    [
      "name",
      "failureThreshold",
      "windowMs",
      "recoveryTimeoutMs",
      "tripOn",
      "classThresholds",
      "failureRate",
      "slowCalls",
      "consecutive",
      "recoveryBackoff",
      "halfOpenMaxCalls",
      "successThreshold",
      "classifier",
      "onStateChange",
      "clock",
    ],
  ],
  ["Budget", (options) => new Budget(options), ["maxRetries", "windowMs", "clock"]],
  ["TokenBudget", (options) => new TokenBudget(options), ["capacity", "retryCost", "successRefund", "classCosts"]],
  ["RetryThrottle", (options) => new RetryThrottle(options), ["capacity", "timeoutCapacity", "successRefund"]],
  ["Bulkhead", (options) => new Bulkhead(options), ["name", "maxConcurrent", "maxQueue", "queueTimeoutMs", "clock"]],
  [
    "RateLimiter",
    (options) => new RateLimiter(options),
    ["name", "limit", "intervalMs", "burst", "algorithm", "maxQueue", "queueTimeoutMs", "clock"],
  ],
  ["AdaptiveConcurrency", (options) => new AdaptiveConcurrency(options), ["name", "min", "max", "initial", "clock"]],
  ["AdaptiveThrottle", (options) => new AdaptiveThrottle(options), ["name", "multiplier", "windowMs", "clock", "random"]],
  ["Hedge", (options) => new Hedge(options), ["delayMs", "quantile", "minSamples", "windowMs", "maxHedges", "loadRatio"]],
  ["VirtualClock", (startMs) => new VirtualClock(startMs), []],
  [
    "createFetch",
    (options) => createFetch({}, options),
    ["fetch", "throwHttpErrors", "maxOrigins", "bodyTimeoutMs", "operation", "idempotent", "deadlineHeader"],
  ],
  ["createFetch's policy", (policy) => createFetch(policy), Object.keys(policyRules)],
  [
    "dashboard",
    (options) => dashboard(options),
    ["registry", "authorize", "path", "title", "intervalMs", "heartbeatMs", "onError"],
  ],
  ["Registry", (options) => new Registry(options), ["clock"]],
  ["keyed", (options) => keyed(options), ["policy", "key", "maxKeys"]],
  ["constant", (ms) => constant(ms), []],
  ["fullJitter", (options) => fullJitter(options), ["baseMs", "maxMs"]],
  ["equalJitter", (options) => equalJitter(options), ["baseMs", "maxMs"]],
  ["decorrelatedJitter", (options) => decorrelatedJitter(options), ["baseMs", "maxMs"]],
  ["tokenBackoff", (options) => tokenBackoff(options), ["baseMs", "maxMs"]],
  ["exponential", (options) => exponential(options), ["baseMs", "factor", "maxMs", "jitterRatio"]],
  ["retryAfterOr", (options) => retryAfterOr(constant(1), options), ["jitterMs"]],
  ["retryAfterOr's fallback", (strategy) => retryAfterOr(strategy), []],
  ["adaptive", (options) => adaptive(constant(1), options), ["windowMs", "targetSuccessRatio", "minMultiplier", "maxMultiplier"]],
  ["poisson", (options) => poisson(options), ["callsPerSecond", "fromMs", "toMs"]],
  ["burst", (options) => burst(options), ["calls", "atMs"]],
  ["recorded", (source) => recorded(source), []],
];

const number = fc.oneof(
  fc.integer({ min: -3, max: 100 }),
  fc.constantFrom(0.5, 1e308, -0, Infinity, -Infinity, Number.NaN, 2 ** 53),
);

const drawn = (names: readonly string[]): fc.Arbitrary<object> =>
  fc.dictionary(
    fc.oneof(
      { weight: 9, arbitrary: fc.constantFrom(...(names.length > 0 ? names : ["x"]), ...Object.keys(ErrorClass)) },
      { weight: 1, arbitrary: fc.constantFrom(...inherited) },
    ),
    fc.oneof(
      number,
      fc.string({ maxLength: 20 }),
      fc.constant(() => 1),
      fc.anything({ maxDepth: 2, withBigInt: true, withNullPrototype: true }),
      fc.dictionary(fc.constantFrom(...Object.keys(ErrorClass), "thresholdRatio", "minimumCalls", "durationMs"), number, {
        maxKeys: 3,
      }),
    ),
    { maxKeys: 6 },
  );

describe.each(makers)("%s", (_name, make, names) => {
  test("makes something of it, or refuses it, and writes nothing into it", () => {
    fc.assert(
      fc.property(fc.oneof(drawn(names), fc.anything()), (options) => {
        const isFrozen = frozen(options);
        const first = survived(() => make(isFrozen as never));

        // The same again has the same end: nothing was kept of it.
        expect(survived(() => make(isFrozen as never))).toBe(first);
      }),
      { numRuns: 150 },
    );
    if (names.length === 0) return;
    expect(survived(() => make({ ["not an option"]: 1 } as never))).toBe(false);
  });

  test("survives values that refuse to be looked at", () => {
    fc.assert(
      fc.property(hostileValue, fc.constantFrom(...(names.length > 0 ? names : ["x"])), ({ make: hostile }, name) => {
        survived(() => make(hostile() as never));
        survived(() => make({ [name]: hostile() } as never));
      }),
      { numRuns: 150 },
    );
  });

  test("asks an object that always has an answer a limited number of questions", () => {
    let questions = 0;
    const asked = (): object =>
      new Proxy(
        {},
        {
          get: (_, key) => {
            questions++;
            return typeof key === "symbol" ? undefined : asked();
          },
          has: () => ++questions > 0,
          ownKeys: () => {
            questions++;
            return [...names];
          },
          getOwnPropertyDescriptor: () => ({ configurable: true, enumerable: true, value: asked() }),
        },
      );
    survived(() => make(asked() as never));
    expect(questions).toBeLessThan(2_000);
  });
});
