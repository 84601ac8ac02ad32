import { describe, expect, test } from "vitest";
import { runChild } from "./child.ts";

// Each starts a process of its own, which on a busy machine takes its time.
describe("a process", { timeout: 60_000 }, () => {
  test("ends at once when its calls have ended, whatever deadlines they had", async () => {
    expect(await runChild("ends-at-once")).toEqual({ code: 0, stdout: "value 1 2\n0", stderr: "" });
  });

  test("stays alive for the deadline of a call in flight, even if nothing else keeps it alive", async () => {
    expect(await runChild("deadline-fires")).toEqual({ code: 0, stdout: "DEADLINE_EXCEEDED", stderr: "" });
  });

  test("never hears of the rejection of an abandoned attempt, hook or sleep handler", async () => {
    const stdout = "ABORTED DEADLINE_EXCEEDED DEADLINE_EXCEEDED MAX_ATTEMPTS_GLOBAL";
    expect(await runChild("late-rejection")).toEqual({ code: 0, stdout, stderr: "" });
  });

  test("ends at once when nobody waits any more for a place, a rate or a hedge", async () => {
    const stdout = "1 2 ABORTED DEADLINE_EXCEEDED ABORTED LIMITED 3 0";
    expect(await runChild("limits-end-at-once")).toEqual({ code: 0, stdout, stderr: "" });
  });

  test("stays alive for those who wait for a rate, for the end of a queue's patience or for a hedge", async () => {
    expect(await runChild("queues-are-served")).toEqual({ code: 0, stdout: "first second queue_timeout hedge", stderr: "" });
  });

  test("holds no timer after 100,000 finished calls, nor for 10,000 idle breakers", async () => {
    expect(await runChild("no-timers")).toEqual({ code: 0, stdout: "0 0 false 0 true", stderr: "" });
  });
});
