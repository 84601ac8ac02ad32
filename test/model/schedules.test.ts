import * as redress from "redress";
import { currentScope, runInScope } from "redress/scope";
import { expect, test, vi } from "vitest";
import { checkSchedules, explain } from "./check.ts";
import { INVARIANTS } from "./invariants.ts";
import { replay, runSeed, UnhandledRejections } from "./run-schedule.ts";

// So many runs take their time on a busy machine.
vi.setConfig({ testTimeout: 120_000 });

const lib = { ...redress, currentScope, runInScope };

test("every invariant holds in every schedule, whatever happens in whichever order", async () => {
  const { failing, schedules, steps } = await checkSchedules(lib, { schedules: 3_000, seed: 1 });
  const text = failing === null ? "" : `seed ${failing.seed}\n${(await explain(lib, failing.run)).text}`;
  expect(text).toBe("");
  expect(schedules).toBe(3_000);
  // A schedule in which little happens says little.
  expect(steps).toBeGreaterThan(4 * schedules);
});

test("a seed is one schedule, and what was written down of it is the same", async () => {
  const unhandled = new UnhandledRejections();
  for (let seed = 1; seed <= 50; seed++) {
    const [one, other] = [await runSeed(lib, seed, unhandled), await runSeed(lib, seed, unhandled)];
    expect(other).toEqual(one);
    const again = await replay(lib, one.schedule, unhandled);
    expect({ ...again, schedule: again.schedule.choices }).toEqual({ ...one, schedule: one.schedule.choices });
  }
  unhandled.end();
});

test("what can happen does: every way to end a call, and everything that may meddle", async () => {
  const unhandled = new UnhandledRejections();
  const stops = new Set<string>();
  const happenings = new Set<string>();
  for (let seed = 1; seed <= 2_000; seed++) {
    const { schedule } = await runSeed(lib, seed, unhandled);
    const story: string[] = [];
    await replay(lib, schedule, unhandled, story);
    const told = story.join("\n");
    for (const [stop] of told.matchAll(/settles: [A-Z_]{4,}|settles: a value|settles: throws \w+/g)) stops.add(stop);
    for (const { does, lateMs, together } of schedule.choices)
      happenings
        .add(does.split(" ")[0] as string)
        .add(lateMs > 0 ? "late" : "in time")
        .add(together ? "together" : "apart");
    for (const [place] of told.matchAll(/in \w+ of call/g)) happenings.add(place);
    for (const [, fault] of told.matchAll(/(\w+) of (?:policy|call) \d+ (?:throws|rejects)$/gm)) happenings.add(`${fault} fails`);
    for (const [fault] of told.matchAll(/(?:sleep handler|fallback) (?:throws|rejects)$/gm)) happenings.add(fault);
    for (const [, answer] of told.matchAll(/of budget \d+ are (\w+)$/gm)) happenings.add(answer as string);
    if (told.includes("(a hedge)")) happenings.add("hedge");
    if (told.includes("is discarded")) happenings.add("discard");
  }
  unhandled.end();
  expect([...stops].sort()).toEqual(
    expect.arrayContaining(Object.keys(redress.StopReason).flatMap((stop) => (DRAWN.has(stop) ? [`settles: ${stop}`] : []))),
  );
  expect([...happenings]).toEqual(
    expect.arrayContaining([
      ..."abort alarm apart by call discard end fallback hedge late pause sleep together".split(" "),
      ..."beforeSleep discard fallback onAttemptEnd onAttemptStart onCallEnd onCallStart onMetric operation"
        .split(" ")
        .map((place) => `in ${place} of call`),
      ..."abortIf budget classifier resultClassifier strategy".split(" ").map((code) => `${code} fails`),
      ..."beforeSleep onAttemptEnd onAttemptStart onCallEnd onCallStart onLog onMetric".split(" ").map((hook) => `${hook} fails`),
      ...["sleep handler throws", "sleep handler rejects", "fallback rejects", "taken", "refused"],
    ]),
  );
});

/** No world lacks a strategy, refuses a repeat, or makes calls in layers that retry the same failure. */
const DRAWN: ReadonlySet<string> = new Set([
  "ABORTED",
  "BUDGET_EXHAUSTED",
  "CIRCUIT_OPEN",
  "DEADLINE_EXCEEDED",
  "LIMITED",
  "MAX_ATTEMPTS_GLOBAL",
  "MAX_ATTEMPTS_PER_CLASS",
  "MAX_UNKNOWN_ATTEMPTS",
  "NON_RETRYABLE_CLASS",
  "NO_RETRY",
  "SCHEDULED",
]);

test("every invariant is a sentence", () => {
  expect(INVARIANTS.size).toBeGreaterThan(40);
  for (const sentence of INVARIANTS.values()) expect(sentence).toMatch(/^[A-Z].*\.$/s);
});
