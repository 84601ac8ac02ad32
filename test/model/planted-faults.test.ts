import { expect, test, vi } from "vitest";
import { replaced } from "./build-library.ts";
import { findFaults, tableOf } from "./find-faults.ts";
import { plantedFaults } from "./planted-faults.ts";

// Each fault is a library of its own, and so many schedules.
vi.setConfig({ testTimeout: 300_000 });

test("every planted fault is found, by an invariant that is about it, within its number of schedules", async () => {
  const found = await findFaults(1, { shrinks: false });
  console.info(tableOf(found));
  for (const { planted, foundBy } of found)
    expect([planted.fault, planted.breaks.includes(foundBy as string), foundBy]).toEqual([planted.fault, true, foundBy]);
  expect(found.length).toBeGreaterThanOrEqual(47);
});

test.each([
  ["the cap of attempts is off by one", 2, /attempt 2 is made[\s\S]*violated: caps: call \d, 2 attempts, 1 are allowed/],
  ["a call leaves the alarm of its deadline", 3, /violated: timers: 1 alarms are set, and no call is in flight/],
  ["an abort does not wake the call", 3, /signal \d aborts\n.*violated: aborts: call \d goes on/],
  ["a half-open circuit admits a probe too many", 6, /circuit_half_open[\s\S]*violated: breaker: a call is admitted/],
])("the schedule that finds that %s shrinks to %i steps at most, and a person can read it", async (fault, steps, story) => {
  const faults = plantedFaults.filter((planted) => planted.fault === fault);
  const [found] = await findFaults(1, { faults });
  expect(found?.shrunkSteps).toBeLessThanOrEqual(steps);
  expect(found?.text).toMatch(story);
  expect(found?.text).toContain("What does not hold:");
});

test("a fault that is not in the sources once is an error", () => {
  const fault = { file: "run/call/call.ts", find: "two", replace: "three" };
  expect(replaced("one two", fault)).toBe("one three");
  expect(() => replaced("one", fault)).toThrow("src/run/call/call.ts holds 0 times, and not once: two");
  expect(() => replaced("two two", fault)).toThrow("src/run/call/call.ts holds 2 times, and not once: two");
});
