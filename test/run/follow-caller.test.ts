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
    const there = [follow(false), follow(false)];
    for (let count = 0; count < 1_000; count++) follow(true);
    // Each about once.
    expect(asked).toBeGreaterThan(900);
    expect(asked).toBeLessThan(1_300);
    asked = 0;
    caller.abort("left");
    expect(there.map(({ signal }) => signal.reason)).toEqual(["left", "left"]);
    expect(asked).toBeLessThan(20);
  });
});

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

  test("has aborted where the first has, and listens to the other no more", () => {
    const other = new AbortController().signal;
    expect(joinedSignal(AbortSignal.abort("left"), other)?.reason).toBe("left");
    expect(getEventListeners(other, "abort")).toHaveLength(0);
  });
});
