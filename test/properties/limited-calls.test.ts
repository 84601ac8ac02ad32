/* The laws of all calls, where attempts ask limiters: of a user's own, ours, several in order, shared with others, reset meanwhile. */
import fc from "fast-check";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { holdsFor } from "./batch.ts";
import { anyLimiters, someHedge, someLimiters, storeys } from "./limit-script.ts";
import { busyEarly, busyLater, crowds, meddling, meddlingLimiters, type Script } from "./script.ts";
import { World } from "./world.ts";
import { checkWorld } from "./world-laws.ts";

// So many runs take their time on a busy machine, and shrinking takes more.
vi.setConfig({ testTimeout: 120_000 });

const unhandled: unknown[] = [];
const listener = (reason: unknown): unknown => unhandled.push(reason);
beforeAll(() => void process.on("unhandledRejection", listener));
afterAll(() => {
  process.off("unhandledRejection", listener);
  expect(unhandled, "no rejection is unhandled").toEqual([]);
});

const obeysTheLaws = async (script: Script): Promise<void> => checkWorld(await new World(script).run("execute"));
const noHedge = fc.constant(null);

test.each([["own"], ["bulkhead"], ["rate"], ["adaptive"], ["throttle"]] as const)(
  "calls through a limiter obey the laws of all calls: %s",
  async (kind) => {
    await holdsFor(500, crowds(storeys(someLimiters(kind), noHedge)), obeysTheLaws);
  },
);

test("the same through several of them, with hedges", async () => {
  await holdsFor(1_000, crowds(storeys(anyLimiters, someHedge)), obeysTheLaws);
});

test.each([
  ["aborts the caller's signal", fc.oneof(meddling("abort"), meddlingLimiters("abort"))],
  ["disposes the bound call", fc.oneof(meddling("dispose"), meddlingLimiters("dispose"))],
  ["keeps the thread busy", fc.oneof(busyLater, meddlingLimiters("block"))],
  ["keeps the thread busy before the first attempt", busyEarly],
  ["makes another call", fc.oneof(meddling("call"), meddlingLimiters("call"))],
  ["throws", fc.oneof(meddling("throw"), meddlingLimiters("throw"))],
])("the same where the user's code %s", async (_how, meddles) => {
  await holdsFor(300, crowds(storeys(anyLimiters, fc.option(someHedge)), meddles), obeysTheLaws);
});

test("the same where a limiter keeps the thread, aborts, or throws while a hedge is asked for", async () => {
  const meddles = meddlingLimiters("block", "abort", "throw");
  const alone = storeys(someLimiters("own"), someHedge).map((storey) => ({ ...storey, rivals: [] }));
  await holdsFor(1_000, crowds(alone, meddles, 1), obeysTheLaws);
});
