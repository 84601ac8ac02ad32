import fc from "fast-check";
import { CircuitBreaker, type CircuitBreakerOptions, ErrorClass, type Permit } from "redress";
import { VirtualClock } from "redress/testing";
import { test, vi } from "vitest";
import { BreakerModel, type ModelSettings, type Ticket } from "./breaker-model.ts";

// So many runs take their time on a busy machine, and shrinking takes more.
vi.setConfig({ testTimeout: 60_000 });

type Deed =
  | { readonly do: "wait"; readonly ms: number }
  | { readonly do: "allow" | "trip" | "reset" }
  // Of the calls that are under way, the one that many places from the oldest.
  | { readonly do: "report"; readonly which: number; readonly result: "success" | "cancel" | ErrorClass };

const classes = Object.keys(ErrorClass) as ErrorClass[];
const windowMs = fc.constantFrom(10, 100, 25, Infinity);
const recoveryTimeoutMs = fc.constantFrom(5, 0, 10, 200, Infinity);
const threshold = fc.integer({ min: 1, max: 4 });

const backoff = fc.constantFrom<ModelSettings["recoveryBackoff"]>(
  undefined,
  ({ attempt }) => 3 * attempt,
  ({ attempt }) => [0, Number.NaN, 20, -1, Infinity][attempt % 5] ?? 7,
);

const byCount: fc.Arbitrary<ModelSettings> = fc.record({
  failureThreshold: threshold,
  windowMs,
  consecutive: fc.boolean(),
  recoveryTimeoutMs,
  recoveryBackoff: backoff,
  tripOn: fc.constantFrom<ErrorClass[]>(["TRANSIENT", "SERVER_ERROR"], ["TRANSIENT"], classes, []),
  classThresholds: fc.constantFrom<ModelSettings["classThresholds"]>(
    {},
    { RATE_LIMIT: 2 },
    { TRANSIENT: 1 },
    { TRANSIENT: 3, AUTH: 1 },
  ),
  halfOpenMaxCalls: fc.integer({ min: 1, max: 3 }),
  successThreshold: fc.integer({ min: 1, max: 3 }),
});

const rate = { thresholdRatio: fc.constantFrom(0.5, 0.1, 1 / 3, 1), minimumCalls: fc.integer({ min: 1, max: 6 }) };

const byRate: fc.Arbitrary<ModelSettings> = fc
  .tuple(
    byCount,
    fc.option(fc.record(rate), { nil: undefined }),
    fc.option(fc.record({ ...rate, durationMs: fc.constantFrom(3, 1, 20) }), { nil: undefined }),
    fc.boolean(),
  )
  .filter(([, failureRate, slowCalls]) => failureRate !== undefined || slowCalls !== undefined)
  .map(([settings, failureRate, slowCalls, counts]) => ({
    ...settings,
    failureThreshold: counts ? settings.failureThreshold + 3 : Infinity,
    failureRate,
    slowCalls,
  }));

const deed: fc.Arbitrary<Deed> = fc.oneof(
  { weight: 6, arbitrary: fc.constant<Deed>({ do: "allow" }) },
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constant("report" as const),
      which: fc.integer({ min: 0, max: 3 }),
      result: fc.oneof(
        { weight: 3, arbitrary: fc.constantFrom("TRANSIENT" as const, "SERVER_ERROR" as const, "RATE_LIMIT" as const) },
        { weight: 2, arbitrary: fc.constant("success" as const) },
        { weight: 1, arbitrary: fc.constantFrom("cancel" as const, ...classes) },
      ),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({ do: fc.constant("wait" as const), ms: fc.constantFrom(1, 5, 10, 9, 0, 2.5, 25, 100, 200) }),
  },
  { weight: 1, arbitrary: fc.constantFrom<Deed>({ do: "reset" }, { do: "trip" }) },
);
const deeds = fc.array(deed, { minLength: 1, maxLength: 60, size: "max" });

