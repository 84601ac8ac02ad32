/* redress/diagnostics, whose subscribers throw: in processes of their own, which end by it or not. */
import { spawnSync } from "node:child_process";
import { expect, test } from "vitest";

const PHASES = ["start", "end", "asyncStart", "asyncEnd", "error"];

/** A process in which every subscriber throws, and a bound store: what it has printed, and how it ended. */
function withThrowingSubscribers(...args: string[]) {
  const script = `${import.meta.dirname}/throwing-subscribers.ts`;
  const env = { ...process.env, NODE_OPTIONS: "", NO_COLOR: "1" };
  const { status, stdout, stderr } = spawnSync(process.execPath, ["--import", "tsx", script, ...args], { env, encoding: "utf8" });
  return { status, stdout, stderr };
}

test("what subscribers throw changes no call and is no hook error: each is an uncaught exception of its own", () => {
  const { status, stdout, stderr } = withThrowingSubscribers("handled");
  expect([status, stderr]).toEqual([0, ""]);
  const ofTraces = ["attempt", "call"].flatMap((subject) => [...PHASES].sort().map((phase) => `${subject}:${phase}`));
  expect(JSON.parse(stdout)).toEqual({
    outcomes: [
      ["value", 2],
      ["MAX_ATTEMPTS_GLOBAL", 2],
      ["value", 2],
    ],
    hookErrors: 0,
    heard: ["a bound store", ...ofTraces, "event"],
  });
});

test("what a subscriber throws ends a process that handles no uncaught exceptions", () => {
  const { status, stdout, stderr } = withThrowingSubscribers();
  expect([status, stdout]).toEqual([1, ""]);
  expect(stderr).toContain("Error: call:start");
});
