import fc from "fast-check";
import { expect, test, vi } from "vitest";
import { holdsFor } from "./batch.ts";
import type { CallReport } from "./call-report.ts";
import { anyLimiters, someHedge, someLimiters, storeys } from "./limit-script.ts";
import { crowds, meddling, type Script, scripts, synchronousScripts } from "./script.ts";
import type { SpiedLimiter } from "./spied-limiter.ts";
import { World } from "./world.ts";
import { digest, show } from "./world-digest.ts";
import { checkWorld } from "./world-laws.ts";

// So many runs take their time on a busy machine, and shrinking takes more.
vi.setConfig({ testTimeout: 60_000 });

/** Primitives and shared reasons carry no failure: where one of two has none, the other's is not compared. */
function expectSame(one: World, other: World): void {
  one.calls.forEach((call, i) => {
    const [a, b] = [digest(call), digest(other.calls[i] as CallReport)] as Record<string, unknown>[];
    if (a?.["failure"] === undefined || b?.["failure"] === undefined)
      for (const it of [a, b]) Object.assign(it as object, { failure: 0, fault: 0 });
    expect(a).toEqual(b);
  });
  expect(one.breaker?.stats).toEqual(other.breaker?.stats);
  expect(one.breaker?.state).toBe(other.breaker?.state);
  expect(one.budget?.remaining()).toBe(other.budget?.remaining());
  expect(show(one.fault)).toBe(show(other.fault));
  expect(one.limits.all.map(seenBy)).toEqual(other.limits.all.map(seenBy));
  expect(one.hedge?.inner.stats).toEqual(other.hedge?.inner.stats);
}

/** Whom a limiter has admitted, and whom not, and how it stands. */
function seenBy({ admitted, rejections, inner }: SpiedLimiter): object {
  const { stats } = inner as { readonly stats?: object };
  return { admitted: admitted.map(({ inner: _permit, ...one }) => one), rejections, stats };
}

test("call and execute tell the same story of the same script", async () => {
  await holdsFor(500, scripts(fc.option(meddling("abort", "dispose", "throw"))), async (script: Script) => {
    const [called, executed] = await Promise.all([new World(script).run("call"), new World(script).run("execute")]);
    expectSame(called, executed);
  });
});

test("the asynchronous and the synchronous driver tell the same story of a script in which nothing waits", async () => {
  await holdsFor(1_000, synchronousScripts(), async (script: Script) => {
    const [waiting, blocking] = await Promise.all([
      new World(script).runInTurn("execute"),
      new World(script, true).runInTurn("executeSync"),
    ]);
    expectSame(waiting, blocking);
  });
});

test("call and execute tell the same story where calls hedge, and ask limiters", async () => {
  const storey = storeys(fc.oneof(fc.constant([]), anyLimiters), fc.option(someHedge));
  await holdsFor(500, crowds(storey, fc.option(meddling("abort", "dispose"))), async (script: Script) => {
    const [called, executed] = await Promise.all([new World(script).run("call"), new World(script).run("execute")]);
    expectSame(called, executed);
  });
});

/** A thread that blocks waits only where it knows for how long, and nobody else comes. */
const inTurn = storeys(someLimiters("rate", "bulkhead", "adaptive", "throttle"), fc.constant(null)).map((storey) => ({
  ...storey,
  rivals: [],
}));

test("a blocked thread waits for its limiters as a call that is not blocked does", async () => {
  await holdsFor(1_000, synchronousScripts(inTurn), async (script: Script) => {
    const [waiting, blocking] = await Promise.all([
      new World(script).runInTurn("execute"),
      new World(script, true).runInTurn("executeSync"),
    ]);
    expectSame(waiting, blocking);
    checkWorld(blocking);
  });
});

test("a synchronous call of a policy that hedges is one that does not", async () => {
  const alike = storeys(fc.constant([]), someHedge).map((storey) => ({ ...storey, rivals: [] }));
  const quiet = synchronousScripts(alike).map((script) => ({ ...script, meddling: null }));
  await holdsFor(500, quiet, async (script: Script) => {
    const [one, other] = await Promise.all([
      new World(script, true).runInTurn("executeSync"),
      new World({ ...script, hedge: null }, true).runInTurn("executeSync"),
    ]);
    expect(one.hedge?.inner.stats).toMatchObject({ hedges: 0, calls: 0 });
    one.calls.forEach((call, i) => expect(digest(call)).toEqual(digest(other.calls[i] as CallReport)));
  });
});

test("callSync and executeSync obey the laws that all calls obey", async () => {
  await holdsFor(1_000, synchronousScripts(), async (script: Script) => {
    checkWorld(await new World(script, true).runInTurn("executeSync"));
    checkWorld(await new World(script, true).runInTurn("callSync"));
  });
});
