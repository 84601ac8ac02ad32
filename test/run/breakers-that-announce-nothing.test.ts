/* A breaker of the user's own need not announce its changes of state: what a call has caused is seen by its state before and after. */
import type { Breaker, CircuitState } from "redress";
import { describe, expect, test } from "vitest";
import { alwaysThrowing, drivers, recorder, stage } from "./driving.ts";

const failed = Object.assign(new Error("failed"), { code: "ECONNRESET" });

/** A breaker whose state becomes what it is told to when it is asked, and when it hears of a result. */
function breaker(
  before: CircuitState,
  { asked = before, heard = asked }: { asked?: CircuitState; heard?: CircuitState },
): Breaker {
  const own = {
    name: "own",
    state: before,
    retryAfterMs: 0,
    allow: () => {
      own.state = asked;
      return { admitted: true as const, state: asked, permit: { epoch: 0, atMs: 0 } };
    },
    recordSuccess: () => {
      own.state = heard;
    },
    recordFailure: () => {
      own.state = heard;
    },
    recordCancel: () => {},
  };
  return own;
}

describe.each(drivers)("%s", (_name, driver) => {
  test.each<[string, Breaker, (() => unknown) | null, unknown[]]>([
    [
      "opens it, and by which class",
      breaker("closed", { heard: "open" }),
      null,
      [["circuit_opened", { state: "open", class: "TRANSIENT" }]],
    ],
    [
      "makes it half-open, and closes it",
      breaker("open", { asked: "half_open", heard: "closed" }),
      () => "value",
      [
        ["circuit_half_open", { state: "half_open" }],
        ["circuit_closed", { state: "closed" }],
      ],
    ],
    ["leaves it as it is", breaker("closed", {}), null, []],
  ])("tells of a call that %s", async (_what, circuitBreaker, op, told) => {
    const hooks = recorder();
    await driver.call(stage({ circuitBreaker, hooks: [hooks] }), op ?? alwaysThrowing(failed));
    const changes = hooks.events.filter(([event]) => event.startsWith("circuit_"));
    expect(changes.map(([event, , , tags]) => [event, tags])).toEqual(told);
  });
});
