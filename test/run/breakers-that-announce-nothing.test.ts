/* A breaker of the user's own need not announce its changes of state: what a call has caused is seen by its state before and after. */
import { AbortRetryError, type Breaker, type CircuitState } from "redress";
import { describe, expect, test } from "vitest";
import { alwaysThrowing, drivers, type Op, recorder, stage } from "./driving.ts";

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
    recordCancel: () => {
      own.state = heard;
    },
  };
  return own;
}

describe.each(drivers)("%s", (_name, driver) => {
  test.each<[string, Breaker, Op | null, unknown[]]>([
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
    [
      "opens it by a success, which is no class of failures",
      breaker("closed", { heard: "open" }),
      () => "value",
      [["circuit_opened", { state: "open" }]],
    ],
    [
      "opens it by an end that says nothing about the dependency",
      breaker("closed", { heard: "open" }),
      alwaysThrowing(new AbortRetryError()),
      [["circuit_opened", { state: "open" }]],
    ],
    [
      "closes it by a failure, of whose class that says nothing",
      breaker("half_open", { heard: "closed" }),
      null,
      [["circuit_closed", { state: "closed" }]],
    ],
  ])("tells of a call that %s", async (_what, circuitBreaker, op, told) => {
    const hooks = recorder();
    await driver.call(stage({ circuitBreaker, hooks: [hooks] }), op ?? alwaysThrowing(failed));
    const changes = hooks.events.filter(([event]) => event.startsWith("circuit_"));
    expect(changes.map(([event, , , tags]) => [event, tags])).toEqual(told);
  });
});
