/* What comes back as the progress of a call is anybody's data. */
import fc from "fast-check";
import { ErrorClass, InvalidProgressError, isInvalidProgressError, type Progress } from "redress";
import { describe, expect, test } from "vitest";
import { progressOf, whyNotResumed } from "../../src/core/retry/progress.ts";
import { readProgress } from "../../src/core/retry/read-progress.ts";

const good: Progress = {
  version: 1,
  attempts: 3,
  failures: { TRANSIENT: 2, RATE_LIMIT: 1 },
  elapsedMs: 1_234.5,
  prevSleepMs: 250,
  deliveries: 2,
  carried: { traceparent: "00-ab-cd-01" },
};

const throwing = {
  get version(): number {
    throw new Error("a secret");
  },
};

const revoked = (): object => {
  const { proxy, revoke } = Proxy.revocable({}, {});
  revoke();
  return proxy;
};

test("a progress that was JSON meanwhile is read as it was", () => {
  const { version: _version, ...rest } = good;
  expect(readProgress(JSON.parse(JSON.stringify(good)))).toEqual(rest);
  expect(readProgress({ ...good, prevSleepMs: null })).toEqual({ ...rest, prevSleepMs: null });
});

test("what is read is a copy: what becomes of the object afterwards changes nothing", () => {
  const given = JSON.parse(JSON.stringify(good));
  const read = readProgress(given);
  given.failures.TRANSIENT = 0;
  given.carried.traceparent = "another";
  given.attempts = 0;
  expect(read).toMatchObject({ attempts: 3, failures: { TRANSIENT: 2 }, carried: { traceparent: "00-ab-cd-01" } });
});

test("what is inherited is not believed", () => {
  expect(() => readProgress(Object.create(good))).toThrow(InvalidProgressError);
  const failures = Object.assign(Object.create({ TRANSIENT: 9 }), { RATE_LIMIT: 1 });
  expect(readProgress({ ...good, failures }).failures).toEqual({ RATE_LIMIT: 1 });
});

describe("an InvalidProgressError says what is wrong with", () => {
  test.each<[string, unknown, string]>([
    ["a text", JSON.stringify(good), "progress is a text: parse it with JSON.parse first"],
    ["a number", 7, "progress must be an object, got 7"],
    ["an array", [good], "progress must be an object, got an array"],
    ["a function", () => good, "progress must be an object, got a function"],
    ["nothing in it", {}, "progress.version must be an integer, got undefined"],
    [
      "a newer version",
      { ...good, version: 2 },
      "progress.version must be 1: a newer version of this package has written it, got 2",
    ],
    ["a symbol", { ...good, attempts: Symbol("secret") }, "progress.attempts must be an integer >= 0, got a symbol"],
    [
      "a text of just so many letters",
      { ...good, attempts: "x".repeat(32) },
      `progress.attempts must be an integer >= 0, got "${"x".repeat(32)}"`,
    ],
    [
      "a text of one more",
      { ...good, attempts: "x".repeat(33) },
      `progress.attempts must be an integer >= 0, got "${"x".repeat(32)}..."`,
    ],
    ["time as text", { ...good, elapsedMs: "5" }, 'progress.elapsedMs must be a finite number of milliseconds >= 0, got "5"'],
    ["a list to carry", { ...good, carried: ["x"] }, "progress.carried must be an object, got an array"],
    [
      "a name that only begins as one",
      { ...good, carried: { "note of a call": "x" } },
      'progress.carried must be short texts by name, got "x"',
    ],
    [
      "a name that is too long",
      { ...good, carried: { ["n".repeat(65)]: "x" } },
      'progress.carried must be short texts by name, got "x"',
    ],
    [
      "a list in the place of a text",
      { ...good, carried: { note: ["x"] } },
      "progress.carried must be short texts by name, got an array",
    ],
    ["a foreign member", { ...good, carried: undefined, toll: 1 }, "progress must have at most 7 members, got 8"],
    ["another member", { ...good, deliveries: undefined, lost: 1 }, "progress must have at most 7 members, got 8"],
    [
      "another member in the place of one that may be left out",
      (({ carried: _carried, ...rest }) => ({ ...rest, toll: 1 }))(good),
      'progress must be made of version, attempts, failures, elapsedMs, prevSleepMs, deliveries, carried, got one with "toll"',
    ],
    ["no attempts", { ...good, attempts: undefined }, "progress.attempts must be an integer >= 0, got undefined"],
    ["negative attempts", { ...good, attempts: -1 }, "progress.attempts must be an integer >= 0, got -1"],
    ["half an attempt", { ...good, attempts: 1.5 }, "progress.attempts must be an integer >= 0, got 1.5"],
    ["attempts as text", { ...good, attempts: "3" }, 'progress.attempts must be an integer >= 0, got "3"'],
    ["attempts beyond counting", { ...good, attempts: 2 ** 60 }, `progress.attempts must be an integer >= 0, got ${2 ** 60}`],
    ["no number of attempts", { ...good, attempts: Number.NaN }, "progress.attempts must be an integer >= 0, got NaN"],
    [
      "more failures than attempts",
      { ...good, attempts: 2 },
      "progress.failures must be at most 2 together, as there were attempts, got 3",
    ],
    [
      "a class that is none",
      { ...good, failures: { FATAL: 1 } },
      'progress.failures must be counts by error class, got one by "FATAL"',
    ],
    [
      "negative failures",
      { ...good, failures: { TRANSIENT: -1 } },
      "progress.failures.TRANSIENT must be an integer >= 0, got -1",
    ],
    ["failures that are none", { ...good, failures: null }, "progress.failures must be an object, got null"],
    [
      "time that runs backwards",
      { ...good, elapsedMs: -1 },
      "progress.elapsedMs must be a finite number of milliseconds >= 0, got -1",
    ],
    [
      "time without an end",
      { ...good, elapsedMs: Number.POSITIVE_INFINITY },
      "progress.elapsedMs must be a finite number of milliseconds >= 0, got Infinity",
    ],
    [
      "a delay that is none",
      { ...good, prevSleepMs: {} },
      "progress.prevSleepMs must be a finite number of milliseconds >= 0, got an object",
    ],
    ["no delivery", { ...good, deliveries: 0 }, "progress.deliveries must be an integer >= 1, got 0"],
    [
      "too much to carry",
      { ...good, carried: { note: "x".repeat(1_025) } },
      `progress.carried must be short texts by name, got "${"x".repeat(32)}..."`,
    ],
    ["what carries no text", { ...good, carried: { note: 7 } }, "progress.carried must be short texts by name, got 7"],
    [
      "names of another kind",
      { ...good, carried: { __proto__: null, "A b": "x" } },
      'progress.carried must be short texts by name, got "x"',
    ],
    ["a getter that throws", throwing, "cannot be read"],
    ["a proxy that is revoked", revoked(), "cannot be read"],
  ])("%s", (_what, given, why) => {
    let thrown: unknown;
    try {
      readProgress(given);
    } catch (error) {
      thrown = error;
    }
    expect(isInvalidProgressError(thrown)).toBe(true);
    expect(String(thrown)).toBe(`InvalidProgressError: The call cannot be resumed: ${why}.`);
    expect(thrown).toMatchObject({ code: "ERR_REDRESS_INVALID_PROGRESS", errorClass: "PERMANENT" });
  });
});

