/* Hooks are told what they say they take, no more and no less; and those that come or go while a call is under way. */
import { constant, type FailedHook, type Hooks, RateLimitError, TransientError } from "redress";
import { describe, expect, test } from "vitest";
import { HOOK_NAMES } from "../../src/core/events.ts";
import { drivers, recorder, stage, throwing } from "./driving.ts";

const transient = new TransientError("transient");

describe.each(drivers)("%s", (_name, driver) => {
  test("each hook gets as many arguments as it takes", async () => {
    const told = new Map<string, Set<number>>();
    const hooks = Object.fromEntries(
      HOOK_NAMES.map((name) => [
        name,
        (...args: unknown[]) => {
          told.set(name, (told.get(name) ?? new Set()).add(args.length));
          return name === "aroundAttempt" ? (args[1] as () => unknown)() : undefined;
        },
      ]),
    ) as Hooks;
    await driver.call(stage({ hooks, retry: { strategy: constant(10) } }), throwing(transient));
    expect(Object.fromEntries([...told].map(([name, counts]) => [name, [...counts]]))).toEqual({
      onCallStart: [1],
      onAttemptStart: [1],
      aroundAttempt: [2],
      onAttemptEnd: [1],
      onMetric: [4],
      onLog: [2],
      onCallEnd: [2],
    });
  });

  test.each(HOOK_NAMES)("%s is not heard in a call that it was not there for when that began", async (name) => {
    let reads = 0;
    let heard = 0;
    const hook = (_told: unknown, next: unknown): unknown => {
      heard++;
      return name === "aroundAttempt" ? (next as () => unknown)() : undefined;
    };
    const late: Hooks = {
      get [name]() {
        return reads++ === 0 ? undefined : hook;
      },
    };
    // Another one is told of the call, of the same names but this.
    const others = Object.fromEntries(
      HOOK_NAMES.filter((other) => other !== name && other !== "aroundAttempt").map((other) => [other, () => {}]),
    );
    const on = stage({ hooks: [others, late], retry: { strategy: constant(10) } });
    // What reads them when the policy is made is no call.
    reads = 0;
    expect(await driver.call(on, throwing(transient))).toEqual({ value: "value" });
    expect(heard).toBe(0);
    expect(await driver.call(on, throwing(transient))).toEqual({ value: "value" });
    expect(heard).toBeGreaterThan(0);
  });

  test("a hook around attempts that is gone when the operation is invoked surrounds nothing, and is told of in words", async () => {
    const told: [string, FailedHook["name"]][] = [];
    let reads = 0;
    const going: Hooks = {
      get aroundAttempt() {
        return reads++ < 2 ? (_context: unknown, next: () => unknown) => next() : undefined;
      },
    };
    const on = stage({ hooks: [going], onHookError: (error, { name }) => told.push([String(error), name]) });
    reads = 0;
    expect(await driver.call(on, () => "value")).toEqual({ value: "value" });
    expect(told).toEqual([
      ["TypeError: aroundAttempt must call next before it returns: the operation runs outside of it.", "aroundAttempt"],
    ]);
  });

  test("a hook around attempts that could not be read just before surrounds no attempt", async () => {
    let throwsFor = 0;
    let surrounded = 0;
    const recovering: Hooks = {
      get aroundAttempt() {
        if (throwsFor-- > 0) throw new Error("not yet");
        return (_context: unknown, next: () => unknown) => {
          surrounded++;
          return next();
        };
      },
    };
    const on = stage({ hooks: [recovering], onHookError: () => {} });
    // Once when the call begins, and once before the operation is invoked.
    throwsFor = 2;
    expect(await driver.call(on, () => "value")).toEqual({ value: "value" });
    expect(surrounded).toBe(0);
  });

  test("a log has the field of a delay that was asked for only where one was", async () => {
    const seen = recorder();
    const asked = new RateLimitError("slow down", { retryAfterMs: 30 });
    await driver.call(stage({ hooks: seen, retry: { strategy: constant(10) } }), throwing(transient, asked));
    expect(seen.logs.map(([event, fields]) => [event, "retry_after_ms" in fields])).toEqual([
      ["retry", false],
      ["retry", true],
      ["success", false],
    ]);
  });
});
