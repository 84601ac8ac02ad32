/* A small world in which calls hedge: attempts that take, give and heed what a script says, a limiter with few places, a budget with few grants. */
import fc from "fast-check";
import {
  type Admission,
  type Applicant,
  type AttemptContext,
  type AttemptInfo,
  type Clock,
  constant,
  Hedge,
  type Hooks,
  type Limiter,
  type LimitPermit,
  type Outcome,
  PermanentError,
  Policy,
  RateLimitError,
  type RetryBudget,
  TransientError,
} from "redress";
import { VirtualClock } from "redress/testing";

type End = "value" | "bad" | "transient" | "permanent" | "rate limit";

interface ScriptedAttempt {
  readonly ms: number;
  readonly end: End;
  /** Whether it answers without a promise; then it takes no time. */
  readonly isSync: boolean;
  /** Whether it ends as soon as its signal aborts. */
  readonly heeds: boolean;
}

export interface Scenario {
  readonly attempts: readonly ScriptedAttempt[];
  readonly calls: number;
  readonly maxAttempts: number;
  readonly maxHedges: number;
  readonly delayMs: number;
  readonly attemptTimeoutMs: number;
  readonly deadlineMs: number;
  readonly abortAtMs: number | null;
  readonly places: number;
  readonly grants: number;
  readonly backoffMs: number;
  /** Whether alarms of the clock are exact instants, as in the simulator. */
  readonly isExact: boolean;
}

const ms = fc.oneof(fc.constantFrom(0, 10, 50, 100), fc.integer({ min: 0, max: 300 }));

export const scenarios: fc.Arbitrary<Scenario> = fc.record({
  attempts: fc.array(
    fc.record({
      ms,
      end: fc.constantFrom<End>("value", "value", "value", "transient", "transient", "bad", "permanent", "rate limit"),
      isSync: fc.oneof({ weight: 5, arbitrary: fc.constant(false) }, { weight: 1, arbitrary: fc.constant(true) }),
      heeds: fc.boolean(),
    }),
    { minLength: 1, maxLength: 6 },
  ),
  calls: fc.integer({ min: 1, max: 3 }),
  maxAttempts: fc.integer({ min: 1, max: 6 }),
  maxHedges: fc.integer({ min: 1, max: 4 }),
  delayMs: ms,
  attemptTimeoutMs: fc.oneof(fc.constant(Infinity), fc.integer({ min: 1, max: 200 }), fc.constantFrom(10, 50, 100)),
  deadlineMs: fc.oneof(
    { weight: 2, arbitrary: fc.constant(Infinity) },
    { weight: 1, arbitrary: fc.integer({ min: 1, max: 500 }) },
  ),
  abortAtMs: fc.oneof({ weight: 2, arbitrary: fc.constant(null) }, { weight: 1, arbitrary: ms }),
  places: fc.constantFrom(1, 2, 3, Infinity, Infinity),
  grants: fc.constantFrom(0, 1, 3, Infinity, Infinity),
  backoffMs: fc.constantFrom(0, 10, 100),
  isExact: fc.boolean(),
});

/** What became of one attempt. */
interface SeenAttempt {
  readonly script: ScriptedAttempt;
  readonly info: AttemptInfo;
  readonly beganAtMs: number;
  /** Whether the call had ended when it began. */
  readonly beganLate: boolean;
  /** What it gave: by this it is known again. */
  value: object | null;
  /** Whether it had ended when its call did. */
  hadEnded: boolean;
  /** Whether its signal had aborted when its call ended. */
  wasAborted: boolean;
  /** When it ended, was cut, or its call ended: whichever came first. */
  overAtMs: number;
}

export interface SeenCall {
  readonly attempts: SeenAttempt[];
  readonly starts: AttemptContext[];
  readonly ends: AttemptContext[];
  hasEnded: boolean;
  outcome: Outcome<unknown> | null;
}

export interface SeenWorld {
  readonly scenario: Scenario;
  readonly calls: readonly SeenCall[];
  readonly discarded: readonly unknown[];
  readonly taken: number;
  readonly most: number;
  readonly granted: number;
  readonly stats: Hedge["stats"];
  readonly inFlight: number;
  readonly pending: number;
}

const ERRORS = {
  transient: () => new TransientError(),
  permanent: () => new PermanentError(),
  "rate limit": () => new RateLimitError(),
} as const;

/** A clock that is no VirtualClock, but moves with one. */
const exactInstants = (clock: VirtualClock): Clock =>
  Object.assign<Clock, object>(
    { now: () => clock.now(), sleep: (ms, signal) => clock.sleep(ms, signal), alarm: (ms, ring) => clock.alarm(ms, ring) },
    { alarmAt: (atMs: number, ring: () => void) => clock.alarm(Math.max(0, atMs - clock.now()), ring) },
  );

