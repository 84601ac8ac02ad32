import { lookup } from "node:dns/promises";
import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { createServer, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { setImmediate as nextTurn, setTimeout as realSleep } from "node:timers/promises";
import { Policy } from "redress";
import { VirtualClock } from "redress/testing";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";

let warnings: (Error & { code?: string; detail?: string })[] = [];
beforeEach(() => {
  warnings = [];
  vi.spyOn(process, "emitWarning").mockImplementation((warning) => void warnings.push(warning as Error));
});
afterEach(() => void vi.restoreAllMocks());

/** A server that answers at once, or when it is told to. */
async function serverOf(answers: "at once" | "later"): Promise<{ server: Server; url: string; answer: () => void }> {
  const waiting: ServerResponse[] = [];
  const server = createServer((_request, response) => void (answers === "later" ? waiting.push(response) : response.end("now")));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const answer = (): void => {
    for (const response of waiting.splice(0)) response.end("late");
  };
  return { server, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, answer };
}

/** New timers are told by the number of all: one of the runner's that ends meanwhile would hide them. It has some of 100 ms. */
async function runnersTimersHaveEnded(): Promise<void> {
  const givenUpAt = performance.now() + 1_000;
  while (process.getActiveResourcesInfo().includes("Timeout") && performance.now() < givenUpAt) await nextTurn();
}

describe("real work that a call waits for, when the clock moves on", () => {
  test("is named once for each clock, with what to do and where the clock was moved", async () => {
    const { server, url } = await serverOf("later");
    const clock = new VirtualClock();
    const policy = new Policy({ retry: { deadlineMs: 5_000 }, clock });
    const calls = [1, 2].map(() => policy.execute(({ signal }) => fetch(url, { signal })));
    expect(await clock.run()).toBe(5_000);
    expect(await Promise.all(calls)).toMatchObject(Array(2).fill({ stopReason: "DEADLINE_EXCEEDED", attempts: 1 }));
    server.closeAllConnections();
    server.close();
    expect(warnings).toHaveLength(1);
    expect(warnings[0]).toMatchObject({ name: "RedressWarning", code: "REDRESS_VIRTUAL_CLOCK_REAL_WORK" });
    expect(warnings[0]?.message).toMatch(
      /^A VirtualClock is moved on by 5000 ms, while this is under way that was not when the clock was made: .*a network connection/,
    );
    expect(warnings[0]?.message).toMatch(
      /Let the operation answer without it, await it before the clock is moved, or use no virtual clock/,
    );
    expect(warnings[0]?.detail).toContain("virtual-clock-real-work.test.ts");
  });

  test.each<[string, () => Promise<unknown>, string]>([
    [
      "a timer of the platform",
      () => new Promise((resolve) => setTimeout(resolve, 200)),
      "a timer of the platform, such as setTimeout",
    ],
    ["a timer that is awaited", () => realSleep(200), "a timer of the platform, such as setTimeout"],
  ])("is told of %s", async (_what, operation, words) => {
    await runnersTimersHaveEnded();
    const clock = new VirtualClock();
    const call = new Policy({ retry: { deadlineMs: 1_000 }, clock }).execute(operation);
    await clock.advance(1_000);
    expect(await call).toMatchObject({ stopReason: "DEADLINE_EXCEEDED" });
    expect(warnings.map(({ message }) => message)).toEqual([expect.stringContaining(`when the clock was made: ${words}. `)]);
  });

  test("changes nothing: the clock stops where it would, and alarms ring as ever", async () => {
    const { server, url, answer } = await serverOf("later");
    const arrived = once(server, "request");
    const clock = new VirtualClock();
    const rung: number[] = [];
    for (const ms of [10, 20, 20, 5]) clock.alarm(ms, () => rung.push(clock.now()));
    const late = fetch(url);
    expect(await clock.run()).toBe(20);
    expect([rung, clock.pending, warnings.length]).toEqual([[5, 10, 20, 20], 0, 1]);
    await arrived;
    answer();
    expect(await (await late).text()).toBe("late");
    server.close();
    server.closeAllConnections();
  });
});

describe("nothing is said", () => {
  test("of a server that listens, and of sockets, timers and files that were there before", async () => {
    const { server, url } = await serverOf("at once");
    await (await fetch(url)).text();
    const timer = setTimeout(() => {}, 60_000);
    const clock = new VirtualClock();
    const listening = await serverOf("at once");
    const call = new Policy({ retry: { deadlineMs: 1_000 }, clock }).execute(() => new Promise(() => {}));
    await clock.run();
    await call;
    clearTimeout(timer);
    for (const each of [server, listening.server]) {
      each.closeAllConnections();
      each.close();
    }
    expect(warnings).toEqual([]);
  });

  test("where real work was awaited before the clock moves on", async () => {
    const clock = new VirtualClock();
    const policy = new Policy({ retry: { strategy: () => 1_000 }, clock });
    const text = await policy.call(() => readFile(new URL(import.meta.url), "utf8"));
    await policy.call(() => lookup("localhost"));
    const retried = policy.execute(({ attempt }) => (attempt === 1 ? Promise.reject(new Error("no")) : "value"));
    expect(await clock.run()).toBe(1_000);
    expect([text.length > 0, (await retried).ok, warnings]).toEqual([true, true, []]);
  });

  test("where time stands still, and where timers are unref'd", async () => {
    const clock = new VirtualClock();
    const work = realSleep(50);
    await clock.advance(0);
    await clock.advance(5);
    setTimeout(() => {}, 60_000).unref();
    await work;
    clock.alarm(1, () => {});
    await clock.run();
    expect(warnings).toEqual([]);
  });

  test.each([
    ["does not say", undefined],
    [
      "fails to",
      () => {
        throw new Error("no");
      },
    ],
  ])("where the platform %s what is under way", async (_why, info) => {
    vi.spyOn(process, "getActiveResourcesInfo").mockImplementation(info as never);
    if (info === undefined) Object.assign(process, { getActiveResourcesInfo: undefined });
    const clock = new VirtualClock();
    const work = realSleep(30);
    clock.alarm(1, () => {});
    expect(await clock.run()).toBe(1);
    await work;
    expect(warnings).toEqual([]);
  });
});

describe("run", () => {
  test("ends in an error where alarms are set anew for ever, and the clock may be moved on", async () => {
    const clock = new VirtualClock();
    const again = (): void => void clock.alarm(1_000, again);
    again();
    await expect(clock.run({ maxAlarms: 25 })).rejects.toThrow(
      "VirtualClock.run has rung 25 alarms, and the next is due in 1000 ms: something sets a new alarm whenever one rings",
    );
    expect([clock.now(), clock.pending]).toEqual([25_000, 1]);
    await clock.advance(2_000);
    expect(clock.now()).toBe(27_000);
  });

  test("may ring as many as it is allowed to, and no fewer", async () => {
    const clock = new VirtualClock();
    for (let ms = 1; ms <= 5; ms++) clock.alarm(ms, () => {});
    expect(await clock.run({ maxAlarms: 5 })).toBe(5);
    expect(await clock.run({ maxAlarms: Infinity })).toBe(0);
  });

  test.each<[unknown, string]>([
    [{ maxAlarms: 0 }, "virtualClock.run.maxAlarms must be an integer >= 1, got 0"],
    [{ maxAlarms: "9" }, 'virtualClock.run.maxAlarms must be an integer >= 1, got "9"'],
    [{ max: 9 }, "virtualClock.run.max is not an option"],
  ])("refuses %j", async (options, message) => {
    await expect(new VirtualClock().run(options as object)).rejects.toThrow(message);
  });
});
