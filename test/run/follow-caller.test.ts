/* Signals that abort with another one, which does not keep them alive. */
import { getEventListeners } from "node:events";
import { afterEach, describe, expect, test, vi } from "vitest";
import { followCaller, joinedSignal } from "../../src/run/call/abort-watch.ts";

afterEach(() => {
  vi.unstubAllGlobals();
});

describe("a signal that follows", () => {
  test("one that has aborted aborts at once, with its reason", () => {
    const controller = new AbortController();
    followCaller(AbortSignal.abort("left"), controller);
    expect(controller.signal.reason).toBe("left");
  });

  test("and is gone is forgotten before many more follow, and those that are there are not", () => {
    const { caller, follow, asked } = followers();
    const there = [follow(false), follow(false)];
    for (let count = 0; count < 1_000; count++) follow(true);
    // Each about once.
    expect(asked()).toBeGreaterThan(900);
    expect(asked()).toBeLessThan(1_300);
    const before = asked();
    caller.abort("left");
    expect(there.map(({ signal }) => signal.reason)).toEqual(["left", "left"]);
    expect(asked() - before).toBeLessThan(20);
  });

  test("and lives is looked at about once, however many follow", () => {
    const { follow, asked } = followers();
    for (let count = 0; count < 1_000; count++) follow(false);
    expect(asked()).toBeLessThan(1_300);
  });

  test("holds its controller and all that it follows, which live while it is heard", () => {
    const controller = new AbortController();
    const callers = [new AbortController().signal, new AbortController().signal];
    for (const caller of callers) followCaller(caller, controller);
    const held = heldBy(controller.signal);
    expect([controller, ...callers].map((each) => held.has(each))).toEqual([true, true, true]);
  });
});

/** A signal with followers, of which the weak references say that some are gone; how often they were asked. */
function followers() {
  let asked = 0;
  vi.stubGlobal(
    "WeakRef",
    class {
      readonly #target: { gone?: boolean };

      constructor(target: { gone?: boolean }) {
        this.#target = target;
      }

      deref(): unknown {
        asked++;
        return this.#target.gone === true ? undefined : this.#target;
      }
    },
  );
  const caller = new AbortController();
  const follow = (gone: boolean): AbortController => {
    const controller = Object.assign(new AbortController(), { gone });
    followCaller(caller.signal, controller);
    return controller;
  };
  return { caller, follow, asked: () => asked };
}

/** What can be reached from an object by its properties. */
function heldBy(object: object, held = new Set<unknown>()): Set<unknown> {
  for (const key of Reflect.ownKeys(object)) {
    const value: unknown = Object.getOwnPropertyDescriptor(object, key)?.value;
    if (typeof value !== "object" || value === null || held.has(value)) continue;
    held.add(value);
    heldBy(value, held);
  }
  return held;
}

describe("a joined signal", () => {
  const never = new AbortController().signal;

  test("is the only one that there is", () => {
    expect(joinedSignal(never, undefined)).toBe(never);
    expect(joinedSignal(undefined, never)).toBe(never);
    expect(joinedSignal(never, never)).toBe(never);
    expect(joinedSignal(undefined, undefined)).toBeUndefined();
  });

  test("aborts with whichever of two aborts first, and keeps its reason", () => {
    for (const first of [0, 1]) {
      const two = [new AbortController(), new AbortController()] as const;
      const joined = joinedSignal(two[0].signal, two[1].signal);
      two[first]?.abort("first");
      two[1 - first]?.abort("second");
      expect(joined?.reason).toBe("first");
    }
  });

  test("is none of the platform's own, of which Node 20 keeps something for ever", () => {
    const any = vi.spyOn(AbortSignal, "any");
    joinedSignal(never, new AbortController().signal);
    expect(any).not.toHaveBeenCalled();
    any.mockRestore();
  });

  test("has aborted where the first has, and listens to the other no more", () => {
    const other = new AbortController().signal;
    expect(joinedSignal(AbortSignal.abort("left"), other)?.reason).toBe("left");
    expect(getEventListeners(other, "abort")).toHaveLength(0);
  });
});
