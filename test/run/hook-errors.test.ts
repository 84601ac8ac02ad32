/* A hook that fails changes nothing, and is told once: to `onHookError` or, without one, as a warning of the process. */
import {
  CircuitBreaker,
  constant,
  type FailedHook,
  type Hooks,
  Policy,
  type PolicyOptions,
  type RetryBudget,
  retrySync,
  type Strategy,
  TransientError,
} from "redress";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import {
  alwaysThrowing,
  answering,
  asFailure,
  asSuccess,
  drivers,
  listeningBreaker,
  macrotask,
  type Op,
  stage,
  throwing,
} from "./driving.ts";

const transient = new TransientError();
const broken = new Error("unknown label");
const throws = (): never => {
  throw broken;
};
const rejects = (): Promise<never> => Promise.reject(broken);
const failing: readonly (readonly [string, () => never | Promise<never>])[] = [
  ["throws", throws],
  ["rejects", rejects],
];

const unhandled = vi.fn();
let warnings: (Error & { code?: string; detail?: string })[] = [];
const collect = (warning: Error): void => {
  if (warning.name === "RedressWarning") warnings.push(warning);
};
beforeEach(() => {
  warnings = [];
  process.on("warning", collect);
  process.on("unhandledRejection", unhandled.mockClear());
});
afterEach(() => {
  process.off("warning", collect);
  process.off("unhandledRejection", unhandled);
  expect(unhandled).not.toHaveBeenCalled();
});

/** A policy that writes down which hooks it hears of. */
function listening(options: PolicyOptions<unknown, unknown>) {
  const told: (readonly [string, unknown])[] = [];
  const onHookError = (error: unknown, { name }: FailedHook): void => void told.push([name, error]);
  return { told, on: stage({ retry: { strategy: constant(10), maxAttempts: 2 }, ...options, onHookError }) };
}

const budgetHearing = (hook: () => unknown): RetryBudget => ({
  consume: () => true,
  remaining: () => 1,
  recordSuccess: hook as () => void,
  recordFailure: hook as () => void,
});

/** What fails in a policy, how the failure is called, and a call in which it fails more than once. */
const places: Record<string, (hook: () => unknown) => PolicyOptions<unknown, unknown>> = {
  onMetric: (onMetric) => ({ hooks: { onMetric } }),
  onLog: (onLog) => ({ hooks: { onLog } }),
  onAttemptStart: (onAttemptStart) => ({ hooks: [{}, { onAttemptStart }] }),
  onAttemptEnd: (onAttemptEnd) => ({ hooks: { onAttemptEnd } }),
  onCallStart: (onCallStart) => ({ hooks: { onCallStart } }),
  onCallEnd: (onCallEnd) => ({ hooks: { onCallEnd } }),
  aroundAttempt: (around) => ({
    hooks: {
      aroundAttempt: (_context, next) => {
        next();
        return around();
      },
    },
  }),
  beforeSleep: (beforeSleep) => ({ retry: { strategy: constant(10), beforeSleep } }),
  "budget.recordSuccess": (hook) => ({ budget: { ...budgetHearing(hook), recordFailure: () => {} } }),
  "strategy.recordSuccess": (hook) => ({
    retry: { strategy: Object.assign(() => 10, { recordSuccess: hook as () => void }) satisfies Strategy },
  }),
  "strategy.recordFailure": (hook) => ({
    retry: { strategy: Object.assign(() => 10, { recordFailure: hook as () => void }) satisfies Strategy },
  }),
  "circuitBreaker.recordSuccess": (hook) => ({
    circuitBreaker: { ...listeningBreaker(), recordSuccess: hook as () => void },
  }),
  discard: (discard) => ({
    retry: { strategy: constant(10), resultClassifier: (value) => (value === "bad" ? "TRANSIENT" : null) },
    discard,
  }),
};

/** Fails once by a result and succeeds then; or, where a result is a success, the same by an error. */
const once = (name: string): Op => (name === "discard" ? answering("bad", "value") : throwing(transient));

