/*
 * The simulated driver against the asynchronous one: the same policy, the same calls and the same answers of the dependency must end in the
 * same way, at the same time, with the same effect on circuit and budget. Whatever is simulated is what will run.
 */
import fc from "fast-check";
import {
  adaptive,
  Budget,
  CircuitBreaker,
  constant,
  type ErrorClass,
  exponential,
  Policy,
  type PolicyOptions,
  type RetryOptions,
  retryAfterOr,
  TokenBudget,
} from "redress";
import type { Request } from "redress/simulate";
import { VirtualClock } from "redress/testing";
import { expect, test } from "vitest";
import { ERROR_CLASSES } from "../../src/core/failure/error-class.ts";
import { SimulatedCall } from "../../src/simulate/driver/simulated-call.ts";
import { SimulatedWorld } from "../../src/simulate/driver/simulated-world.ts";

interface Answer {
  readonly afterMs: number;
  readonly failsAs: ErrorClass | null;
  readonly retryAfterMs: number | undefined;
}

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
  /** Of the circuit, and what is left in the budget, at that moment. */
  readonly circuit: string | undefined;
  readonly budget: number | undefined;
}

const rounded = (ms: number): number => Math.round(ms * 1e6) / 1e6;
const answerTo = ({ answers }: Call, attempt: number): Answer => answers[Math.min(attempt, answers.length) - 1] as Answer;
// Fractions of their own keep the events of two calls, and answers and limits, from falling on one instant.
const startOf = (calls: readonly Call[], index: number): number =>
  calls.slice(0, index + 1).reduce((sum, { gapMs }) => sum + gapMs, 0) + index * 0.01;

class Failure extends Error {
  readonly failsAs: ErrorClass;
  readonly retryAfterMs: number | undefined;

  constructor({ failsAs, retryAfterMs }: Answer) {
    super("failed");
    this.failsAs = failsAs ?? "UNKNOWN";
    this.retryAfterMs = retryAfterMs;
  }
}

const classifier = (error: unknown) =>
  error instanceof Failure
    ? { errorClass: error.failsAs, ...(error.retryAfterMs !== undefined && { retryAfterMs: error.retryAfterMs }) }
    : ("TRANSIENT" as const);

type Options = PolicyOptions<unknown, unknown>;
type Parts = Pick<Options, "clock" | "random">;

const shared = ({ circuitBreaker, retry }: Options): Pick<Ended, "circuit" | "budget"> => ({
  circuit: (circuitBreaker as CircuitBreaker | undefined)?.state,
  budget: (retry as RetryOptions | undefined)?.budget?.remaining(),
});

async function inProduction(make: (parts: Parts) => Options, calls: readonly Call[]): Promise<readonly Ended[]> {
  const clock = new VirtualClock();
  const options = make({ clock, random: () => 0.25 });
  const policy = new Policy<unknown, unknown>(options);
  const ended: Ended[] = [];
  for (const [index, call] of calls.entries())
    clock.alarm(startOf(calls, index), () => {
      void policy
        .execute(async ({ attempt, signal }) => {
          const answer = answerTo(call, attempt);
          await clock.sleep(answer.afterMs, signal);
          if (answer.failsAs !== null) throw new Failure(answer);
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
            ...shared(options),
          };
        });
    });
  await clock.run();
  return ended;
}

function inSimulation(make: (parts: Parts) => Options, calls: readonly Call[]): readonly Ended[] {
  let options: Options = {};
  const world = new SimulatedWorld(1, ({ clock }) => {
    options = make({ clock, random: () => 0.25 });
    return new Policy(options) as Policy<never, unknown>;
  });
  const plan = world.planFor(world.policy);
  const ended: Ended[] = [];
  for (const [index, call] of calls.entries()) {
    let attempt = 0;
    const service = (request: Request): void => {
      const { afterMs, failsAs, retryAfterMs } = answerTo(call, ++attempt);
      const failure = failsAs && { errorClass: failsAs, ...(retryAfterMs !== undefined && { retryAfterMs }) };
      world.after(afterMs, () => request.respond(failure));
    };
    const process = {
      plan,
      service,
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
          ...shared(options),
        };
      }).start(),
    );
  }
  world.clock.run(Infinity);
  return ended;
}

