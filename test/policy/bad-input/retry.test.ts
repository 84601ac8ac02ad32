import { Policy, Retry, type RetryOptions, RetryPolicy } from "redress";
import { describe, expect, test } from "vitest";
import { NO_OPTIONS, testOptions } from "./option-table.ts";
import { retryTable } from "./retry-table.ts";

describe("Retry", () => testOptions({ owner: "retry", make: (options) => new Retry(options) }, retryTable));

describe("Retry.from", () => {
  testOptions({ owner: "retry", make: (options) => Retry.from({}, options) }, retryTable);
});

describe("a config for Retry.from", () => {
  testOptions({ owner: "retry", make: (config) => Retry.from(config) }, retryTable);
});

describe("Policy.retry", () => {
  testOptions({ owner: "retry", make: (retry) => new Policy({ retry }) }, retryTable);
});

test("a strategy with three parameters is refused, and the message names the adapter", () => {
  const legacy = (attempt: number, errorClass: string, prevSleepMs: number | null) =>
    attempt + errorClass.length + (prevSleepMs ?? 0);
  for (const make of [
    () => new Retry({ strategy: legacy as never }),
    () => new Retry({ strategies: { RATE_LIMIT: legacy as never } }),
    () => new Policy({ retry: { strategy: legacy as never } }),
    () => new RetryPolicy({ strategy: legacy as never }),
    () => RetryPolicy.from({ strategies: { TRANSIENT: legacy as never } }),
  ]) {
    expect(make).toThrow(TypeError);
    expect(make).toThrow(/legacyStrategy\(/);
  }
});

test("the message says what the option must be and what it got", () => {
  const messageOf = (options: object): string => {
    try {
      new Retry(options as never);
    } catch (error) {
      return String(error);
    }
    return "";
  };
  expect(messageOf({ maxAttempts: 0 })).toBe("RangeError: retry.maxAttempts must be an integer >= 1, got 0.");
  expect(messageOf({ maxAttempts: Number.NaN })).toBe("RangeError: retry.maxAttempts must be an integer >= 1, got NaN.");
  expect(messageOf({ maxAttempts: "3" })).toBe('TypeError: retry.maxAttempts must be an integer >= 1, got "3".');
  expect(messageOf({ maxAttempts: 3n })).toBe("TypeError: retry.maxAttempts must be an integer >= 1, got 3n.");
  expect(messageOf({ deadlineMs: -1 })).toBe("RangeError: retry.deadlineMs must be a number > 0, got -1.");
  expect(messageOf({ classifier: null })).toBe("TypeError: retry.classifier must be a function, got null.");
  expect(messageOf({ classifier: [1] })).toBe("TypeError: retry.classifier must be a function, got an array of 1 element.");
  expect(messageOf({ onExhausted: "throw" })).toBe('RangeError: retry.onExhausted must be one of rethrow, wrap, got "throw".');
  expect(messageOf({ maxRetriesPerClass: { AUTH: -1 } })).toBe(
    "RangeError: retry.maxRetriesPerClass.AUTH must be an integer >= 0, got -1.",
  );
});

test("an object that is no options object, but something of ours, is not taken for one without options", () => {
  const mistakes = [new Policy(), new RetryPolicy({ maxAttempts: 2 }), new Map([["maxAttempts", 2]]), new Date()];
  for (const mistake of mistakes) {
    expect(() => new Retry(mistake as never), mistake.constructor.name).toThrow(TypeError);
    expect(() => new Policy({ retry: mistake as never }), mistake.constructor.name).toThrow(TypeError);
  }
});

test("options that come by inheritance are heeded, not dropped in silence", () => {
  const inherited: RetryOptions = Object.create({ maxAttempts: 2 });
  expect(new Retry(inherited).settings.maxAttempts).toBe(2);
  expect(new RetryPolicy(inherited).describe().retry?.maxAttempts).toBe(2);
});

test("Retry.from and RetryPolicy.from take no config that is none", () => {
  for (const config of [...NO_OPTIONS, undefined]) {
    expect(() => Retry.from(config as never), String(config)).toThrow(TypeError);
    expect(() => RetryPolicy.from(config as never), String(config)).toThrow(TypeError);
  }
});
