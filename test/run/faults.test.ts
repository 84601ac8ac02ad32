/* User code that decides, and throws: `call` and `execute` both throw its error, and the breaker hears a cancel. */
import { getEventListeners } from "node:events";
import {
  type CallOptions,
  CircuitBreaker,
  constant,
  Policy,
  type PolicyOptions,
  type RetryOptions,
  TransientError,
} from "redress";
import { describe, expect, test } from "vitest";
import {
  answering,
  drivers,
  ending,
  hooksOf,
  isSettled,
  listeningBreaker,
  type Op,
  played,
  recorder,
  stage,
  throwing,
} from "./driving.ts";

const transient = new TransientError();
const own = new Error("the decider's own");
const fault = (): never => {
  throw own;
};

interface Case {
  readonly retry?: RetryOptions;
  readonly policy?: PolicyOptions;
  readonly call?: () => CallOptions;
  readonly op?: () => Op;
  readonly attempts: number;
}

/** False the first times, then throws. */
const faultAfter = (times: number) => {
  let asked = 0;
  return (): boolean => (asked++ < times ? false : fault());
};

const cases: Record<string, Case> = {
  "a strategy": { retry: { strategy: fault }, attempts: 1 },
  "a strategy of a class": { retry: { strategies: { TRANSIENT: fault } }, attempts: 1 },
  "a strategy at its second delay": { retry: { strategy: ({ attempt }) => (attempt === 1 ? 5 : fault()) }, attempts: 2 },
  "a sleep handler": { retry: { sleep: fault }, attempts: 1 },
  "a sleep handler of the call": { call: () => ({ sleep: fault }), attempts: 1 },
  "a budget": { retry: { budget: { consume: fault, remaining: () => 1 } }, attempts: 1 },
  "abortIf after a failure": { call: () => ({ abortIf: faultAfter(1) }), attempts: 1 },
  "abortIf before a retry": { call: () => ({ abortIf: faultAfter(2) }), attempts: 1 },
  "a result classifier": { retry: { resultClassifier: fault }, op: () => answering("value"), attempts: 1 },
  "a result classifier at the second attempt": { retry: { resultClassifier: fault }, op: () => throwing(transient), attempts: 2 },
  "a sleeper": { retry: { sleeper: fault }, attempts: 1 },
  "the source of chance": { policy: { random: fault }, retry: { strategy: ({ random }) => random() }, attempts: 1 },
};

describe.each(drivers)("through %s", (_name, driver) => {
  describe.each(Object.entries(cases))(
    "%s that throws",
    (_who, { retry, policy, call, op = () => throwing(transient, transient), attempts }) => {
      const set = () => {
        const breaker = listeningBreaker();
        const seen = recorder();
        const options = { retry: { strategy: constant(5), ...retry }, circuitBreaker: breaker, hooks: hooksOf(seen), ...policy };
        return { on: stage(options), breaker, seen };
      };

      test("makes call throw its error, and the breaker hear a cancel", async () => {
        const { on, breaker } = set();
        expect(await driver.call(on, op(), call?.())).toEqual({ error: own });
        expect(breaker.heard).toEqual(["cancel"]);
      });

      test("makes execute throw its error too", async () => {
        const { on, breaker } = set();
        await expect(driver.execute(on, op(), call?.())).rejects.toBe(own);
        expect(breaker.heard).toEqual(["cancel"]);
      });

      test("leaves no attempt open, no alarm and no listener behind", async () => {
        const { on, seen } = set();
        const { signal } = new AbortController();
        await driver.call(on, op(), { ...call?.(), signal });
        expect([seen.starts.length, seen.ends.length]).toEqual([attempts, attempts]);
        expect(on.clock.pending).toBe(0);
        expect(getEventListeners(signal, "abort")).toHaveLength(0);
      });
    },
  );

  test("abortIf that throws before the call throws its error, without contact with the breaker", async () => {
    const breaker = listeningBreaker();
    const on = stage({ retry: {}, circuitBreaker: breaker });
    expect(await driver.call(on, answering("value"), { abortIf: fault })).toEqual({ error: own });
    await expect(driver.execute(on, answering("value"), { abortIf: fault })).rejects.toBe(own);
    expect([breaker.asked, breaker.heard]).toEqual([0, []]);
  });

  test("a fault is no fallback's business", async () => {
    const on = stage({ retry: { strategy: fault }, fallback: () => "instead" });
    expect(await driver.call(on, throwing(transient))).toEqual({ error: own });
  });

  test("a probe that ends by a fault frees its place", async () => {
    const breaker = new CircuitBreaker({ failureThreshold: 1, recoveryTimeoutMs: 0 });
    await driver.call(stage({ circuitBreaker: breaker }), throwing(transient));
    await driver.call(stage({ circuitBreaker: breaker, retry: { strategy: fault } }), throwing(transient));
    expect(breaker.state).toBe("half_open");
    expect(await driver.call(stage({ circuitBreaker: breaker }), answering("value"))).toEqual({ value: "value" });
  });

  test.each(["SLEEP", undefined, true, 0, {}])(
    "a sleep handler that answers %s makes the call throw a TypeError",
    async (answer) => {
      const breaker = listeningBreaker();
      const on = stage({ retry: { sleep: () => answer as never }, circuitBreaker: breaker });
      const { error } = await driver.call(on, throwing(transient));
      expect(error).toBeInstanceOf(TypeError);
      expect((error as Error).message).toMatch(/sleep handler/);
      expect(breaker.heard).toEqual(["cancel"]);
    },
  );

  test("a strategy that answers no number makes the call throw a TypeError", async () => {
    const { error } = await driver.call(stage({ retry: { strategy: () => "5" as never } }), throwing(transient));
    expect(error).toBeInstanceOf(TypeError);
  });

  test("a classifier that throws has nothing to say: the failure is UNKNOWN and not hidden", async () => {
    const on = stage({ retry: { classifier: fault, strategy: constant(1) } });
    const outcome = await driver.execute(on, throwing(transient, transient, transient));
    expect(outcome).toMatchObject({
      stopReason: "MAX_UNKNOWN_ATTEMPTS",
      attempts: 3,
      lastClass: "UNKNOWN",
      lastError: transient,
    });
  });
});

