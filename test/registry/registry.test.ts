import {
  type Breaker,
  Budget,
  Bulkhead,
  CircuitBreaker,
  firstOf,
  Hedge,
  keyed,
  type Outcome,
  Policy,
  type Progress,
  RateLimiter,
  ServerError,
  SleepDecision,
  TokenBudget,
  unlimited,
} from "redress";
import { Registry, registry } from "redress/registry";
import { VirtualClock } from "redress/testing";
import { expect, test, vi } from "vitest";

const fail = () => {
  throw new ServerError();
};

test("a policy is added by the name of its operation, and returned as it is", () => {
  const live = new Registry();
  const policy = new Policy({ operation: "users" });
  expect(live.add(policy)).toBe(policy);
  expect(live.add(policy)).toBe(policy);
  expect(live.snapshot().policies).toMatchObject([{ name: "users", operation: "users", calls: 0, amplification: null }]);
});

test("there is a registry of the process, which is empty at first", () => {
  expect(registry).toBeInstanceOf(Registry);
  expect(registry.snapshot()).toEqual({ atMs: expect.any(Number), policies: [], circuits: [], budgets: [], limiters: [] });
});

test.each<[string, (live: Registry) => unknown, string]>([
  [
    "a policy without a name",
    (live) => live.add(new Policy()),
    "registry.add.name must be given for a policy that has no operation.",
  ],
  ["an empty name", (live) => live.add(new Policy(), { name: "" }), "registry.add.name must be a non-empty string"],
  ["an unknown option", (live) => live.add(new Policy(), { nam: "a" } as object), "nam"],
  ["what is no policy", (live) => live.add({} as never), "registry.add.policy must be a Policy, or what keyed() returns"],
  [
    "a firstOf",
    (live) => live.add(firstOf([() => 1]) as never),
    "registry.add.policy must be a Policy, or what keyed() returns: of a firstOf, add the policies of its candidates",
  ],
  ["an interval of 0", (live) => live.subscribe(() => {}, { intervalMs: 0 }), "registry.subscribe.intervalMs must be"],
  ["an interval that timers cut short", (live) => live.subscribe(() => {}, { intervalMs: 2 ** 31 }), "intervalMs must be"],
  ["a listener that is none", (live) => live.subscribe({} as never), "registry.subscribe.listener must be a function"],
  ["a wrong clock", () => new Registry({ clock: {} as never }), "registry.clock must be"],
])("%s is refused", (_what, use, message) => {
  expect(() => use(new Registry())).toThrow(message);
});

test("a name that another policy has is refused while that one lives, unless it is to be replaced", () => {
  const live = new Registry();
  const first = live.add(new Policy(), { name: "a" });
  const second = new Policy();
  expect(() => live.add(second, { name: "a" })).toThrow('there is another policy "a" already');
  expect(() => live.add(first, { name: "b" })).toThrow('this policy is there already, by the name "a"');
  live.add(second, { name: "a", replace: true });
  first.callSync(() => 1);
  second.callSync(() => 1);
  expect(live.snapshot().policies).toMatchObject([{ name: "a", calls: 1 }]);
  expect(live.remove(first)).toBe(false);
});

test("calls are counted from when the policy was added until it is removed", () => {
  const live = new Registry();
  const policy = new Policy({ operation: "users" });
  policy.callSync(() => 1);
  live.add(policy);
  policy.callSync(() => 1);
  expect(live.snapshot().policies).toMatchObject([{ calls: 1, succeeded: 1, attempts: 1 }]);
  expect(live.remove(policy)).toBe(true);
  policy.callSync(() => 1);
  expect(live.snapshot().policies).toEqual([]);
});

test("the registry is no part of the policy: what is made after it is not observed, and its hooks are as many as before", () => {
  const live = new Registry();
  const policy = live.add(new Policy({ operation: "users" }));
  policy.with({ operation: "others" }).callSync(() => 1);
  expect(policy.describe().hooks).toBe(0);
  expect(live.snapshot().policies).toMatchObject([{ calls: 0 }]);
});

test("every end of a call is counted once, with its attempts, classes and delays", () => {
  const live = new Registry();
  const clock = new VirtualClock();
  const strategy = () => 100;
  const policy = live.add(new Policy({ operation: "users", retry: { maxAttempts: 3, strategy }, clock }));
  const covered = live.add(policy.with({ operation: "covered", fallback: () => 0 }));
  const broken = live.add(new Policy({ operation: "broken", retry: { strategy: fail }, clock }));
  let left = 1;
  policy.callSync(() => (left-- > 0 ? fail() : 1));
  expect(() => policy.callSync(fail)).toThrow();
  covered.callSync(fail);
  expect(() => broken.callSync(fail)).toThrow();
  const { policies } = live.snapshot();
  expect(policies).toMatchObject([
    {
      ...{ calls: 2, succeeded: 1, failed: 1, fellBack: 0, faults: 0, attempts: 5, retries: 3, sleepMs: 300, amplification: 2.5 },
      stopReasons: { MAX_ATTEMPTS_GLOBAL: 1 },
      classes: { SERVER_ERROR: 4 },
    },
    { calls: 1, succeeded: 0, failed: 0, fellBack: 1, faults: 0, attempts: 3, stopReasons: {} },
    { calls: 1, failed: 0, faults: 1, attempts: 1 },
  ]);
  expect(JSON.parse(JSON.stringify(live.snapshot()))).toEqual({ ...live.snapshot(), atMs: expect.any(Number) });
});