test("what cannot be read is the cause", () => {
  expect(() => readProgress(throwing)).toThrow(expect.objectContaining({ cause: new Error("a secret") }));
});

test("a name of 64 letters and a text of 1,024 are carried", () => {
  const carried = { ["n".repeat(64)]: "x".repeat(1_024) };
  expect(readProgress({ ...good, carried }).carried).toEqual(carried);
});

test("a call that carries nothing leaves that out of its progress", () => {
  const counted = { attempts: 0, elapsedMs: 0, deliveries: 1 };
  expect(Object.keys(progressOf({ failures: {}, prevSleepMs: null }, counted, 0))).not.toContain("carried");
});

test("whatever comes back is read, or refused with an InvalidProgressError that stays short", () => {
  const anything = fc.anything({ withBigInt: true, withDate: true, withNullPrototype: true, withObjectString: true });
  const almost = fc.record(
    {
      version: fc.constantFrom(1, 2, "1"),
      attempts: anything,
      failures: anything,
      elapsedMs: anything,
      prevSleepMs: anything,
      deliveries: anything,
      carried: anything,
    },
    { requiredKeys: [] },
  );
  fc.assert(
    fc.property(fc.oneof(anything, almost), (given) => {
      try {
        const { attempts, elapsedMs } = readProgress(given);
        expect(attempts).toBeGreaterThanOrEqual(0);
        expect(elapsedMs).toBeGreaterThanOrEqual(0);
      } catch (error) {
        expect(isInvalidProgressError(error)).toBe(true);
        expect((error as Error).message.length).toBeLessThan(300);
      }
    }),
  );
});

test("what is written is read as it was", () => {
  const counts = fc.dictionary(fc.constantFrom(...Object.values(ErrorClass)), fc.integer({ min: 0, max: 20 }));
  const duration = fc.double({ min: 0, max: 1e12, noNaN: true });
  fc.assert(
    fc.property(
      counts,
      duration,
      fc.option(duration),
      duration,
      fc.integer({ min: 1, max: 1e6 }),
      (failures, elapsedMs, prevSleepMs, waitMs, deliveries) => {
        const attempts = Object.values(failures).reduce((sum, count) => sum + count, 0);
        const progress = progressOf({ failures, prevSleepMs }, { attempts, elapsedMs, deliveries }, waitMs);
        const { version: _version, ...rest } = progress;
        expect(readProgress(JSON.parse(JSON.stringify(progress)))).toEqual(rest);
        expect(progress.elapsedMs).toBe(elapsedMs + waitMs);
      },
    ),
  );
});

describe("a call that goes on makes no further attempt where", () => {
  const settings = {
    strategy: () => 1,
    strategies: {},
    maxAttempts: 4,
    maxUnknownRetries: 2,
    maxRetriesPerClass: { RATE_LIMIT: 1 },
    nested: "stop",
    budget: undefined,
  } as const;
  const before = { attempts: 3, failures: {}, elapsedMs: 0, prevSleepMs: null, deliveries: 1 };
  test.each<[string, Partial<typeof before> & { failures?: object }, string | null]>([
    ["the last attempt was made", { attempts: 4 }, "MAX_ATTEMPTS_GLOBAL"],
    ["more attempts were made than the caps allow by now", { attempts: 9 }, "MAX_ATTEMPTS_GLOBAL"],
    ["a class has failed too often", { failures: { RATE_LIMIT: 2 } }, "MAX_ATTEMPTS_PER_CLASS"],
    ["what is not known has failed too often", { failures: { UNKNOWN: 3 } }, "MAX_UNKNOWN_ATTEMPTS"],
    ["nothing of that is so: it does", { failures: { RATE_LIMIT: 1, UNKNOWN: 2 } }, null],
  ])("%s", (_when, change, reason) => {
    expect(whyNotResumed(settings, { ...before, ...change })).toBe(reason);
  });

  test("there is no retry, unless no attempt was made", () => {
    expect(whyNotResumed(null, before)).toBe("NO_RETRY");
    expect(whyNotResumed(null, { ...before, attempts: 0 })).toBeNull();
  });
});
