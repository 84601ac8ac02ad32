/* Hooks that join the calls of a policy later, and hooks that give others for each call. */
import type { Hooks } from "redress";
import { describe, expect, test } from "vitest";
import { type CallPlan, join, OF_CALL, PLAN } from "../../src/run/call/plan.ts";
import { drivers, stage } from "./driving.ts";

/** Hooks that write down under a name what they are told of the beginnings of calls. */
function named(told: string[]): (name: string) => Hooks {
  return (name) => ({ onCallStart: () => void told.push(name) });
}

describe.each(drivers)("through %s", (_name, driver) => {
  test("hooks that join hear of the calls that begin after it, after the policy's own, until they leave", async () => {
    const told: string[] = [];
    const hooks = named(told);
    const on = stage({ hooks: hooks("own") });
    const calls = async (): Promise<readonly string[]> => {
      await driver.call(on, () => "value");
      return told.splice(0);
    };
    const leave = join(on.policy[PLAN], hooks("first"));
    expect(await calls()).toEqual(["own", "first"]);
    const alsoLeave = join(on.policy[PLAN], hooks("second"));
    expect(await calls()).toEqual(["own", "first", "second"]);
    leave();
    expect(await calls()).toEqual(["own", "second"]);
    alsoLeave();
    expect(await calls()).toEqual(["own"]);
  });

  test("a policy that is made after one does not have those that joined it", async () => {
    const told: string[] = [];
    const on = stage();
    join(on.policy[PLAN], named(told)("joined"));
    await driver.call({ ...on, policy: on.policy.with({ operation: "other" }) }, () => "value");
    expect(told).toEqual([]);
  });

  test("hooks that give others for each call are told by those, beside hooks that give none", async () => {
    const told: string[] = [];
    const hooks = named(told);
    let calls = 0;
    const anew = (): Hooks => ({ ...hooks(`of call ${++calls}`), [OF_CALL]: anew }) as Hooks;
    const on = stage({ hooks: [hooks("plain"), { ...hooks("of no call"), [OF_CALL]: anew } as Hooks] });
    await driver.call(on, () => "value");
    await driver.call(on, () => "value");
    expect(told.splice(0)).toEqual(["plain", "of call 1", "plain", "of call 2"]);
    const leave = join(on.policy[PLAN], hooks("joined"));
    calls = 10;
    await driver.call(on, () => "value");
    expect(told.splice(0)).toEqual(["plain", "of call 11", "joined"]);
    leave();
    calls = 20;
    await driver.call(on, () => "value");
    expect(told).toEqual(["plain", "of call 21"]);
  });
});

test("where no hooks give others for each call, each call finds the very same list", () => {
  const plan = stage({ hooks: [{ onLog: () => {} }, {}] }).policy[PLAN];
  expect(plan.observers).toHaveLength(2);
  expect(plan.observers).toBe(plan.observers);
});

test("a plan of another copy of the package, which knows no observers, says so", () => {
  expect(() => join({} as CallPlan, {})).toThrow(
    new TypeError(
      "The policy was made by another copy of redress, whose calls cannot be observed from here: install one version.",
    ),
  );
});