test("a job in several deliveries is deferred until the last one, and its attempts are those of one call", () => {
  const live = new Registry();
  const retry = { maxAttempts: 3, sleep: () => SleepDecision.DEFER };
  const policy = live.add(new Policy({ operation: "jobs", retry, clock: new VirtualClock() }));
  let resume: Progress | null = null;
  for (let delivery = 1; delivery <= 3; delivery++) {
    const outcome: Outcome<never> = policy.executeSync(fail, { resume });
    resume = outcome.ok ? null : outcome.progress;
  }
  expect(live.snapshot().policies).toMatchObject([
    { calls: 3, deferred: 2, failed: 1, attempts: 3, amplification: 3, stopReasons: { SCHEDULED: 2, MAX_ATTEMPTS_GLOBAL: 1 } },
  ]);
});

test("amplification is that of the last minute, on the policy's clock", () => {
  const live = new Registry();
  const clock = new VirtualClock();
  const policy = live.add(new Policy({ operation: "users", retry: { maxAttempts: 3, strategy: () => 0 }, clock }));
  expect(() => policy.callSync(fail)).toThrow();
  clock.block(30_000);
  policy.callSync(() => 1);
  expect(live.snapshot().policies[0]?.amplification).toBe(2);
  clock.block(30_000);
  expect(live.snapshot().policies[0]?.amplification).toBe(1);
  clock.block(30_000);
  expect(live.snapshot().policies[0]).toMatchObject({ amplification: null, calls: 2 });
});

test("calls in flight, and functions that were wrapped before, are seen", async () => {
  const live = new Registry();
  const policy = new Policy({ operation: "users" });
  const wrapped = policy.wrap(async () => 1);
  live.add(policy);
  const call = wrapped();
  expect(live.snapshot().policies).toMatchObject([{ inFlight: 1, calls: 1, succeeded: 0 }]);
  await call;
  expect(live.snapshot().policies).toMatchObject([{ inFlight: 0, calls: 1, succeeded: 1 }]);
});

test("a call that began before the policy was added ends uncounted", async () => {
  const live = new Registry();
  const policy = new Policy({ operation: "users", hooks: { onLog: () => {} } });
  const call = policy.call(async () => 1);
  live.add(policy);
  await call;
  expect(live.snapshot().policies).toMatchObject([{ calls: 0, succeeded: 0, attempts: 0 }]);
});

test("hedges and their wins are counted", async () => {
  const live = new Registry();
  const clock = new VirtualClock();
  const policy = live.add(new Policy({ operation: "users", retry: {}, hedge: new Hedge({ delayMs: 10, loadRatio: 1 }), clock }));
  const call = policy.call(async ({ hedge }) => (hedge ? "hedged" : await clock.sleep(1_000)));
  await clock.run();
  expect(await call).toBe("hedged");
  expect(live.snapshot().policies).toMatchObject([{ calls: 1, attempts: 2, retries: 0, hedges: 1, hedgeWins: 1 }]);
});

test("a circuit has its history, by whomever it was moved, and the names of its policies", () => {
  const live = new Registry();
  const breaker = new CircuitBreaker({ name: "db", failureThreshold: 1, clock: new VirtualClock() });
  const users = live.add(new Policy({ operation: "users", circuitBreaker: breaker }));
  live.add(new Policy({ operation: "orders", circuitBreaker: breaker }));
  expect(() => users.callSync(fail)).toThrow();
  breaker.reset();
  live.trip("db");
  const { circuits, policies } = live.snapshot();
  expect(policies.map(({ circuit }) => circuit)).toEqual(["db", "db"]);
  const atMs = expect.any(Number);
  expect(circuits).toEqual([
    {
      ...{
        name: "db",
        state: "open",
        failureCount: 0,
        retryAfterMs: null,
        held: true,
        canTrip: true,
        policies: ["users", "orders"],
      },
      stats: breaker.stats,
      history: [
        { atMs, from: "closed", to: "open", errorClass: "SERVER_ERROR" },
        { atMs, from: "open", to: "closed", errorClass: null },
        { atMs, from: "closed", to: "open", errorClass: null },
      ],
    },
  ]);
  live.reset("db");
  expect(breaker.state).toBe("closed");
});

