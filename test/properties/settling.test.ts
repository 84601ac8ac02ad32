import fc from "fast-check";
import { Policy } from "redress";
import { VirtualClock } from "redress/testing";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { holdsFor } from "./batch.ts";
import { busyEarly, busyLater, meddling, type Script, scripts } from "./script.ts";
import { World } from "./world.ts";
import { checkWorld } from "./world-laws.ts";

// So many runs take their time on a busy machine, and shrinking takes more.
vi.setConfig({ testTimeout: 60_000 });

const unhandled: unknown[] = [];
const listener = (reason: unknown): unknown => unhandled.push(reason);
beforeAll(() => void process.on("unhandledRejection", listener));
afterAll(() => {
  process.off("unhandledRejection", listener);
  expect(unhandled, "no rejection is unhandled").toEqual([]);
});

const obeysTheLaws = async (script: Script): Promise<void> => checkWorld(await new World(script).run("execute"));

test("every call settles, once, inside its bounds, and says why, under any interleaving", async () => {
  await holdsFor(1_500, scripts(), obeysTheLaws);
});

test.each([
  ["aborts the caller's signal", meddling("abort")],
  ["disposes the bound call", meddling("dispose")],
  ["keeps the thread busy", busyLater],
  ["keeps the thread busy before the first attempt", busyEarly],
  ["makes another call", meddling("call")],
  ["throws", meddling("throw")],
])("the same where the user's code %s", async (_how, meddles) => {
  await holdsFor(500, scripts(meddles), obeysTheLaws);
});

test("the same where call() is used, and where two things meddle at once", async () => {
  await holdsFor(500, scripts(fc.option(meddling("throw", "call", "dispose"))), async (script) =>
    checkWorld(await new World(script).run("call")),
  );
});

test("a deadline that passes while an earlier one is acted on is acted on right after it", async () => {
  const clock = new VirtualClock();
  const circuitBreaker = { failureThreshold: 1, onStateChange: () => clock.block(7) };
  const policy = new Policy({ retry: { deadlineMs: 10 }, circuitBreaker, clock });
  const never = (): Promise<never> => new Promise(() => {});
  const early = policy.execute(never);
  await clock.advance(5);
  const late = policy.execute(never);
  await clock.run();
  expect([(await early).ok, (await late).elapsedMs]).toEqual([false, 12]);
});
