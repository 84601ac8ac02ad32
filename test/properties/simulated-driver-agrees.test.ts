/*
 * The simulated driver against the asynchronous one: the same policy, the same calls and the same answers of the dependency must end in the
 * same way, at the same time, with the same effect on circuit and budget. Whatever is simulated is what will run.
 */
import { isDeepStrictEqual } from "node:util";
import fc from "fast-check";
import { type CircuitBreaker, constant, type ErrorClass, type Failure, Policy, type RetryOptions, retryAfterOr } from "redress";
import type { Request } from "redress/simulate";
import { VirtualClock } from "redress/testing";
import { expect, test } from "vitest";
import { SimulatedCall } from "../../src/simulate/driver/simulated-call.ts";
import { SimulatedWorld } from "../../src/simulate/driver/simulated-world.ts";
import { type Answer, answer, type DrawnPolicy, drawnPolicies, failureOf, type Options, optionsOf } from "./drawn-policies.ts";

interface Call {
  readonly gapMs: number;
  /** One for each attempt; the last serves for all later ones. */
  readonly answers: readonly Answer[];
}

interface Ended {
  readonly atMs: number;
  readonly stopReason: string | null;
  readonly attempts: number;
  readonly elapsedMs: number;
  readonly lastClass: ErrorClass | null;
  readonly nextDelayMs: number | null;
  readonly fellBack: boolean;
  /** Why a limiter turned it away. */
  readonly limited: string | null;
  /** Of the circuit, and what is left in the budget, at that moment. */
  readonly circuit: string | undefined;
  readonly budget: number | undefined;
}

/** What the limiters and the hedge have counted in the end. */
type Counted = readonly unknown[];

const countedBy = ({ limiter, hedge }: Options): Counted =>
  [limiter, hedge].flat().map((part) => {
    // What changes with the time: the clock of a simulation stops later.
    const {
      rejectionRatio: _ratio,
      pausedMs: _pause,
      ...stats
    } = ((part ?? {}) as { readonly stats?: Readonly<Record<string, unknown>> }).stats ?? {};
    return stats;
  });

const rounded = (ms: number): number => Math.round(ms * 1e6) / 1e6;
const answerTo = ({ answers }: Call, attempt: number, index: number): Answer => {
  const answer = answers[Math.min(attempt, answers.length) - 1] as Answer;
  return { ...answer, afterMs: answer.afterMs + 0.00371 * (1 + 7 * index + attempt) };
};
// Fractions of their own keep the events of two calls, and answers and limits, from falling on one instant.
const startOf = (calls: readonly Call[], index: number): number =>
  calls.slice(0, index + 1).reduce((sum, { gapMs }) => sum + gapMs, 0) + index * 0.01;

const limitOf = ({ limitedBy }: Pick<Failure, "limitedBy">): string | null =>
  limitedBy === undefined ? null : `${limitedBy.limiter} ${limitedBy.reason}`;

const shared = ({ circuitBreaker, retry }: Options): Pick<Ended, "circuit" | "budget"> => ({
  circuit: (circuitBreaker as CircuitBreaker | undefined)?.state,
  budget: (retry as RetryOptions | undefined)?.budget?.remaining(),
});

/** Knows when its alarms rang. */
class NotingClock extends VirtualClock {
  readonly #rangAtMs: number[] = [];

  override alarm(ms: number, ring: () => void): () => void {
    return super.alarm(ms, () => {
      if (ms > 0) this.#rangAtMs.push(rounded(this.now()));
      ring();
    });
  }