describe("through call", () => {
  test("a sleep handler that rejects makes the call throw its error", async () => {
    const breaker = listeningBreaker();
    const on = stage({ retry: { sleep: () => Promise.reject(own) }, circuitBreaker: breaker });
    expect(await ending(played(on.clock, on.policy.call(throwing(transient))))).toEqual({ error: own });
    await expect(played(on.clock, on.policy.execute(throwing(transient)))).rejects.toBe(own);
    expect(breaker.heard).toEqual(["cancel", "cancel"]);
    expect(on.clock.pending).toBe(0);
  });

  test("a sleeper that rejects makes the call throw its error", async () => {
    const on = stage({ retry: { sleeper: () => Promise.reject(own) } });
    expect(await ending(played(on.clock, on.policy.call(throwing(transient))))).toEqual({ error: own });
  });

  test("a sleep handler that answers a thenable whose `then` throws makes the call throw that", async () => {
    // biome-ignore lint/suspicious/noThenProperty: that is the case
    const on = stage({ retry: { sleep: () => ({ then: fault }) as never } });
    expect(await ending(played(on.clock, on.policy.call(throwing(transient))))).toEqual({ error: own });
  });

  test.each(["recordSuccess", "recordFailure", "recordCancel"] as const)(
    "a breaker whose %s throws hears no second thing and does not hang the call",
    async (method) => {
      const ops = { recordSuccess: answering("value"), recordFailure: throwing(transient), recordCancel: throwing(transient) };
      const breaker = { ...listeningBreaker(), [method]: fault };
      const on = stage({ retry: { maxAttempts: 1 }, circuitBreaker: breaker });
      const options = method === "recordCancel" ? { abortIf: faultAfter(1) } : undefined;
      const call = ending(on.policy.call(async (attempt) => ops[method](attempt), options));
      expect(await isSettled(call)).toBe(true);
      // It was told once, and threw: there is nothing else to tell.
      expect(breaker.heard).toEqual([]);
    },
  );

  test("a breaker whose recordCancel throws does not hang a call that ends by a fault", async () => {
    const breaker = { ...listeningBreaker(), recordCancel: fault };
    const on = stage({ retry: { strategy: fault }, circuitBreaker: breaker });
    const call = ending(on.policy.call(() => Promise.reject(transient)));
    expect(await isSettled(call)).toBe(true);
    expect(await call).toEqual({ error: own });
  });
});

test("a breaker of the user's own that throws where it is asked how long to wait makes the call reject, not throw", async () => {
  const breaker = {
    name: "hostile",
    state: "open" as const,
    get retryAfterMs(): number {
      throw new Error("no idea");
    },
    allow: () => ({ admitted: false, state: "open", permit: null }) as const,
    recordSuccess: () => {},
    recordFailure: () => {},
    recordCancel: () => {},
  };
  await expect(new Policy({ circuitBreaker: breaker }).call(() => 1)).rejects.toThrow("no idea");
});
