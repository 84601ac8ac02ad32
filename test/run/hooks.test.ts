/* What the hooks are told, when, and that they have no say. */
import {
  AbortRetryError,
  type AttemptContext,
  type CallContext,
  constant,
  type Hooks,
  PermanentError,
  RateLimitError,
  TransientError,
} from "redress";
import { VirtualClock } from "redress/testing";
import { describe, expect, test, vi } from "vitest";
import { HOOK_NAMES } from "../../src/core/events.ts";
import { alwaysThrowing, answering, asSuccess, drivers, hooksOf, macrotask, recorder, stage, throwing } from "./driving.ts";

const transient = new TransientError();
const limited = new RateLimitError("slow down", { retryAfterMs: 300 });

const blank: AttemptContext = {
  attempt: 1,
  hedge: false,
  call: { operation: null, parent: null, resumed: null } as CallContext,
  operation: null,
  elapsedMs: 0,
  durationMs: null,
  classification: null,
  cause: null,
  error: null,
  result: null,
  decision: null,
  stopReason: null,
  sleepMs: 0,
};

const hostile = (): never => {
  throw new Error("the thrown value's own");
};
const named = (name: unknown): ErrorConstructor =>
  Object.defineProperty(class extends Error {}, "name", { value: name }) as never;
const revoked = (): object => {
  const { proxy, revoke } = Proxy.revocable({}, {});
  revoke();
  return proxy;
};