describe.each(drivers)("through %s", (_name, driver) => {
  describe.each(failing)("a hook that %s", (_how, hook) => {
    test.each(Object.entries(places))("%s is told to onHookError the first time, and changes nothing", async (name, place) => {
      const { on, told } = listening(place(hook));
      for (let calls = 0; calls < 3; calls++)
        expect(asSuccess(await driver.execute(on, once(name)))).toMatchObject({ value: "value", attempts: 2 });
      await macrotask();
      expect(told).toEqual([[name, broken]]);
      expect(warnings).toEqual([]);
    });

    test("budget.recordFailure and circuitBreaker.recordFailure are told of too", async () => {
      const circuitBreaker = { ...listeningBreaker(), recordFailure: hook as () => void };
      const { on, told } = listening({ budget: { ...budgetHearing(hook), recordSuccess: () => {} }, circuitBreaker });
      for (let calls = 0; calls < 2; calls++)
        expect(asFailure(await driver.execute(on, alwaysThrowing(transient)))).toMatchObject({ lastError: transient });
      await macrotask();
      expect(told).toEqual([
        ["circuitBreaker.recordFailure", broken],
        ["budget.recordFailure", broken],
      ]);
    });

    test("every hook of every observer is told of by itself", async () => {
      const observer = (): Hooks => ({ onMetric: hook, onLog: hook }) as Hooks;
      const { on, told } = listening({ hooks: [observer(), observer()] });
      await driver.call(on, throwing(transient));
      await macrotask();
      expect(told.map(([name]) => name)).toEqual(["onMetric", "onMetric", "onLog", "onLog"]);
    });

    test("of an observer with a class, each instance is told of", async () => {
      class Counter implements Hooks {
        onMetric = hook as () => void;
      }
      const { on, told } = listening({ hooks: [new Counter(), new Counter()] });
      await driver.call(on, throwing(transient));
      await macrotask();
      expect(told.map(([name]) => name)).toEqual(["onMetric", "onMetric"]);
    });

    test("hooks of a call, which may be new functions for every call, are told of once for the policy and name", async () => {
      const { on, told } = listening({});
      for (let calls = 0; calls < 3; calls++)
        await driver.call(on, throwing(transient), {
          onMetric: () => hook(),
          beforeSleep: () => hook(),
          onCallEnd: () => hook(),
        });
      await macrotask();
      expect(told.map(([name]) => name)).toEqual(["onMetric", "beforeSleep", "onCallEnd"]);
    });

    test("the beforeSleep of a call and that of the policy are two hooks: each is told of", async () => {
      const { on, told } = listening({ retry: { strategy: constant(10), beforeSleep: () => hook() } });
      await driver.call(on, throwing(transient), { beforeSleep: () => hook() });
      await driver.call(on, throwing(transient));
      await driver.call(on, throwing(transient));
      await macrotask();
      expect(told.map(([name]) => name)).toEqual(["beforeSleep", "beforeSleep"]);
    });

    test("an onHookError that fails itself changes nothing, and is warned of", async () => {
      const onHookError = vi.fn(hook as () => void);
      const on = stage({ hooks: { onMetric: throws, onLog: throws }, onHookError });
      expect(await driver.call(on, answering("value"))).toEqual({ value: "value" });
      await macrotask();
      expect(onHookError).toHaveBeenCalledTimes(2);
      expect(warnings.map(({ message }) => message.split(" ")[0])).toEqual(["onHookError"]);
    });
  });

  test("onHookError hears which operation the hook failed for, that of the call before the policy's", async () => {
    const told: FailedHook[] = [];
    const onHookError = (_error: unknown, hook: FailedHook): void => void told.push(hook);
    const make = (operation?: string) =>
      stage({ ...(operation !== undefined && { operation }), hooks: { onMetric: throws }, onHookError });
    await driver.call(make(), answering("value"));
    await driver.call(make("fetch_user"), answering("value"));
    await driver.call(make("fetch_user"), answering("value"), { operation: "fetch_order" });
    expect(told).toEqual([
      { name: "onMetric", operation: null },
      { name: "onMetric", operation: "fetch_user" },
      { name: "onMetric", operation: "fetch_order" },
    ]);
    expect(told.every(Object.isFrozen)).toBe(true);
  });

  test("the getter of a hook that throws fails like the hook", async () => {
    let isBroken = false;
    const hooks: Hooks = {
      get onMetric() {
        if (isBroken) throw broken;
        return undefined;
      },
    };
    const { on, told } = listening({ hooks });
    // Not before the policy has checked its options.
    isBroken = true;
    expect(await driver.call(on, answering("value"))).toEqual({ value: "value" });
    expect(told).toEqual([["onMetric", broken]]);
  });

  test.each<[string, () => never, unknown]>([
    ["throws", throws, broken],
    [
      "returns a promise",
      () => Promise.reject(broken) as never,
      new TypeError("A classifier must answer at once, got a promise."),
    ],
  ])("a classifier that %s counts as UNKNOWN, and is told of once", async (_how, classifier, error) => {
    const { on, told } = listening({ retry: { classifier, strategy: constant(1), maxUnknownRetries: 1 } });
    for (let calls = 0; calls < 2; calls++)
      expect(asFailure(await driver.execute(on, alwaysThrowing(transient)))).toMatchObject({
        stopReason: "MAX_UNKNOWN_ATTEMPTS",
        lastClass: "UNKNOWN",
        lastError: transient,
      });
    await macrotask();
    expect(told).toEqual([["classifier", error]]);
  });

  test.each<[string, () => boolean]>([
    ["resolves", () => Promise.resolve(true) as never],
    ["rejects", () => rejects() as never],
  ])("an abortIf whose promise %s is a TypeError that names it", async (_how, abortIf) => {
    const op = throwing(transient);
    const { error } = await driver.call(stage(), op, { abortIf });
    await macrotask();
    expect(error).toBeInstanceOf(TypeError);
    expect((error as Error).message).toBe("abortIf must answer at once, got a promise.");
    expect(op.count).toBe(0);
  });
});

