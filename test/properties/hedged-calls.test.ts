/* Hedged calls against a model of them, through the asynchronous and the simulated driver; and the laws of all calls in worlds that hedge. */
import fc from "fast-check";
import {
  AuthError,
  constant,
  Hedge,
  PermanentError,
  Policy,
  RateLimitError,
  type RetryBudget,
  ServerError,
  TransientError,
} from "redress";
import type { Request } from "redress/simulate";
import { VirtualClock } from "redress/testing";
import { expect, test, vi } from "vitest";
import { SimulatedCall } from "../../src/simulate/driver/simulated-call.ts";
import { SimulatedWorld } from "../../src/simulate/driver/simulated-world.ts";
import { holdsFor } from "./batch.ts";
import { type HedgedScript, type HedgedStory, hedgedScripts, tellHedged } from "./hedge-model.ts";
import { someHedge, storeys } from "./limit-script.ts";
import { busyEarly, busyLater, crowds, meddling, type Script } from "./script.ts";
import { World } from "./world.ts";
import { checkWorld } from "./world-laws.ts";

// So many runs take their time on a busy machine, and shrinking takes more.
vi.setConfig({ testTimeout: 120_000 });

const ERRORS = {
  TRANSIENT: () => new TransientError(),
  SERVER_ERROR: () => new ServerError(),
  RATE_LIMIT: () => new RateLimitError(),
  PERMANENT: () => new PermanentError(),
  AUTH: () => new AuthError(),
};

/** So many retries and hedges, for as long as they last. */
function budgetOf(most: number): RetryBudget {
  let left = most;
  return { remaining: () => left, consume: () => left-- > 0 };
}

/** A hedge that the load always allows. */
function hedgeOf({ delayMs, maxHedges }: HedgedScript): Hedge {
  const hedge = new Hedge({ delayMs, maxHedges });
  return Object.defineProperty(hedge, "allows", { value: () => true });
}

const policyOf = (script: HedgedScript, clock: VirtualClock | undefined): Policy => {
  const { maxAttempts, attemptTimeoutMs, deadlineMs, retryDelayMs, budget } = script;
  const retry = { maxAttempts, attemptTimeoutMs, deadlineMs, strategy: constant(retryDelayMs), budget: budgetOf(budget) };
  return new Policy({ clock, hedge: hedgeOf(script), retry });
};

const rounded = ({ attempts, stopReason, endMs }: HedgedStory): HedgedStory => {
  const round = (ms: number): number => Math.round(ms * 1e7) / 1e7;
  return { attempts: attempts.map((attempt) => ({ ...attempt, atMs: round(attempt.atMs) })), stopReason, endMs: round(endMs) };
};

async function inProduction(script: HedgedScript): Promise<HedgedStory> {
  const clock = new VirtualClock();
  const attempts: { atMs: number; hedge: boolean; decision: HedgedStory["attempts"][number]["decision"] }[] = [];
  let endMs = Number.NaN;
  const running = policyOf(script, clock).execute(
    ({ attempt, hedge }) => {
      attempts[attempt - 1] = { atMs: clock.now(), hedge, decision: "scheduled" };
      const { afterMs, failsAs } = script.answers[attempt - 1] ?? { afterMs: 0.0001, failsAs: null };
      // It goes on though it is cut: what it still gives changes nothing.
      return clock.sleep(afterMs).then(() => {
        if (failsAs !== null) throw ERRORS[failsAs as keyof typeof ERRORS]();
      });
    },
    {
      onAttemptEnd: ({ attempt, decision }) => {
        const ended = attempts[attempt - 1];
        if (ended !== undefined && decision !== null) ended.decision = ended.decision === "scheduled" ? decision : "aborted";
      },
      onCallEnd: () => {
        endMs = clock.now();
      },
    },
  );
  await clock.run();
  const outcome = await running;
  expect(clock.pending).toBe(0);
  expect(outcome.attempts).toBe(attempts.length);
  return { attempts, stopReason: outcome.ok ? null : outcome.stopReason, endMs };
}

function inSimulation(script: HedgedScript): Omit<HedgedStory, "attempts"> & { readonly begunAtMs: readonly number[] } {
  const world = new SimulatedWorld(1, new Policy());
  const begunAtMs: number[] = [];
  let ended: Omit<HedgedStory, "attempts"> | undefined;
  const service = (request: Request): void => {
    const { afterMs, failsAs } = script.answers[begunAtMs.length] ?? { afterMs: 0.0001, failsAs: null };
    begunAtMs.push(Math.round(world.now() * 1e7) / 1e7);
    world.after(afterMs, () => request.respond(failsAs && { errorClass: failsAs }));
  };
  const process = {
    plan: world.planFor((({ clock }: { clock: VirtualClock }) => policyOf(script, clock)) as never),
    service,
    secondary: null,
    after: (ms: number, then: () => void) => world.after(ms, then),
    attemptStarted: () => {},
    attemptFailed: () => {},
    changed: () => {},
  };
  new SimulatedCall(process, (failure) => {
    ended = { stopReason: failure?.stopReason ?? null, endMs: Math.round(world.now() * 1e7) / 1e7 };
  }).start();
  world.clock.run(Infinity);
  if (ended === undefined) throw new Error("the call has not ended");
  return { ...ended, begunAtMs };
}

test("a hedged call does what a model of it does", async () => {
  await holdsFor(2_000, hedgedScripts, async (script) => {
    const story = tellHedged(script);
    if (story !== null) expect(rounded(await inProduction(script))).toEqual(rounded(story));
  });
});

test("the same in a simulation", () => {
  const property = fc.property(hedgedScripts, (script) => {
    const story = tellHedged(script);
    if (story === null) return;
    const { attempts, stopReason, endMs } = rounded(story);
    expect(inSimulation(script)).toEqual({ stopReason, endMs, begunAtMs: attempts.map(({ atMs }) => atMs) });
  });
  fc.assert(property, { numRuns: 1_000 });
});

const obeysTheLaws = async (script: Script): Promise<void> => checkWorld(await new World(script).run("execute"));
const hedged = storeys(fc.constant([]), someHedge);

test.each([1, 5])("calls that hedge obey the laws of all calls: up to %i at a time", async (calls) => {
  await holdsFor(700, crowds(hedged, fc.constant(null), calls), obeysTheLaws);
});

test.each([
  ["aborts the caller's signal", meddling("abort")],
  ["disposes the bound call", meddling("dispose")],
  ["keeps the thread busy", busyLater],
  ["keeps the thread busy before the first attempt", busyEarly],
  ["makes another call", meddling("call")],
  ["throws", meddling("throw")],
])("the same where the user's code %s", async (_how, meddles) => {
  await holdsFor(300, crowds(hedged, meddles), obeysTheLaws);
});
