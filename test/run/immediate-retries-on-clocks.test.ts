/* Retries without a delay give way to the event loop on every clock that follows real time, and on no other. */
import { type Clock, constant, Policy, type RetryOptions, unlimited } from "redress";
import { VirtualClock } from "redress/testing";
import { afterEach, describe, expect, test, vi } from "vitest";
import { systemClock } from "../../src/run/time/clock.ts";
import { isSettled, macrotask } from "./driving.ts";

const forEver: RetryOptions = {
  strategy: constant(0),
  maxAttempts: Infinity,
  maxUnknownRetries: Infinity,
  deadlineMs: Infinity,
  budget: unlimited,
};

/** A clock of the user's own over a source of time. */
const over = (now: () => number): Clock => ({
  now,
  sleep: (ms, signal) =>
    new Promise((resolve, reject) => {
      const timer = setTimeout(resolve, ms);
      signal?.addEventListener("abort", () => {
        clearTimeout(timer);
        reject(signal.reason);
      });
    }),
  alarm: (ms, ring) => {
    const timer = setTimeout(ring, ms);
    return () => clearTimeout(timer);
  },
});

const startMs = performance.now();
const REAL_CLOCKS: Readonly<Record<string, Clock | undefined>> = {
  "the system's": undefined,
  "a given clock over Date.now": over(() => Date.now()),
  "a given clock over performance.now": over(() => performance.now()),
  "a given clock of whole milliseconds": over(() => Math.floor(performance.now())),
  "a given clock of whole milliseconds that rounds": over(() => Math.round(performance.now())),
  "a given clock over process.hrtime": over(() => Number(process.hrtime.bigint()) / 1e6),
  "a given clock that began when it was made": over(() => performance.now() - startMs),
};

describe.each(Object.entries(REAL_CLOCKS))("on %s", (_name, clock) => {
  const policy = new Policy({ retry: forEver, ...(clock && { clock }) });

  test.each<[string, () => unknown]>([
    ["rejects at once", () => Promise.reject(new Error("not yet"))],
    [
      "throws",
      () => {
        throw new Error("not yet");
      },
    ],
    [
      "keeps the thread for a while and throws",
      () => {
        const untilMs = performance.now() + 0.3;
        while (performance.now() < untilMs);
        throw new Error("not yet");
      },
    ],
  ])("retries of an operation that %s let timers in, and end by what they bring", async (_how, fail) => {
    let recovered = false;
    setTimeout(() => {
      recovered = true;
    }, 0);
    expect(await policy.execute(() => (recovered ? "recovered" : fail()))).toMatchObject({ ok: true, value: "recovered" });
  });

  test("an abort from a timer ends them", async () => {
    const controller = new AbortController();
    setTimeout(() => controller.abort("enough"), 0);
    const call = policy.execute(() => Promise.reject(new Error("never")), { signal: controller.signal });
    expect(await call).toMatchObject({ stopReason: "ABORTED" });
  });

  test("a deadline ends them", async () => {
    const short = new Policy({ retry: { ...forEver, deadlineMs: 20 }, ...(clock && { clock }) });
    expect(await short.execute(() => Promise.reject(new Error("never")))).toMatchObject({ stopReason: "DEADLINE_EXCEEDED" });
  });
});

afterEach(() => void vi.restoreAllMocks());

const failing = (times: number, meanwhile: () => void = () => {}) => {
  let count = 0;
  return async (): Promise<number> => {
    meanwhile();
    if (count++ < times) throw new Error("not yet");
    return count;
  };
};

const turnsAmong = ({ mock }: { readonly mock: { readonly calls: readonly (readonly unknown[])[] } }): number =>
  mock.calls.filter(([, ms]) => ms === 0).length;

test("on the system's clock, every 64th of them gives way, and no other", async () => {
  const set = vi.spyOn(globalThis, "setTimeout");
  expect(await new Policy({ retry: forEver }).call(failing(200))).toBe(201);
  expect(turnsAmong(set)).toBe(3);
});

test("a clock that moves with each look, but not as time does, takes no turn", async () => {
  let ms = 0;
  const clock = over(() => {
    ms += 1_000;
    return ms;
  });
  const set = vi.spyOn(globalThis, "setTimeout");
  expect(await new Policy({ retry: forEver, clock }).call(failing(300))).toBe(301);
  expect(turnsAmong(set)).toBe(0);
});

describe("on a VirtualClock", () => {
  test.each<[string, (clock: VirtualClock) => () => void]>([
    ["stands still", () => () => {}],
    ["is moved a little by each attempt", (clock) => () => clock.block(0.01)],
    [
      "is moved as fast as real time goes, by chance",
      (clock) => {
        let last = performance.now();
        return () => {
          const now = performance.now();
          clock.block(now - last);
          last = now;
        };
      },
    ],
    ["is moved a lot", (clock) => () => clock.block(1_000)],
  ])("that %s, a thousand retries take no timer of the platform", async (_how, moving) => {
    const clock = new VirtualClock();
    const set = vi.spyOn(globalThis, "setTimeout");
    const call = new Policy({ retry: forEver, clock }).call(failing(1_000, moving(clock)));
    await macrotask();
    for (let turns = 0; turns < 20 && !(await isSettled(call)); turns++);
    expect(set.mock.calls.filter(([, ms]) => ms === 0)).toEqual([]);
    expect(await call).toBe(1_001);
    expect(clock.pending).toBe(0);
  });

  test("that follows real time sleeps for none of its turns: they are the platform's", async () => {
    const clock = { ...systemClock, sleep: () => Promise.reject(new Error("it slept")) };
    const set = vi.spyOn(globalThis, "setTimeout");
    expect(await new Policy({ retry: forEver, clock }).call(failing(200))).toBe(201);
    expect(set.mock.calls.filter(([, ms]) => ms === 0).length).toBeGreaterThan(0);
  });

  test("run() brings a call to its end whose attempts take about as long as the clock's own turns", async () => {
    const clock = new VirtualClock();
    let count = 0;
    const call = new Policy({ retry: forEver, clock }).call(async () => {
      await clock.sleep(1.08);
      if (count++ < 200) throw new Error("not yet");
      return "value";
    });
    await clock.run();
    expect(await isSettled(call)).toBe(true);
  });
});