  /**
   * Whether two alarms rang at one instant, in an order that nothing states. Fractions cannot rule that out: an attempt that begins where a limit's interval is over, and an
   * interval that begins with an attempt after a timed out one, are over at the same time, since both are the sum of one interval and one timeout.
   */
  get hasTie(): boolean {
    return new Set(this.#rangAtMs).size < this.#rangAtMs.length;
  }
}

async function inProduction(
  drawn: DrawnPolicy,
  calls: readonly Call[],
  clock = new NotingClock(),
): Promise<readonly (Ended | Counted)[]> {
  const options = optionsOf(drawn, { clock, random: () => 0.25 });
  const policy = new Policy<unknown, unknown>(options);
  const ended: Ended[] = [];
  for (const [index, call] of calls.entries())
    clock.alarm(startOf(calls, index), () => {
      void policy
        .execute(async ({ attempt, signal }) => {
          const answer = answerTo(call, attempt, index);
          await clock.sleep(answer.afterMs, signal);
          if (answer.failsAs !== null) throw failureOf(answer);
        })
        .then((outcome) => {
          const { attempts, elapsedMs } = outcome;
          ended[index] = {
            atMs: rounded(clock.now()),
            stopReason: outcome.ok ? null : outcome.stopReason,
            attempts,
            elapsedMs: rounded(elapsedMs),
            lastClass: outcome.ok ? null : outcome.lastClass,
            nextDelayMs: outcome.ok ? null : outcome.nextDelayMs,
            fellBack: outcome.ok && outcome.fellBack,
            limited: outcome.ok ? null : limitOf(outcome),
            ...shared(options),
          };
        });
    });
  await clock.run();
  expect(ended.filter(Boolean)).toHaveLength(calls.length);
  return [...ended, countedBy(options)];
}

function inSimulation(drawn: DrawnPolicy, calls: readonly Call[]): readonly (Ended | Counted)[] {
  let options: Options = {};
  const world = new SimulatedWorld(1, ({ clock }) => {
    options = optionsOf(drawn, { clock, random: () => 0.25 });
    return new Policy(options) as Policy<never, unknown>;
  });
  const plan = world.planFor(world.policy);
  const ended: Ended[] = [];
  for (const [index, call] of calls.entries()) {
    let attempt = 0;
    const service = (request: Request): void => {
      const { afterMs, failsAs, retryAfterMs } = answerTo(call, ++attempt, index);
      const failure = failsAs && { errorClass: failsAs, ...(retryAfterMs !== undefined && { retryAfterMs }) };
      world.after(afterMs, () => request.respond(failure));
    };
    const process = {
      plan,
      service,
      secondary: null,
      after: (ms: number, then: () => void) => world.after(ms, then),
      attemptStarted: () => {},
      attemptFailed: () => {},
      changed: () => {},
    };
    world.after(startOf(calls, index), () =>
      new SimulatedCall(process, (failure, fellBack, elapsedMs) => {
        ended[index] = {
          atMs: rounded(world.now()),
          stopReason: fellBack ? null : (failure?.stopReason ?? null),
          attempts: failure?.attempts ?? attempt,
          elapsedMs: rounded(elapsedMs),
          lastClass: fellBack ? null : (failure?.lastClass ?? null),
          nextDelayMs: fellBack ? null : (failure?.nextDelayMs ?? null),
          fellBack,
          limited: fellBack || failure === null ? null : limitOf(failure),
          ...shared(options),
        };
      }).start(),
    );
  }
  world.clock.run(Infinity);
  return [...ended, countedBy(options)];
}

const call: fc.Arbitrary<Call> = fc.record({
  gapMs: fc.integer({ min: 0, max: 400 }),
  answers: fc.array(answer, { minLength: 1, maxLength: 5 }),
});
test("calls end in a simulation as they do in production", { timeout: 120_000 }, async () => {
  await fc.assert(
    fc.asyncProperty(drawnPolicies, fc.array(call, { minLength: 1, maxLength: 8 }), async (drawn, calls) => {
      const clock = new NotingClock();
      const simulated = inSimulation(drawn, calls);
      const real = await inProduction(drawn, calls, clock);
      // Which of two comes first at one instant is chance: such a run shows nothing where it differs.
      fc.pre(!clock.hasTie || isDeepStrictEqual(simulated, real));
      expect(simulated).toEqual(real);
    }),
    { numRuns: 800 },
  );
});

test("a retry waits as long as a modelled failure asks", () => {
  const world = new SimulatedWorld(1, new Policy());
  const policy = new Policy({ retry: { maxAttempts: 2, strategy: retryAfterOr(constant(5), { jitterMs: 0 }) } });
  const ended: number[] = [];
  const process = {
    plan: world.planFor(policy),
    service: (request: Request) => void world.after(1, () => request.respond({ errorClass: "RATE_LIMIT", retryAfterMs: 300 })),
    secondary: null,
    after: (ms: number, then: () => void) => world.after(ms, then),
    attemptStarted: () => {},
    attemptFailed: () => {},
    changed: () => {},
  };
  new SimulatedCall(process, (failure) => ended.push(world.now(), failure?.attempts ?? 0)).start();
  world.clock.run(Infinity);

  expect(ended).toEqual([302, 2]);
});