test("of a history the last 50 changes are kept", () => {
  const live = new Registry();
  const breaker = new CircuitBreaker({ name: "db" });
  live.add(new Policy({ operation: "users", circuitBreaker: breaker }));
  for (let i = 0; i < 30; i++) {
    breaker.trip();
    breaker.reset();
  }
  breaker.trip();
  const history = live.snapshot().circuits[0]?.history ?? [];
  expect(history).toHaveLength(50);
  expect(history.at(-1)).toMatchObject({ to: "open" });
});

test("circuits and limiters of the same name are told apart, and keep the names that they got", () => {
  const live = new Registry();
  const first = live.add(new Policy({ operation: "a", circuitBreaker: {}, limiter: new Bulkhead({ maxConcurrent: 1 }) }));
  live.add(new Policy({ operation: "b", circuitBreaker: {}, limiter: new Bulkhead({ maxConcurrent: 2 }) }));
  expect(live.snapshot().circuits.map(({ name }) => name)).toEqual(["default", "default#2"]);
  expect(live.snapshot().limiters.map(({ name, limit }) => [name, limit])).toEqual([
    ["default", 1],
    ["default#2", 2],
  ]);
  live.remove(first);
  expect(live.snapshot().circuits.map(({ name }) => name)).toEqual(["default#2"]);
  live.trip("default#2");
  expect(live.snapshot().circuits.map(({ state }) => state)).toEqual(["open"]);
  expect(() => live.trip("default")).toThrow('registry.trip: there is no circuit "default". There are "default#2".');
});

test("a breaker of one's own is read as far as it says something, and one that throws disturbs nothing", () => {
  const live = new Registry();
  const permit = {} as never;
  const own: Breaker = {
    name: "own",
    state: "closed",
    retryAfterMs: 0,
    allow: () => ({ admitted: true, state: "closed", permit }),
    recordSuccess: () => {},
    recordFailure: () => {},
    recordCancel: () => {},
  };
  live.add(new Policy({ operation: "a", circuitBreaker: own }));
  expect(live.snapshot().circuits).toMatchObject([{ name: "own", failureCount: null, stats: null, canTrip: false, history: [] }]);
  expect(() => live.trip("own")).toThrow('the circuit "own" is a breaker of your own without trip()');
  const warn = vi.spyOn(process, "emitWarning").mockImplementation(() => {});
  Object.defineProperty(own, "state", { get: fail });
  expect(live.snapshot()).toMatchObject({ policies: [{ name: "a", circuit: null }], circuits: [] });
  expect(warn).toHaveBeenCalledOnce();
  warn.mockRestore();
});

test("a budget is named by the policies that share it, and says how full it is", () => {
  const live = new Registry();
  const budget = new Budget({ maxRetries: 10, windowMs: 1_000, clock: new VirtualClock() });
  live.add(new Policy({ operation: "a", retry: {}, budget }));
  live.add(new Policy({ operation: "b", retry: {}, budget }));
  live.add(new Policy({ operation: "tokens", retry: {}, budget: new TokenBudget({ capacity: 5 }) }));
  live.add(new Policy({ operation: "own", retry: {}, budget: { consume: () => true, remaining: () => 7 } }));
  live.add(new Policy({ operation: "endless", retry: {}, budget: unlimited }));
  live.add(new Policy({ operation: "usual", retry: {} }));
  budget.consume(4);
  const { budgets, policies } = live.snapshot();
  expect(policies.map(({ budget: name }) => name)).toEqual(["a, b", "a, b", "tokens", "own", null, "usual"]);
  expect(budgets).toEqual([
    { name: "a, b", remaining: 6, capacity: 10, policies: ["a", "b"] },
    { name: "tokens", remaining: 5, capacity: 5, policies: ["tokens"] },
    { name: "own", remaining: 7, capacity: null, policies: ["own"] },
    { name: "usual", remaining: 5, capacity: 5, policies: ["usual"] },
  ]);
});

test("limiters say what is in use, what waits and what is left", async () => {
  const live = new Registry();
  const clock = new VirtualClock();
  const bulkhead = new Bulkhead({ name: "places", maxConcurrent: 1, maxQueue: 5, clock });
  const rate = new RateLimiter({ name: "rate", limit: 10, intervalMs: 1_000, clock });
  const policy = live.add(new Policy({ operation: "a", limiter: [rate, bulkhead], clock }));
  const calls = [1, 2].map(() => policy.call(() => clock.sleep(10)));
  const { limiters, policies } = live.snapshot();
  expect(policies[0]?.limiters).toEqual(["rate", "places"]);
  expect(limiters).toMatchObject([
    { name: "rate", kind: "RateLimiter", inUse: 0, queued: 0, limit: null, maxQueue: 0, remaining: 8, stats: { admitted: 2 } },
    { name: "places", kind: "Bulkhead", inUse: 1, queued: 1, limit: 1, maxQueue: 5, remaining: null, policies: ["a"] },
  ]);
  await clock.run();
  await Promise.all(calls);
});

