/* What a call inherits is what it could have been given. */
import fc from "fast-check";
import { expect, test, vi } from "vitest";
import { holdsFor } from "./batch.ts";
import { anyLimiters, someHedge, storeys } from "./limit-script.ts";
import { crowds, meddling, type Script, scripts } from "./script.ts";
import { World } from "./world.ts";
import { digest } from "./world-digest.ts";

// So many runs take their time on a busy machine, and shrinking takes more.
vi.setConfig({ testTimeout: 60_000 });

/** Whose deadline it was is all that differs, also in words. */
const withoutWhose = (story: unknown): unknown =>
  JSON.parse(
    JSON.stringify(story, (key, value: unknown) => (key === "deadlineOf" ? undefined : value)).replace(
      /The deadline of (the scope, \d+ ms after the call began,|[\d.e+]+ ms) passed/g,
      "The deadline passed",
    ),
  );

const story = (world: World): unknown => withoutWhose(world.calls.map(digest));

async function expectSame(script: Script): Promise<void> {
  const [given, inheriting] = await Promise.all([
    new World(script).run("execute"),
    new World(script, false, true).run("execute"),
  ]);
  expect(story(inheriting)).toEqual(story(given));
  expect(inheriting.leftovers).toEqual(given.leftovers);
  expect(inheriting.broken).toEqual(given.broken);
  expect(inheriting.breaker?.stats).toEqual(given.breaker?.stats);
}

test("deadlines and signals that are inherited do what those do that are given", async () => {
  await holdsFor(1_000, scripts(fc.option(meddling("abort", "throw"))), expectSame);
});

test("the same where calls hedge, and ask limiters", async () => {
  await holdsFor(
    500,
    crowds(storeys(fc.oneof(fc.constant([]), anyLimiters), fc.option(someHedge)), fc.constant(null)),
    expectSame,
  );
});