/** First come, first served. */
class FewPlaces implements Limiter {
  readonly name = "few";
  readonly taken = new Set<LimitPermit>();
  readonly #places: number;
  #waiting: Applicant[] = [];
  most = 0;

  constructor(places: number) {
    this.#places = places;
  }

  admit(applicant: Applicant): Admission {
    if (this.taken.size < this.#places) return this.#take();
    if (applicant.maxWaitMs === 0)
      return { kind: "rejected", limiter: this.name, reason: "full", retryAfterMs: null, why: "full" };
    this.#waiting.push(applicant);
    const cancel = (): void => {
      this.#waiting = this.#waiting.filter((other) => other !== applicant);
    };
    return { kind: "queued", cancel, readyInMs: () => Infinity };
  }

  release(permit: LimitPermit): void {
    if (!this.taken.delete(permit)) throw new Error("A permit was given back twice.");
    this.#waiting.shift()?.admitted(this.#take());
  }

  #take(): LimitPermit {
    const permit: LimitPermit = { kind: "admitted" };
    this.taken.add(permit);
    this.most = Math.max(this.most, this.taken.size);
    return permit;
  }
}

/** Lets everything happen that a scenario says. */
export async function live(scenario: Scenario): Promise<SeenWorld> {
  const clock = new VirtualClock();
  const limiter = new FewPlaces(scenario.places);
  const faults: unknown[] = [];
  const discarded: unknown[] = [];
  let granted = 0;
  const budget: RetryBudget = {
    consume: () => granted < scenario.grants && ++granted > 0,
    remaining: () => scenario.grants - granted,
  };
  const hedge = new Hedge({ delayMs: scenario.delayMs, maxHedges: scenario.maxHedges, loadRatio: 1 });
  for (let i = 0; i < 100; i++) hedge.began(0);
  const policy = new Policy<unknown, unknown>({
    clock: scenario.isExact ? exactInstants(clock) : clock,
    hedge,
    limiter,
    budget,
    retry: {
      maxAttempts: scenario.maxAttempts,
      maxUnknownRetries: Infinity,
      attemptTimeoutMs: scenario.attemptTimeoutMs,
      deadlineMs: scenario.deadlineMs,
      strategy: constant(scenario.backoffMs),
      resultClassifier: (value) => ((value as { end?: End }).end === "bad" ? "TRANSIENT" : null),
    },
    discard: (value) => discarded.push(value),
    onHookError: (hook) => faults.push(hook),
  });

  const isOver = (attempt: SeenAttempt): void => {
    attempt.overAtMs = Math.min(attempt.overAtMs, clock.now());
  };
  const begin = (): SeenCall => {
    const seen: SeenCall = { attempts: [], starts: [], ends: [], hasEnded: false, outcome: null };
    const controller = new AbortController();
    if (scenario.abortAtMs !== null) clock.alarm(scenario.abortAtMs, () => controller.abort("left"));
    const hooks: Hooks = {
      onAttemptStart: (context) => void seen.starts.push(context),
      onAttemptEnd: (context) => void seen.ends.push(context),
      onCallEnd: () => {
        seen.hasEnded = true;
        for (const attempt of seen.attempts) {
          attempt.wasAborted = attempt.info.signal.aborted;
          isOver(attempt);
        }
      },
    };
    const op = (info: AttemptInfo): unknown => {
      const script = scenario.attempts[(info.attempt - 1) % scenario.attempts.length] as ScriptedAttempt;
      const attempt: SeenAttempt = {
        script,
        info,
        beganAtMs: clock.now(),
        beganLate: seen.hasEnded,
        value: null,
        hadEnded: false,
        wasAborted: false,
        overAtMs: Infinity,
      };
      info.signal.addEventListener("abort", () => isOver(attempt));
      seen.attempts.push(attempt);
      const give = (): unknown => {
        isOver(attempt);
        attempt.hadEnded = !seen.hasEnded;
        const { end } = script;
        if (end in ERRORS) throw ERRORS[end as keyof typeof ERRORS]();
        attempt.value = { attempt: info.attempt, end };
        return attempt.value;
      };
      if (script.isSync) return give();
      const slept = clock.sleep(script.ms, script.heeds ? info.signal : undefined);
      return slept.then(give, (reason: unknown) => {
        attempt.hadEnded = !seen.hasEnded;
        throw reason;
      });
    };
    policy.execute(op, { ...hooks, signal: controller.signal }).then(
      (outcome) => {
        seen.outcome = outcome;
      },
      (fault) => faults.push(fault),
    );
    return seen;
  };

  const calls = Array.from({ length: scenario.calls }, begin);
  await clock.run();
  if (faults.length > 0) throw new Error("Something has failed that must not.", { cause: faults[0] });
  return {
    scenario,
    calls,
    discarded,
    taken: limiter.taken.size,
    most: limiter.most,
    granted,
    stats: hedge.stats,
    inFlight: policy.inFlight,
    pending: clock.pending,
  };
}
