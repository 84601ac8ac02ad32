/* What fake timers do with a policy on the platform's clock. docs/testing/virtual-clock.md tells it. */
import { execFileSync } from "node:child_process";
import { constant, Policy, TransientError } from "redress";
import { afterEach, describe, expect, test, vi } from "vitest";
import { root } from "../docs/pages.ts";

// Starting a process takes a second or more on a busy machine.
vi.setConfig({ testTimeout: 30_000 });
afterEach(() => void vi.useRealTimers());

const policy = new Policy({ retry: { strategy: constant(10_000), maxAttempts: 3, deadlineMs: 60_000 } });
const failing = async (): Promise<never> => {
  throw new TransientError("no");
};
const hang = (): Promise<never> => new Promise(() => {});

describe("vitest's fake timers", () => {
  test("drive delays, deadlines and what calls say of their time, by the asynchronous methods", async () => {
    vi.useFakeTimers();
    const outcomes = [policy.execute(failing), policy.execute(hang)];
    await vi.advanceTimersByTimeAsync(60_000);
    expect(await Promise.all(outcomes)).toMatchObject([
      { stopReason: "MAX_ATTEMPTS_GLOBAL", attempts: 3, elapsedMs: 20_000 },
      { stopReason: "DEADLINE_EXCEEDED", attempts: 1, elapsedMs: 60_000 },
    ]);
    const outcome = policy.execute(failing);
    await vi.runAllTimersAsync();
    expect(await outcome).toMatchObject({ attempts: 3 });
  });

  test("leave a call behind by the synchronous methods, which let no promise settle", async () => {
    vi.useFakeTimers();
    let attempts = 0;
    const outcome = policy.execute(() => {
      attempts++;
      return failing();
    });
    vi.advanceTimersByTime(60_000);
    expect(attempts).toBe(1);
    await vi.runAllTimersAsync();
    expect((await outcome).ok).toBe(false);
  });

  test("ring delays without performance faked, too, but then no time has passed, and no deadline comes by itself", async () => {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    const outcome = policy.execute(failing);
    await vi.advanceTimersByTimeAsync(20_000);
    const ended = await outcome;
    expect(ended).toMatchObject({ stopReason: "MAX_ATTEMPTS_GLOBAL", attempts: 3 });
    expect(ended.elapsedMs).toBeLessThan(10_000);
  });
});

test("those of node:test ring delays and deadlines, tick by tick, and leave performance alone, so that no time has passed", () => {
  const program = `
    import { mock } from "node:test";
    import { Policy, constant } from "./src/index.ts";
    const policy = new Policy({ retry: { strategy: constant(10_000), maxAttempts: 3, deadlineMs: 60_000 } });
    mock.timers.enable({ apis: ["setTimeout", "Date"] });
    const turn = () => new Promise((resolve) => setImmediate(resolve));
    const outcome = policy.execute(async () => { throw Object.assign(new Error("busy"), { status: 503 }); });
    for (let retry = 0; retry < 2; retry++) { await turn(); mock.timers.tick(10_000); }
    const { attempts, stopReason, elapsedMs } = await outcome;
    mock.timers.reset();
    console.log(JSON.stringify({ attempts, stopReason, noTimePassed: elapsedMs < 10_000 }));`;
  const args = ["--import", "tsx", "--input-type=module", "--eval", program];
  const out = execFileSync(process.execPath, args, { cwd: root, encoding: "utf8", timeout: 25_000 });
  expect(JSON.parse(out)).toEqual({ attempts: 3, stopReason: "MAX_ATTEMPTS_GLOBAL", noTimePassed: true });
});
