/* Hooks whose members cannot be read, and hooks that say themselves what they hear. */
import type { FailedHook, Hooks } from "redress";
import { describe, expect, test } from "vitest";
import { HEARS, heardHooks } from "../../src/run/call/heard-hooks.ts";
import { drivers, stage } from "./driving.ts";

describe.each(drivers)("%s", (_name, driver) => {
  test("an aroundAttempt that cannot be read surrounds nothing, is told to onHookError, and leaves the others around", async () => {
    const broken = new Error("broken");
    const told: [unknown, FailedHook["name"]][] = [];
    let isBroken = false;
    const unreadable: Hooks = {
      get aroundAttempt(): undefined {
        if (isBroken) throw broken;
        return undefined;
      },
    };
    let surrounded = 0;
    const around: Hooks = {
      aroundAttempt: (_context, next) => {
        surrounded++;
        return next();
      },
    };
    const on = stage({ hooks: [unreadable, around], onHookError: (error, { name }) => told.push([error, name]) });
    isBroken = true;
    expect(await driver.call(on, () => "value")).toEqual({ value: "value" });
    expect([surrounded, told]).toEqual([1, [[broken, "aroundAttempt"]]]);
  });

  test("hooks that say what they want to hear now are told nothing else, and are asked for each call", async () => {
    const events: string[] = [];
    let wants = 0;
    const quiet: Hooks = {
      onMetric: (event) => void events.push(event),
      onAttemptStart: () => void events.push("attempt"),
      get [Symbol.for("redress.hooks.heard/1")]() {
        return wants;
      },
    } as Hooks;
    const on = stage({ hooks: [quiet] });
    await driver.call(on, () => "value");
    expect(events).toEqual([]);
    wants = HEARS.onAttemptStart;
    await driver.call(on, () => "value");
    expect(events).toEqual(["attempt"]);
  });
});

test("hooks of which none is there hear nothing: a call with them costs as little as one without", () => {
  expect(heardHooks([{}, { onMetric: undefined } as Hooks])).toBe(0);
});

test.each(Object.entries(HEARS))("hooks with nothing but %s hear nothing else", (name, bit) => {
  expect(heardHooks([{}, { [name]: () => {} }])).toBe(bit);
});