test("the policies of keys are one row, with what they share, and their own circuits counted by state", () => {
  const live = new Registry();
  const limiter = new Bulkhead({ name: "shared", maxConcurrent: 5 });
  const tenants = keyed({ operation: "tenants", retry: { maxAttempts: 1 }, circuitBreaker: { failureThreshold: 1 }, limiter });
  tenants.for("before").callSync(() => 1);
  expect(live.add(tenants)).toBe(tenants);
  tenants.for("before").callSync(() => 1);
  expect(() => tenants.for("after").callSync(fail)).toThrow();
  expect(live.snapshot()).toMatchObject({
    policies: [
      {
        ...{ name: "tenants", calls: 2, failed: 1, circuit: null, budget: null, limiters: ["shared"] },
        keys: { kept: 2, circuits: { closed: 1, open: 1, half_open: 0 } },
      },
    ],
    circuits: [],
    budgets: [],
    limiters: [{ name: "shared" }],
  });
  live.remove(tenants);
  tenants.for("before").callSync(() => 1);
  tenants.for("later").callSync(() => 1);
  live.add(tenants);
  expect(live.snapshot().policies).toMatchObject([{ calls: 0, keys: { kept: 3 } }]);
});

test("policies that a function makes for keys are counted, too", () => {
  const live = new Registry();
  const tenants = keyed((key) => new Policy({ operation: `of_${key}`, circuitBreaker: {} }));
  live.add(tenants, { name: "tenants" });
  tenants.for("a").callSync(() => 1);
  expect(live.snapshot()).toMatchObject({ policies: [{ name: "tenants", calls: 1, keys: { kept: 1 } }], circuits: [] });
});

test("a policy of another copy of the package that knows no observers is refused", () => {
  const policy = new Policy({ operation: "a" });
  const [key] = Object.getOwnPropertySymbols(Policy.prototype);
  const { observers: _observers, ...plan } = (policy as unknown as Record<symbol, { observers: unknown }>)[key as symbol] as {
    observers: unknown;
  };
  expect(() => new Registry().add({ [key as symbol]: plan } as never)).toThrow("another copy of redress");
});

test("a subscriber hears at most once in an interval, and only where something has changed", async () => {
  const clock = new VirtualClock();
  const live = new Registry({ clock });
  const policy = live.add(new Policy({ operation: "a", clock }));
  const heard: number[] = [];
  const end = live.subscribe(({ policies }) => heard.push(policies[0]?.calls ?? -1), { intervalMs: 500 });
  policy.callSync(() => 1);
  policy.callSync(() => 1);
  await clock.advance(499);
  expect(heard).toEqual([]);
  await clock.advance(1);
  expect(heard).toEqual([2]);
  await clock.advance(1_000);
  expect(heard).toEqual([2]);
  policy.callSync(() => 1);
  await clock.advance(500);
  expect(heard).toEqual([2, 3]);
  end();
  policy.callSync(() => 1);
  await clock.advance(500);
  expect(heard).toEqual([2, 3]);
  expect(clock.pending).toBe(0);
});

test("nothing runs where nobody subscribes, and a subscription is disposable", async () => {
  const clock = new VirtualClock();
  const live = new Registry({ clock });
  live.add(new Policy({ operation: "a" }));
  expect(clock.pending).toBe(0);
  {
    using _watching = live.subscribe(() => {});
    expect(clock.pending).toBe(1);
  }
  expect(clock.pending).toBe(0);
});

test("a listener may end its subscription while it is told", async () => {
  const clock = new VirtualClock();
  const live = new Registry({ clock });
  const policy = live.add(new Policy({ operation: "a", clock }));
  const end = live.subscribe(() => end());
  policy.callSync(() => 1);
  await clock.advance(1_000);
  expect(clock.pending).toBe(0);
});

test("a listener that throws is heard of once, and stops nobody else", async () => {
  const warn = vi.spyOn(process, "emitWarning").mockImplementation(() => {});
  const clock = new VirtualClock();
  const live = new Registry({ clock });
  const policy = live.add(new Policy({ operation: "a", clock }));
  const listener = vi.fn();
  live.subscribe(fail);
  live.subscribe(listener);
  for (let i = 0; i < 2; i++) {
    policy.callSync(() => 1);
    await clock.advance(1_000);
  }
  expect(listener).toHaveBeenCalledTimes(2);
  expect(warn).toHaveBeenCalledOnce();
  warn.mockRestore();
});