describe("without an onHookError, a warning of the process", () => {
  const warnedOf = async (): Promise<readonly string[]> => {
    await macrotask();
    return warnings.splice(0).map(({ message }) => message.split(" ")[0] as string);
  };

  test("names the hook and the operation, says what it means, and shows where the hook failed", async () => {
    await new Policy({ operation: "GET /users", hooks: { onAttemptEnd: throws } }).call(() => "value");
    await macrotask();
    expect(warnings).toHaveLength(1);
    expect(warnings[0]).toMatchObject({
      name: "RedressWarning",
      code: "REDRESS_HOOK_ERROR",
      message:
        'onAttemptEnd failed in a call of "GET /users". That changes no call, and is told once: what it should have recorded is lost. ' +
        "A policy's onHookError hears of it instead.",
      cause: broken,
    });
    expect(warnings[0]?.detail).toContain("Error: unknown label\n    at ");
  });

  test("comes once for an observer that many policies share", async () => {
    const hooks: Hooks = { onAttemptStart: throws };
    for (let policies = 0; policies < 3; policies++) retrySync({ hooks })(() => "value")();
    expect(await warnedOf()).toEqual(["onAttemptStart"]);
  });

  test("tells of an onStateChange, which belongs to no policy, and of beforeSleep and budgets", async () => {
    const circuitBreaker = new CircuitBreaker({ failureThreshold: 1, recoveryTimeoutMs: 0, onStateChange: throws });
    const retry = { strategy: constant(0), maxAttempts: 2, beforeSleep: throws, budget: budgetHearing(throws) };
    const policy = new Policy({ retry, circuitBreaker });
    for (let calls = 0; calls < 2; calls++) await policy.execute(alwaysThrowing(transient));
    await macrotask();
    expect(warnings.map(({ message }) => message.includes("onHookError hears of it instead"))).toEqual([true, false, true]);
    expect(await warnedOf()).toEqual(["beforeSleep", "onStateChange", "budget.recordFailure"]);
  });

  test("is never given without end: observers that are made for every request warn ten times by the same name", async () => {
    for (let requests = 0; requests < 100; requests++) await new Policy({ hooks: { onLog: () => throws() } }).call(() => "value");
    expect(await warnedOf()).toEqual(Array.from({ length: 10 }, () => "onLog"));
  });

  test.each<[string, unknown]>([
    ["undefined", undefined],
    ["a string", "no error at all"],
    ["an object without a prototype", Object.create(null)],
    [
      "an error whose stack throws",
      Object.defineProperty(new Error("with a hostile stack"), "stack", {
        get: () => {
          throw broken;
        },
      }),
    ],
  ])("copes with hooks that throw %s", async (_what, thrown) => {
    const onCallStart = (): never => {
      throw thrown;
    };
    expect(await new Policy({ hooks: { onCallStart } }).call(() => "value")).toBe("value");
    expect(await warnedOf()).toEqual(["onCallStart"]);
  });

  test("where the platform has no process, it is one on the console, and nothing where there is neither", async () => {
    const warn = vi.fn();
    const call = () => new Policy({ hooks: { onMetric: throws } }).callSync(() => "value");
    try {
      vi.stubGlobal("process", undefined);
      vi.stubGlobal("console", { warn });
      expect(call()).toBe("value");
      vi.stubGlobal("process", { emitWarning: throws });
      expect(call()).toBe("value");
      vi.stubGlobal("process", {});
      vi.stubGlobal("console", undefined);
      expect(call()).toBe("value");
    } finally {
      vi.unstubAllGlobals();
    }
    expect(warn.mock.calls).toEqual([[expect.stringMatching(/^RedressWarning \[REDRESS_HOOK_ERROR\]: onMetric failed/), broken]]);
  });
});
