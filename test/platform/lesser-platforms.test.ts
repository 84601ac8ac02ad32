/* Platforms that lack something: weak references, the names and the timers of Node. What they have is looked at when a module is loaded. */
import { afterEach, describe, expect, test, vi } from "vitest";
import type { Waiter } from "../../src/run/time/waiter.ts";

afterEach(() => {
  vi.unstubAllGlobals();
  vi.resetModules();
});

/** Loads a module where these globals are others. */
function where(globals: Readonly<Record<string, unknown>>): void {
  vi.resetModules();
  for (const [name, value] of Object.entries(globals)) vi.stubGlobal(name, value);
}

describe("without weak references", () => {
  test("a signal whose attempt has given its value follows its caller no more", async () => {
    where({ WeakRef: undefined });
    const { Policy } = await import("redress");
    const controller = new AbortController();
    let signal: AbortSignal | undefined;
    const op = (attempt: { readonly signal: AbortSignal }): string => {
      signal = attempt.signal;
      return "value";
    };
    await new Policy({}).call(op, { signal: controller.signal });
    controller.abort("left");
    expect(signal?.aborted).toBe(false);
  });

  test("joined signals abort with whichever aborts first", async () => {
    where({ WeakRef: undefined });
    const { joinedSignal } = await import("../../src/run/call/abort-watch.ts");
    const two = [new AbortController(), new AbortController()] as const;
    const joined = joinedSignal(two[0].signal, two[1].signal);
    two[1].abort("left");
    expect(joined?.reason).toBe("left");
  });
});

/** Who waits for a deadline that is this far away. */
function waiterIn(ms: number): Waiter {
  return { prev: null, next: null, cancelAlarm: null, dueAtMs: performance.now() + ms, ring: () => {} };
}

const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe("timers", () => {
  /** Timers that are numbers, as browsers have them. */
  function numbered() {
    const set: number[] = [];
    const cleared: unknown[] = [];
    return {
      set,
      cleared,
      globals: { setTimeout: () => set.push(set.length + 1), clearTimeout: (timer: unknown) => cleared.push(timer) },
    };
  }

  test("that are numbers are set for each who waits, where the process calls itself Node nevertheless", async () => {
    const { set, cleared, globals } = numbered();
    where(globals);
    const { alarmsOn } = await import("../../src/run/time/alarms.ts");
    const { systemClock } = await import("../../src/run/time/clock.ts");
    const alarms = alarmsOn(systemClock);
    const [a, b, c] = [waiterIn(60_000), waiterIn(60_000), waiterIn(60_000)];
    alarms.add(a);
    alarms.add(b);
    await settled();
    // One was tried to be shared.
    expect([set, cleared]).toEqual([[1, 2, 3], [1]]);
    alarms.add(c);
    for (const waiter of [a, b, c]) alarms.remove(waiter);
    expect([set, cleared]).toEqual([
      [1, 2, 3, 4],
      [1, 2, 3, 4],
    ]);
  });

  test("are set for each who waits in Workers, whose process calls itself Node", async () => {
    where({ WebSocketPair: class {} });
    const { alarmsOn, canShareAlarms } = await import("../../src/run/time/alarms.ts");
    const { systemClock } = await import("../../src/run/time/clock.ts");
    const set = vi.spyOn(globalThis, "setTimeout");
    const alarms = alarmsOn(systemClock);
    const waiters = [waiterIn(60_000), waiterIn(60_000)];
    for (const waiter of waiters) alarms.add(waiter);
    for (const waiter of waiters) alarms.remove(waiter);
    expect([canShareAlarms(systemClock), set.mock.calls.length]).toEqual([false, 2]);
    set.mockRestore();
  });

  test("of Node are cleared once the alarms that set them are gone", async () => {
    const gone: ((bell: object) => void)[] = [];
    const bells: { timer: (NodeJS.Timeout & { readonly _destroyed: boolean }) | null }[] = [];
    where({
      FinalizationRegistry: class {
        constructor(callback: (bell: object) => void) {
          gone.push(callback);
        }
        register(_alarms: object, bell: never): void {
          bells.push(bell);
        }
      },
    });
    const { alarmsOn } = await import("../../src/run/time/alarms.ts");
    const { systemClock } = await import("../../src/run/time/clock.ts");
    const alarms = alarmsOn(systemClock);
    const other = alarmsOn(systemClock);
    const waiters = [waiterIn(30_000), waiterIn(30_000)] as const;
    alarms.add(waiters[0]);
    other.add(waiters[1]);
    await settled();
    alarms.remove(waiters[0]);
    const timer = bells[0]?.timer;
    expect([gone.length, bells.length, timer?._destroyed, timer?.hasRef()]).toEqual([1, 2, false, false]);
    gone[0]?.(bells[0] as object);
    expect([timer?._destroyed, bells[0]?.timer, bells[1]?.timer?._destroyed]).toEqual([true, null, false]);
    // Nor does it matter where there was none.
    gone[0]?.(bells[0] as object);
    other.remove(waiters[1]);
  });
});
