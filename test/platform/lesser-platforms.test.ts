/* Platforms that lack something: weak references, the names and the timers of Node. What they have is looked at when a module is loaded. */
import { afterEach, describe, expect, onTestFinished, test, vi } from "vitest";
import type { Waiter } from "../../src/run/time/alarms.ts";

afterEach(() => {
  vi.unstubAllGlobals();
  vi.resetModules();
});

/** Loads a module where these globals are others. */
function where(globals: Readonly<Record<string, unknown>>): void {
  vi.resetModules();
  for (const [name, value] of Object.entries(globals)) vi.stubGlobal(name, value);
}

/** Another process for the module that looks at it. The runner of the tests needs its own meanwhile. */
function whereProcessIs(other: unknown): void {
  const real = process;
  const own = Object.getOwnPropertyDescriptor(globalThis, "process") as PropertyDescriptor;
  vi.resetModules();
  Object.defineProperty(globalThis, "process", {
    configurable: true,
    get: () => (new Error("asked here").stack?.includes("/src/run/time/platform-timers.ts") ? other : real),
  });
  onTestFinished(() => void Object.defineProperty(globalThis, "process", own));
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

let rung = 0;

/** Who waits for a deadline that is this far away. */
function waiterIn(ms: number): Waiter {
  const ring = (): void => void rung++;
  return { prev: null, next: null, cancelAlarm: null, dueAtMs: performance.now() + ms, ring };
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

  test.each<[string, () => void]>([
    ["without a process", () => whereProcessIs(undefined)],
    ["with a process that tells no versions", () => whereProcessIs({})],
    ["with those of Bun", () => whereProcessIs({ versions: { node: "24", bun: "1" } })],
    ["in Workers, whose process calls itself Node", () => where({ WebSocketPair: class {} })],
  ])("are set for each who waits %s", async (_where, begin) => {
    begin();
    const { isNode } = await import("../../src/run/time/platform-timers.ts");
    const { alarmsOn, canShareAlarms } = await import("../../src/run/time/alarms.ts");
    const { systemClock } = await import("../../src/run/time/clock.ts");
    const set = vi.spyOn(globalThis, "setTimeout");
    const alarms = alarmsOn(systemClock);
    const waiters = [waiterIn(60_000), waiterIn(60_000)];
    for (const waiter of waiters) alarms.add(waiter);
    for (const waiter of waiters) alarms.remove(waiter);
    expect([isNode, canShareAlarms(systemClock), set.mock.calls.length]).toEqual([false, false, 2]);
    set.mockRestore();
  });

  test("of Node are shared: one for the first who is due, and none once the alarms are gone", async () => {
    const gone: ((bell: object) => void)[] = [];
    const bells: { timer: (NodeJS.Timeout & { readonly _destroyed: boolean }) | null; ring(): void }[] = [];
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
    const [late, early] = [waiterIn(2 ** 31 + 60_000), waiterIn(30_000)];
    alarms.add(late);
    await settled();
    const [bell] = bells;
    // No timer is that long: it rings before, and nobody is due then.
    bell?.ring();
    expect([bell?.timer?._destroyed, rung]).toEqual([false, 0]);
    const first = bell?.timer;
    alarms.add(early);
    await settled();
    expect([first?._destroyed, bell?.timer?._destroyed, bell?.timer?.hasRef()]).toEqual([true, false, true]);
    alarms.remove(early);
    alarms.remove(late);
    expect([bell?.timer?._destroyed, bell?.timer?.hasRef()]).toEqual([false, false]);
    gone[0]?.(bell as object);
    expect(bell?.timer?._destroyed).toBe(true);
    // It rings nevertheless, and for nobody.
    bell?.ring();
    expect([bell?.timer, rung]).toEqual([null, 0]);
    expect(() => gone[0]?.({ timer: null })).not.toThrow();
  });

  test("of Node that ring late let what was due before go first, and ring again, where somebody is due", async () => {
    const bells: { ring(): void }[] = [];
    where({
      FinalizationRegistry: class {
        register(_alarms: object, bell: never): void {
          bells.push(bell);
        }
      },
    });
    const { alarmsOn } = await import("../../src/run/time/alarms.ts");
    const { systemClock } = await import("../../src/run/time/clock.ts");
    /** How many ring when the timer of one who is long due rings, and when it rings again. */
    const ringsLate = async (before: (alarms: ReturnType<typeof alarmsOn>, due: Waiter) => void): Promise<number[]> => {
      const alarms = alarmsOn(systemClock);
      const due = waiterIn(-1_000);
      rung = 0;
      alarms.add(due);
      // The timer is set in a reaction of a promise, and has not rung after some more of them.
      for (let reactions = 0; reactions < 10; reactions++) await undefined;
      before(alarms, due);
      const rings = [0, 0].map(() => {
        bells.at(-1)?.ring();
        return rung;
      });
      alarms.remove(due);
      return rings;
    };
    expect(await ringsLate(() => {})).toEqual([0, 1]);
    expect(await ringsLate((alarms, due) => alarms.remove(due))).toEqual([0, 0]);
    const later = waiterIn(60_000);
    const replace = (alarms: ReturnType<typeof alarmsOn>, due: Waiter): void => {
      alarms.remove(due);
      alarms.add(later);
    };
    // The second is the timer of the one who is due later: it is believed.
    expect(await ringsLate(replace)).toEqual([0, 1]);
  });
});