describe.each(drivers)("through %s", (_name, driver) => {
  test("onAttemptStart and onAttemptEnd fire in turn, once an attempt, each with all that is known", async () => {
    const clock = new VirtualClock();
    const seen = recorder();
    const on = stage({ retry: { strategy: constant(100) }, operation: "fetch_user", hooks: hooksOf(seen) }, clock);
    const op = throwing(transient);
    await driver.call(on, (attempt) => {
      clock.block(7);
      return op(attempt);
    });
    const named = { ...blank, call: { operation: "fetch_user", parent: null, resumed: null }, operation: "fetch_user" };
    expect(seen.starts).toEqual([named, { ...named, attempt: 2, elapsedMs: 107 }]);
    expect(seen.ends).toEqual([
      {
        ...named,
        elapsedMs: 7,
        durationMs: 7,
        classification: { errorClass: "TRANSIENT" },
        cause: "exception",
        error: transient,
        decision: "retry",
        sleepMs: 100,
      },
      { ...named, attempt: 2, elapsedMs: 114, durationMs: 7, decision: "success" },
    ]);
  });

  test("onAttemptEnd carries a failed result as such, with the classification in full", async () => {
    const seen = recorder();
    const classification = { errorClass: "RATE_LIMIT", retryAfterMs: 20, details: { reason: "quota" } } as const;
    const on = stage({ retry: { resultClassifier: () => classification, maxAttempts: 1 }, hooks: hooksOf(seen) });
    const response = { status: 429 };
    await driver.call(on, answering(response));
    expect(seen.ends).toEqual([
      {
        ...blank,
        durationMs: 0,
        classification,
        cause: "result",
        result: response,
        decision: "raise",
        stopReason: "MAX_ATTEMPTS_GLOBAL",
      },
    ]);
    expect(seen.ends[0]?.result).toBe(response);
  });

  test("what an observer does with what it is told reaches no other one, and not the caller", async () => {
    const spoils = (told: object): void => {
      for (const name of Object.keys(told)) Reflect.set(told, name, "spoilt");
    };
    const spoiler: Hooks = {
      onMetric: (_event, _attempt, _sleepMs, tags) => spoils(tags),
      onLog: (_event, fields) => spoils(fields),
      onAttemptStart: spoils,
      onAttemptEnd: spoils,
      aroundAttempt: (context, next) => {
        spoils(context);
        return next();
      },
      onCallStart: spoils,
      onCallEnd: (call, end) => {
        spoils(call);
        spoils(end);
      },
    };
    const told = async (errors: readonly unknown[], around: readonly Hooks[]): Promise<unknown> => {
      const seen = recorder();
      const calls: unknown[] = [];
      const onCallEnd: Hooks["onCallEnd"] = ({ operation }, end) => calls.push([operation, { ...end }]);
      const hooks = [...around, { ...hooksOf(seen), onCallEnd }, ...around];
      const on = stage({ retry: { strategy: constant(5), maxAttempts: 2 }, operation: "fetch_user", hooks });
      const given: unknown = await driver.call(on, throwing(...errors));
      const { events, logs, starts, ends } = seen;
      return { given, events, logs, starts, ends, calls };
    };
    for (const errors of [[transient], [transient, transient]])
      expect(await told(errors, [spoiler])).toEqual(await told(errors, []));
  });

  test("onAttemptEnd fires when the decision is known, before the sleep", async () => {
    const clock = new VirtualClock();
    const at: unknown[] = [];
    const hooks: Hooks = {
      onAttemptStart: ({ attempt }) => at.push(["start", attempt, clock.now()]),
      onAttemptEnd: ({ attempt }) => at.push(["end", attempt, clock.now()]),
    };
    await driver.call(stage({ retry: { strategy: constant(100), maxAttempts: 2 }, hooks }, clock), alwaysThrowing(transient));
    expect(at).toEqual([
      ["start", 1, 0],
      ["end", 1, 0],
      ["start", 2, 100],
      ["end", 2, 100],
    ]);
  });

  test.each([
    ["raise", { maxAttempts: 1 }, transient, "MAX_ATTEMPTS_GLOBAL"],
    ["raise", {}, new PermanentError(), "NON_RETRYABLE_CLASS"],
    ["aborted", {}, new AbortRetryError(), "ABORTED"],
    ["scheduled", { sleep: () => "defer" as const }, transient, "SCHEDULED"],
  ] as const)("onAttemptEnd says %s (%o)", async (decision, retry, error, stopReason) => {
    const seen = recorder();
    await driver.call(stage({ retry, hooks: hooksOf(seen) }), alwaysThrowing(error));
    expect(seen.ends).toMatchObject([{ attempt: 1, decision, stopReason }]);
  });

  test("tags carry class, constructor name and cause; what does not apply is left out", async () => {
    class QuotaError extends RateLimitError {}
    const seen = recorder();
    const on = stage({ retry: { strategy: constant(5), maxAttempts: 3 }, operation: "fetch_user", hooks: hooksOf(seen) });
    await driver.call(on, throwing(new QuotaError("id 4711"), "a secret string", transient));
    const common = { cause: "exception", operation: "fetch_user" };
    expect(seen.events).toEqual([
      ["retry", 1, 5, { ...common, class: "RATE_LIMIT", err: "QuotaError" }],
      ["retry", 2, 5, { ...common, class: "UNKNOWN", err: "string" }],
      [
        "max_attempts_exceeded",
        3,
        0,
        { ...common, class: "TRANSIENT", err: "TransientError", stop_reason: "MAX_ATTEMPTS_GLOBAL" },
      ],
    ]);
    expect(JSON.stringify(seen.logs)).not.toMatch(/4711|secret/);
  });

  test.each<[string, () => unknown, string]>([
    ["an error of a class", () => new (class $Quota_2 extends Error {})("id 4711"), "$Quota_2"],
    ["an error of a class with a name in another script", () => new (class Überlast extends Error {})("id 4711"), "Überlast"],
    ["a body that was parsed and thrown", () => JSON.parse('{"constructor":{"name":"user-4711@example.com"}}'), "Object"],
    [
      "an error with an own constructor property",
      () => Object.assign(new Error("x"), { constructor: { name: "4711" } }),
      "Error",
    ],
    ["an object whose prototype is data", () => Object.create({ constructor: { name: "user4711" } }), "object"],
    ["an object without a prototype", () => Object.create(null), "object"],
    [
      "a class whose name is no identifier",
      () => new ({ "GET /users/4711": class extends Error {} })["GET /users/4711"](),
      "object",
    ],
    ["a class whose name is longer than a label", () => Reflect.construct(named("E".repeat(65)), []), "object"],
    ["a class whose name is as long as a label may be", () => Reflect.construct(named("E".repeat(64)), []), "E".repeat(64)],
    ["a class without a name", () => new (class extends Error {})("x"), "object"],
    ["a class with a static name that is none", () => Reflect.construct(named({ id: 4711 }), []), "object"],
    ["a proxy that throws", () => new Proxy(new Error("x"), { getPrototypeOf: hostile, get: hostile }), "object"],
    ["a revoked proxy", revoked, "object"],
    ["null", () => null, "object"],
    ["undefined", () => undefined, "undefined"],
    ["a bigint", () => 4711n, "bigint"],
    ["a symbol", () => Symbol("4711"), "symbol"],
    ["a function", () => class Thrown {}, "function"],
  ])("the err tag of %s is an identifier, and never its data", async (_what, make, err) => {
    const seen = recorder();
    await driver.call(stage({ retry: { maxAttempts: 1 }, hooks: hooksOf(seen) }), alwaysThrowing(make()));
    expect(seen.events.map(([, , , tags]) => tags.err)).toEqual([err]);
  });

  test("no value of a tag is undefined, and without an operation there is no such tag", async () => {
    const seen = recorder();
    await driver.call(stage({ retry: { strategy: constant(0) }, hooks: hooksOf(seen) }), throwing(transient));
    expect(seen.events.map(([, , , tags]) => Object.keys(tags).sort())).toEqual([["cause", "class", "err"], []]);
  });

  test("onLog carries the tags, attempt and sleep_ms, and retry_after_ms on retry where known", async () => {
    const seen = recorder();
    const on = stage({ retry: { strategy: constant(5), maxAttempts: 3 }, operation: "fetch_user", hooks: hooksOf(seen) });
    await driver.call(on, throwing(limited, transient, limited));
    const common = { cause: "exception", operation: "fetch_user" };
    expect(seen.logs).toEqual([
      ["retry", { ...common, attempt: 1, sleep_ms: 5, class: "RATE_LIMIT", err: "RateLimitError", retry_after_ms: 300 }],
      ["retry", { ...common, attempt: 2, sleep_ms: 5, class: "TRANSIENT", err: "TransientError" }],
      [
        "max_attempts_exceeded",
        { ...common, attempt: 3, sleep_ms: 0, class: "RATE_LIMIT", err: "RateLimitError", stop_reason: "MAX_ATTEMPTS_GLOBAL" },
      ],
    ]);
  });

  test("the operation's name of the call stands in for the policy's, everywhere", async () => {
    const seen = recorder();
    const on = stage({ retry: {}, operation: "of_the_policy", hooks: hooksOf(seen) });
    let told: string | undefined;
    await driver.call(
      on,
      (attempt) => {
        told = attempt.operation;
      },
      { operation: "of_the_call" },
    );
    expect([told, seen.starts[0]?.operation, seen.ends[0]?.operation]).toEqual(["of_the_call", "of_the_call", "of_the_call"]);
    expect(seen.events).toEqual([["success", 1, 0, { operation: "of_the_call" }]]);
  });

  test("the hooks of the policy, all of them, and those of the call all fire, in this order", async () => {
    const order: string[] = [];
    const hooks = (who: string): Hooks => ({ onMetric: (event) => void order.push(`${who} ${event}`) });
    const on = stage({ hooks: [hooks("first"), hooks("second")] });
    await driver.call(on, answering("value"), hooks("call"));
    expect(order).toEqual(["first success", "second success", "call success"]);
  });

  test("breaker events carry attempt 0: opened, rejected, half-open, closed", async () => {
    const seen = recorder();
    const on = stage({
      circuitBreaker: { failureThreshold: 1, recoveryTimeoutMs: 1_000 },
      operation: "fetch_user",
      hooks: hooksOf(seen),
    });
    await driver.call(on, alwaysThrowing(transient));
    await driver.call(on, answering("value"));
    on.clock.block(1_000);
    await driver.call(on, answering("value"));
    expect(seen.events.map(([event, attempt, sleepMs, { state }]) => [event, attempt, sleepMs, state])).toEqual([
      ["failed", 1, 0, undefined],
      ["circuit_opened", 0, 0, "open"],
      ["circuit_rejected", 0, 0, "open"],
      ["circuit_half_open", 0, 0, "half_open"],
      ["success", 1, 0, undefined],
      ["circuit_closed", 0, 0, "closed"],
    ]);
    expect(seen.events.every(([, , , { operation }]) => operation === "fetch_user")).toBe(true);
  });

  const bad: Record<string, () => unknown> = {
    throws: () => {
      throw new Error("the hook's own");
    },
    "throws nothing at all": () => {
      throw undefined;
    },
    rejects: () => Promise.reject(new Error("the hook's own")),
    "answers a thenable that throws": () => ({
      // biome-ignore lint/suspicious/noThenProperty: that is the case
      then: () => {
        throw new Error("the hook's own");
      },
    }),
    "never settles": () => new Promise(() => {}),
  };

  test.each(Object.entries(bad))("a hook that %s changes nothing and never surfaces", async (_how, hook) => {
    const unhandled = vi.fn();
    process.on("unhandledRejection", unhandled);
    try {
      const hooks = Object.fromEntries(HOOK_NAMES.map((name) => [name, hook])) as Hooks;
      const after = recorder();
      const on = stage({
        retry: { strategy: constant(10) },
        circuitBreaker: { failureThreshold: 1, onStateChange: hook as () => void },
        hooks: [hooks, hooksOf(after)],
        onHookError: () => {},
      });
      expect(asSuccess(await driver.execute(on, throwing(transient), hooks))).toMatchObject({
        value: "value",
        attempts: 2,
        elapsedMs: 10,
      });
      expect(after.names()).toEqual(["retry", "success"]);
      expect([after.starts.length, after.ends.length]).toEqual([2, 2]);
      expect((await driver.call(on, alwaysThrowing(new PermanentError("as it was")), hooks)).error).toMatchObject({
        message: "as it was",
      });
      await macrotask();
      expect(unhandled).not.toHaveBeenCalled();
    } finally {
      process.off("unhandledRejection", unhandled);
    }
  });

  test("a hook cannot change what the others see", async () => {
    const seen = recorder();
    const meddler: Hooks = {
      onMetric: (_event, _attempt, _sleepMs, tags) => void Object.assign(tags, { class: "AUTH" }),
      onLog: (_event, fields) => void Object.assign(fields, { attempt: 99 }),
      onAttemptEnd: (context) => void Object.assign(context, { attempt: 99 }),
    };
    await driver.call(
      stage({ retry: { maxAttempts: 1 }, hooks: [meddler, hooksOf(seen)], onHookError: () => {} }),
      alwaysThrowing(transient),
    );
    expect(seen.events).toMatchObject([["max_attempts_exceeded", 1, 0, { class: "TRANSIENT" }]]);
    expect(seen.logs).toMatchObject([["max_attempts_exceeded", { attempt: 1, class: "TRANSIENT" }]]);
    expect(seen.ends).toMatchObject([{ attempt: 1 }]);
  });

  test("hooks of observers with state keep their `this`", async () => {
    class Counter implements Hooks {
      count = 0;
      onMetric(): void {
        this.count++;
      }
    }
    const counter = new Counter();
    await driver.call(stage({ hooks: counter }), answering("value"));
    expect(counter.count).toBe(1);
  });
});
