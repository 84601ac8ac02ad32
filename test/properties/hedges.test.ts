/*
 * What may be relied on whatever hedges do, and whatever befalls them: attempts that heed their signal or do not, several calls that share few places
 * and few grants, timeouts, deadlines and callers that leave. hedged-calls.test.ts has the model that says what happens, and when.
 */
import fc from "fast-check";
import type { Outcome } from "redress";
import { test, vi } from "vitest";
import { live, type SeenCall, type SeenWorld, scenarios } from "./hedged-world.ts";

// So many runs take their time on a busy machine, and shrinking takes more.
vi.setConfig({ testTimeout: 300_000 });

/** In place of `expect`, which would take most of the time of so many comparisons. */
function holds(condition: boolean, what: string): void {
  if (!condition) throw new Error(what);
}

const outcomeOf = ({ outcome }: SeenCall): Outcome<unknown> => {
  if (outcome === null) throw new Error("the call has not ended");
  return outcome;
};

/** The hedges of each round, in order. */
function hedgesPerRound({ starts }: SeenCall): readonly number[] {
  const rounds: number[] = [];
  for (const { hedge } of starts) {
    if (hedge) rounds[rounds.length - 1] = (rounds.at(-1) ?? Number.NaN) + 1;
    else rounds.push(0);
  }
  return rounds;
}

function callKeepsItsWord(call: SeenCall, { scenario, discarded }: SeenWorld): void {
  const { attempts, starts, ends } = call;
  const outcome = outcomeOf(call);
  const timesDiscarded = (value: unknown): number => discarded.filter((other) => other === value).length;

  holds(attempts.length <= scenario.maxAttempts, `${attempts.length} attempts`);
  holds(outcome.attempts === attempts.length, `${outcome.attempts} attempts told, ${attempts.length} made`);
  holds(
    hedgesPerRound(call).every((hedges) => hedges <= scenario.maxHedges),
    `hedges per round: ${hedgesPerRound(call)}`,
  );
  holds(!attempts.some(({ beganLate }) => beganLate), "an attempt after the end");
  holds(
    attempts.every(({ info }, index) => info.attempt === index + 1),
    "attempts are not numbered one after the other",
  );

  holds(outcome.elapsedMs <= scenario.deadlineMs, `${outcome.elapsedMs} ms, beyond the deadline`);
  for (const { info, beganAtMs, overAtMs } of attempts)
    holds(overAtMs - beganAtMs <= scenario.attemptTimeoutMs, `attempt ${info.attempt} took ${overAtMs - beganAtMs} ms`);

  // Each attempt ends once, and is told of as it was.
  const numbers = (contexts: readonly { readonly attempt: number }[]): string =>
    contexts
      .map(({ attempt }) => attempt)
      .sort()
      .join();
  holds(numbers(ends) === numbers(starts), `began: ${numbers(starts)}; ended: ${numbers(ends)}`);
  for (const { attempt, hedge } of [...starts, ...ends])
    holds(hedge === (attempts[attempt - 1]?.info.hedge ?? hedge), `attempt ${attempt}: is it a hedge?`);
  const won = ends.filter(({ decision }) => decision === "success");
  holds(won.length === (outcome.ok ? 1 : 0), `${won.length} winners`);

  const winner = won[0] === undefined ? undefined : attempts[won[0].attempt - 1];
  if (outcome.ok) holds(outcome.value === winner?.value, "the value is not the winner's");
  for (const attempt of attempts) {
    const { value, info, hadEnded, wasAborted } = attempt;
    if (attempt === winner) holds(!wasAborted, "the winner's signal has aborted");
    else if (!hadEnded) holds(wasAborted, `attempt ${info.attempt} is in flight after the end, and its signal has not aborted`);
    if (value === null) continue;
    const isCallers = attempt === winner || (!outcome.ok && outcome.lastResult === value);
    holds(timesDiscarded(value) === (isCallers ? 0 : 1), `the value of attempt ${info.attempt}: ${timesDiscarded(value)} times`);
  }
}

test("hedged calls keep their limits and bounds, have one winner, cut every loser and give back all they hold", async () => {
  const property = fc.asyncProperty(scenarios, async (scenario) => {
    const world = await live(scenario);
    for (const call of world.calls) callKeepsItsWord(call, world);

    holds(world.most <= scenario.places, `${world.most} at a time`);
    holds(world.taken === 0, `${world.taken} places not given back`);
    holds(world.granted <= scenario.grants, `${world.granted} granted`);
    const hedges = world.calls.flatMap(({ starts }) => starts.filter(({ hedge }) => hedge)).length;
    holds(world.stats.hedges === hedges, `${world.stats.hedges} hedges told, ${hedges} made`);
    const retries = world.calls.reduce((sum, { starts }) => sum + Math.max(0, starts.length - 1), 0);
    holds(retries <= world.granted, `${retries} further attempts, ${world.granted} granted`);
    holds(world.inFlight === 0, `${world.inFlight} calls in flight`);
    holds(world.pending === 0, `${world.pending} alarms left`);
  });
  await fc.assert(property, { numRuns: 1_000 });
});

test("a hedge never ends a call whose first attempt succeeds in time, however it fails", async () => {
  const property = fc.asyncProperty(scenarios, async (given) => {
    const [first, ...others] = given.attempts;
    const boundsMs = Math.min(given.attemptTimeoutMs, given.deadlineMs, given.abortAtMs ?? Infinity);
    fc.pre(first !== undefined && (first.isSync || first.ms < boundsMs) && boundsMs > 0);
    const scenario = { ...given, calls: 1, attempts: [{ ...first, end: "value" } as const, ...others] };
    const world = await live(scenario);

    for (const call of world.calls) holds(outcomeOf(call).ok, "a hedge has ended the call");
  });
  await fc.assert(property, { numRuns: 500 });
});

test("a call is never slower for its hedges than its first attempt", async () => {
  const property = fc.asyncProperty(scenarios, async (given) => {
    const [first, ...others] = given.attempts;
    fc.pre(first !== undefined);
    const scenario = {
      ...given,
      calls: 1,
      attemptTimeoutMs: Infinity,
      deadlineMs: Infinity,
      abortAtMs: null,
      attempts: [{ ...first, end: "value", isSync: false } as const, ...others],
    };
    const { calls } = await live(scenario);

    for (const call of calls) holds(outcomeOf(call).elapsedMs <= first.ms, `${outcomeOf(call).elapsedMs} ms`);
  });
  await fc.assert(property, { numRuns: 500 });
});