/** The options that the settings are made of. What would contradict the rest is left out. */
function givenFor({ failureThreshold, windowMs, recoveryBackoff, ...rest }: ModelSettings): CircuitBreakerOptions {
  const byRate = rest.failureRate !== undefined || rest.slowCalls !== undefined;
  const counts = failureThreshold < Infinity || Object.keys(rest.classThresholds).length > 0;
  return {
    ...rest,
    consecutive: rest.consecutive && counts,
    ...(failureThreshold < Infinity && { failureThreshold }),
    ...((byRate || !rest.consecutive) && { windowMs }),
    ...(rest.recoveryTimeoutMs < Infinity && { recoveryBackoff }),
  };
}

/** A row without a window has the default one, which only says when a probe is lost. */
function modelled(settings: ModelSettings): ModelSettings {
  const byRate = settings.failureRate !== undefined || settings.slowCalls !== undefined;
  return settings.consecutive && !byRate ? { ...settings, windowMs: 60_000 } : settings;
}

/** Does the same to both, and looks at both after every deed. */
function live(settings: ModelSettings, life: readonly Deed[]): void {
  const clock = new VirtualClock(1_000);
  const changes: string[] = [];
  const breaker = new CircuitBreaker({
    ...givenFor(settings),
    clock,
    onStateChange: ({ from, to }) => changes.push(`${from} ${to}`),
  });
  const model = new BreakerModel(modelled(settings));
  const underWay: { permit: Permit; ticket: Ticket }[] = [];
  for (const step of life) {
    const before = breaker.state;
    const nowMs = clock.now();
    if (step.do === "wait") {
      clock.block(step.ms);
    } else if (step.do === "allow") {
      const { admitted, state, permit } = breaker.allow();
      const ticket = model.allow(nowMs);
      same("admitted", admitted, ticket !== null);
      same("the decision's state", state, model.state);
      if (permit !== null && ticket !== null) underWay.push({ permit, ticket });
    } else if (step.do === "report") {
      const [call] = underWay.splice(step.which, 1);
      if (call === undefined) continue;
      if (step.result === "success") breaker.recordSuccess(call.permit);
      else if (step.result === "cancel") breaker.recordCancel(call.permit);
      else breaker.recordFailure(step.result, call.permit);
      model.report(call.ticket, step.result, nowMs, breaker.state);
    } else {
      breaker[step.do]();
      model[step.do](nowMs);
    }
    same("state", breaker.state, model.state);
    same("isOpen", breaker.isOpen, model.state === "open");
    same("lastFailureAtMs", breaker.lastFailureAtMs, model.lastFailureAtMs);
    same("stats", Object.entries(breaker.stats).join(), Object.entries(model.stats).join());
    same("retryAfterMs", breaker.retryAfterMs, model.retryAfterMs(clock.now()));
    if (breaker.state !== before) same("onStateChange", changes.at(-1), `${before} ${breaker.state}`);
    if (model.state === "closed") sameCount(breaker, model, clock.now());
  }
  same("changes of state", changes.length, model.stats.stateChanges);
}

function sameCount(breaker: CircuitBreaker, model: BreakerModel, nowMs: number): void {
  const { failureThreshold, windowMs: lengthMs, failureRate, slowCalls } = model.settings;
  const count = breaker.failureCount;
  if (failureThreshold < Infinity) {
    same("failureCount", count, model.failuresInLine(nowMs).length);
  } else if (failureRate !== undefined || slowCalls !== undefined) {
    const [least, most] = [model.failureCount(nowMs, lengthMs === Infinity ? 0 : lengthMs / 100), model.failureCount(nowMs)];
    if (count < least || count > most) throw new Error(`failureCount is ${count}, must be from ${least} to ${most}`);
  }
}

/** In place of `expect`, which would take most of the time of half a million comparisons. */
function same(what: string, actual: unknown, expected: unknown): void {
  if (!Object.is(actual, expected)) throw new Error(`${what} is ${actual}, must be ${expected}`);
}

test("agrees with a naive model that keeps every event, under any sequence of calls, late results and steps of the clock", () => {
  fc.assert(fc.property(byCount, deeds, live), { numRuns: 10_000 });
});

test("agrees with a naive model where rates decide, but for one hundredth of the window", () => {
  fc.assert(fc.property(byRate, deeds, live), { numRuns: 10_000 });
});
