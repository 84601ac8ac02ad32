/*
 * After a stall of the event loop many timers are due at once. A timer that an earlier call left cuts no call whose answer was due in time;
 * a deadline that is really over ends the call all the same. In processes of their own, whose threads are kept busy.
 */
import { expect, test } from "vitest";
import { runChild } from "../run/child.ts";

const prelude = `
  const { Policy } = redress;
  const busy = (ms) => { const until = performance.now() + ms; while (performance.now() < until); };
  const after = (ms, value) => new Promise((resolve) => setTimeout(resolve, ms, value));
  const stop = (outcome) => outcome.ok ? outcome.value : outcome.stopReason;
  const never = () => new Promise(() => {});
  // What abandoned attempts wait for would keep the process.
  const end = () => process.exit(0);
  // One run for each way in which a call can be bounded.
  const BOUNDS = [
    { deadlineMs: 100 },
    { deadlineMs: 50_000, attemptTimeoutMs: 100, maxAttempts: 1 },
    { deadlineMs: 110, attemptTimeoutMs: 100, maxAttempts: 1 },
  ];
`;

test("an idle timer that an earlier call left cuts no call whose answer is there after a stall", () => {
  const child = runChild(`${prelude}
    for (const retry of BOUNDS) {
      const policy = new Policy({ retry });
      await policy.call(async () => 1);
      await after(60);
      // The timer that is left rings in 40 ms; the calls have 100, and end after 70 and 80.
      const calls = [policy.execute(() => after(70, "in time")), policy.execute(() => after(80, "in time"))];
      await after(1);
      busy(250);
      print((await Promise.all(calls)).map(stop));
    }
  `);
  expect(child).toEqual({ printed: Array(3).fill(["in time", "in time"]), errors: "", exit: 0 });
});

test("answers by a timer, a promise and a file that are there after a stall come before the bound that is over too", () => {
  const child = runChild(`${prelude}
    import { stat } from "node:fs/promises";
    for (const retry of BOUNDS) {
      const policy = new Policy({ retry });
      const calls = [
        policy.execute(() => after(20, "in time")),
        policy.execute(() => after(99, "in time")),
        policy.execute(() => after(20).then(() => "in time")),
        policy.execute(() => stat(".").then(() => "in time")),
      ];
      busy(300);
      print((await Promise.all(calls)).map(stop));
    }
  `);
  expect(child).toEqual({ printed: Array(3).fill(Array(4).fill("in time")), errors: "", exit: 0 });
});

test("a bound that is really over ends the call after the stall", () => {
  const child = runChild(`${prelude}
    for (const retry of BOUNDS) {
      const policy = new Policy({ retry });
      await policy.call(async () => 1);
      await after(60);
      const obedient = ({ signal }) => new Promise((_, reject) => signal.addEventListener("abort", () => reject(signal.reason)));
      const calls = [policy.execute(never), policy.execute(obedient), policy.execute(() => after(60_000))];
      await after(1);
      busy(250);
      print((await Promise.all(calls)).map((outcome) => outcome.ok));
    }
    end();
  `);
  expect(child).toEqual({ printed: Array(3).fill([false, false, false]), errors: "", exit: 0 });
});

test("stall after stall, every call ends, and none that was in time is cut", () => {
  const child = runChild(`${prelude}
    for (const retry of BOUNDS) {
      const policy = new Policy({ retry });
      const [inTime, late] = [[], []];
      for (let i = 0; i < 40; i++) {
        inTime.push(policy.execute(() => after(60)));
        late.push(policy.execute(() => after(1_000_000)));
        await after(i % 5);
        busy(i % 4 === 0 ? 130 : 7);
      }
      print([(await Promise.all(inTime)).every(({ ok }) => ok), (await Promise.all(late)).some(({ ok }) => ok)]);
    }
    end();
  `);
  expect(child).toEqual({ printed: Array(3).fill([true, false]), errors: "", exit: 0 });
});