const errorClass = fc.constantFrom(...ERROR_CLASSES);
const answer: fc.Arbitrary<Answer> = fc.record({
  afterMs: fc.integer({ min: 0, max: 900 }).map((ms) => ms + 0.0037),
  failsAs: fc.option(errorClass, { nil: null }),
  retryAfterMs: fc.option(fc.integer({ min: 0, max: 2_000 }), { nil: undefined }),
});
const call: fc.Arbitrary<Call> = fc.record({
  gapMs: fc.integer({ min: 0, max: 400 }),
  answers: fc.array(answer, { minLength: 1, maxLength: 5 }),
});
const strategy = fc.constantFrom(
  (_parts: Parts) => constant(0),
  () => constant(120.0051),
  () => exponential({ baseMs: 33, maxMs: 500 }),
  () => retryAfterOr(constant(70)),
  ({ clock }: Parts) => adaptive(constant(40), { windowMs: 1_000, clock }),
);
const retry = fc.record({
  maxAttempts: fc.integer({ min: 1, max: 6 }),
  deadlineMs: fc.constantFrom(500, 1_500, 5_000, Infinity),
  attemptTimeoutMs: fc.constantFrom(200, 600, Infinity),
  maxUnknownRetries: fc.integer({ min: 0, max: 3 }),
  maxRetriesPerClass: fc.dictionary(errorClass, fc.integer({ min: 0, max: 3 }), { maxKeys: 3 }),
  sleepAnswer: fc.constantFrom("sleep", "sleep", "sleep", "defer", "abort"),
});
const policyOptions = fc
  .record({
    retry: fc.option(retry, { nil: null }),
    strategy,
    breaker: fc.option(
      fc.record({
        failureThreshold: fc.integer({ min: 1, max: 3 }),
        windowMs: fc.constantFrom(300, 5_000),
        recoveryTimeoutMs: fc.constantFrom(0, 250, 1_000),
        slow: fc.boolean(),
      }),
      { nil: null },
    ),
    budget: fc.constantFrom(null, "tokens", "rolling"),
    fallback: fc.constantFrom(null, "all", "some"),
  })
  // One of them has the classifier.
  .filter((drawn) => drawn.retry !== null || drawn.breaker !== null)
  .map((drawn) => (parts: Parts): Options => {
    const { clock } = parts;
    const { sleepAnswer, ...bounds } = drawn.retry ?? { sleepAnswer: "sleep" };
    const budget =
      drawn.budget === "tokens"
        ? new TokenBudget({ capacity: 3, successRefund: 0.4 })
        : drawn.budget === "rolling"
          ? new Budget({ maxRetries: 2, windowMs: 700, clock })
          : undefined;
    const { slow, ...thresholds } = drawn.breaker ?? { slow: false };
    return {
      ...parts,
      ...(drawn.retry !== null && {
        retry: { ...bounds, classifier, strategy: drawn.strategy(parts), budget, sleep: () => sleepAnswer as "sleep" },
      }),
      ...(drawn.breaker !== null && {
        circuitBreaker: new CircuitBreaker({
          ...thresholds,
          classifier,
          clock,
          ...(slow && { slowCalls: { durationMs: 400, thresholdRatio: 0.5, minimumCalls: 2 } }),
        }),
      }),
      ...(drawn.fallback === "all" && { fallback: () => "instead" }),
      ...(drawn.fallback === "some" && { fallback: { on: ["RATE_LIMIT", "CIRCUIT_OPEN", "ABORTED"] as const, use: () => 1 } }),
    };
  });

test("calls end in a simulation as they do in production", { timeout: 120_000 }, async () => {
  await fc.assert(
    fc.asyncProperty(policyOptions, fc.array(call, { minLength: 1, maxLength: 8 }), async (make, calls) => {
      const production = await inProduction(make, calls);

      expect(production.filter(Boolean)).toHaveLength(calls.length);
      expect(inSimulation(make, calls)).toEqual(production);
    }),
    { numRuns: 400 },
  );
});

test("a retry waits as long as a modelled failure asks", () => {
  const world = new SimulatedWorld(1, new Policy());
  const policy = new Policy({ retry: { maxAttempts: 2, strategy: retryAfterOr(constant(5), { jitterMs: 0 }) } });
  const ended: number[] = [];
  const process = {
    plan: world.planFor(policy),
    service: (request: Request) => void world.after(1, () => request.respond({ errorClass: "RATE_LIMIT", retryAfterMs: 300 })),
    after: (ms: number, then: () => void) => world.after(ms, then),
    attemptStarted: () => {},
    attemptFailed: () => {},
    changed: () => {},
  };
  new SimulatedCall(process, (failure) => ended.push(world.now(), failure?.attempts ?? 0)).start();
  world.clock.run(Infinity);

  expect(ended).toEqual([302, 2]);
});
