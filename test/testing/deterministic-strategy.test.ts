import { constant, Hedge, Policy, TransientError } from "redress";
import { DeterministicStrategy, VirtualClock } from "redress/testing";
import { describe, expect, test } from "vitest";

const failing = async (): Promise<never> => {
  throw new TransientError("no");
};

/** The delays that a call slept, which fails as often as it may. */
async function delaysOf(strategy: DeterministicStrategy, maxAttempts: number): Promise<readonly number[]> {
  const clock = new VirtualClock();
  const slept: number[] = [];
  const policy = new Policy({ retry: { strategy, maxAttempts }, clock });
  const outcome = policy.execute(failing, { beforeSleep: (_context, sleepMs) => void slept.push(sleepMs) });
  await clock.run();
  expect(await outcome).toMatchObject({ stopReason: "MAX_ATTEMPTS_GLOBAL", elapsedMs: slept.reduce((sum, ms) => sum + ms, 0) });
  return slept;
}

describe("a DeterministicStrategy", () => {
  test("gives its delays in their order, with and without new", async () => {
    expect(await delaysOf(new DeterministicStrategy([100, 200, 400]), 4)).toEqual([100, 200, 400]);
    expect(await delaysOf(DeterministicStrategy([100, 0, 400]), 4)).toEqual([100, 0, 400]);
  });

  test("repeats its last delay, unless it is told what to do", async () => {
    expect(await delaysOf(new DeterministicStrategy([100, 200]), 5)).toEqual([100, 200, 200, 200]);
    expect(await delaysOf(new DeterministicStrategy([100, 200], { afterLast: 7 }), 5)).toEqual([100, 200, 7, 7]);
    expect(await delaysOf(new DeterministicStrategy([100, 200], { afterLast: "throw" }), 3)).toEqual([100, 200]);
  });

  test("fails a call that is retried more often than it has delays, where it is to", () => {
    const strategy = new DeterministicStrategy([0, 0], { afterLast: "throw" });
    const policy = new Policy({ retry: { strategy, maxAttempts: 9 } });
    const operation = (): never => {
      throw new TransientError("no");
    };
    const message = "deterministicStrategy: attempt 3 has failed, and there are 2 delays only: [0, 0].";
    expect(() => policy.executeSync(operation)).toThrow(new RangeError(message));
    const one = policy.with({
      retry: { strategy: DeterministicStrategy([5], { afterLast: "throw" }) },
      clock: new VirtualClock(),
    });
    expect(() => one.callSync(operation)).toThrow("attempt 2 has failed, and there is one delay only: [5].");
  });

  test("serves calls at the same time, each from its first delay on", async () => {
    const clock = new VirtualClock();
    const policy = new Policy({ retry: { strategy: new DeterministicStrategy([10, 20, 40]), maxAttempts: 4 }, clock });
    const first = policy.execute(failing);
    await clock.advance(15);
    const second = policy.execute(failing);
    await clock.run();
    expect([await first, await second].map(({ elapsedMs }) => elapsedMs)).toEqual([70, 70]);
  });

  test("counts hedges as the attempts that they are", async () => {
    const clock = new VirtualClock();
    const hedge = new Hedge({ delayMs: 5, loadRatio: 1 });
    const policy = new Policy({ retry: { strategy: new DeterministicStrategy([10, 20, 40]), maxAttempts: 3 }, hedge, clock });
    const slept: number[] = [];
    const outcome = policy.execute(
      async () => {
        await clock.sleep(8);
        throw new TransientError("slow");
      },
      { beforeSleep: (_context, sleepMs) => void slept.push(sleepMs) },
    );
    await clock.run();
    expect([(await outcome).attempts, slept]).toEqual([3, [20]]);
  });

  test("keeps no tie to the array that it was given, and says what it is", () => {
    const delays = [1, 2];
    const strategy = new DeterministicStrategy(delays);
    delays[0] = 99;
    expect(strategy.delaysMs).toEqual([1, 2]);
    expect(new Policy({ retry: { strategy } }).describe().retry?.strategy).toEqual({
      name: "DeterministicStrategy",
      settings: { delaysMs: [1, 2], afterLast: "repeat" },
    });
    expect(constant.name).not.toBe(strategy.name);
  });

  test.each<[unknown, unknown, string]>([
    [[], undefined, "TypeError: deterministicStrategy.delaysMs must be a non-empty array of milliseconds, got "],
    [100, undefined, "TypeError: deterministicStrategy.delaysMs must be a non-empty array of milliseconds, got 100"],
    [undefined, undefined, "TypeError: deterministicStrategy.delaysMs must be a non-empty array of milliseconds, got undefined"],
    [[100, -1], undefined, "RangeError: deterministicStrategy.delaysMs[1] must be a number >= 0, got -1"],
    [[100, Number.NaN], undefined, "RangeError: deterministicStrategy.delaysMs[1] must be a number >= 0, got NaN"],
    [["100"], undefined, 'TypeError: deterministicStrategy.delaysMs[0] must be a number >= 0, got "100"'],
    [[1], { afterLast: "stop" }, 'deterministicStrategy.afterLast must be "repeat", "throw" or a number >= 0, got "stop"'],
    [[1], { afterLast: -1 }, 'deterministicStrategy.afterLast must be "repeat", "throw" or a number >= 0, got -1'],
    [[1], { after: 1 }, "deterministicStrategy.after is not an option. Options: afterLast."],
    [[1], 5, "TypeError: deterministicStrategy must be a plain object of options, got 5"],
  ])("refuses %j with %j", (delays, options, message) => {
    let refused: unknown;
    try {
      new DeterministicStrategy(delays as number[], options as object);
    } catch (error) {
      refused = error;
    }
    expect(String(refused)).toContain(message);
  });
});
