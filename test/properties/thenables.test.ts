/* What operations answer that behaves almost like a promise. */
import { type EventName, Policy, type RetryTimeline, TransientError } from "redress";
import { VirtualClock } from "redress/testing";
import { describe, expect, test } from "vitest";
import { type Then, thenable } from "./gifts.ts";

/** A real promise, whose `then` somebody has replaced. */
const promiseWith = (then: Then): unknown => Object.assign(Promise.resolve("its own"), { then });

/** A `then` that can be read once. */
function shy(): unknown {
  let read = 0;
  return {
    // biome-ignore lint/suspicious/noThenProperty: that is the point of it
    get then(): Then {
      if (read++ > 0) throw new TransientError("read twice");
      return (resolve) => resolve("value");
    },
  };
}

const failure = new TransientError();
const explode = (): never => {
  throw failure;
};

const ODD: [string, () => unknown][] = [
  ["resolves twice", () => thenable((resolve) => [resolve("value"), resolve("again")])],
  ["resolves and rejects", () => thenable((resolve, reject) => [resolve("value"), reject(failure)])],
  ["resolves and throws", () => thenable((resolve) => [resolve("value"), explode()])],
  ["rejects and throws", () => thenable((_, reject) => [reject(failure), explode()])],
  ["throws", () => thenable(explode)],
  ["resolves to another thenable", () => thenable((resolve) => resolve(thenable((inner) => inner("value"))))],
  ["never settles", () => thenable(() => {})],
  ["can be asked once", shy],
  [
    "is a function",
    () =>
      Object.assign(
        () => {},
        thenable((resolve) => resolve("value")),
      ),
  ],
  ["only looks like a promise", () => Object.create(Promise.prototype) as unknown],
  ["is a promise that calls back at once", () => promiseWith((resolve) => resolve("value"))],
  ["is a promise that calls back twice", () => promiseWith((resolve) => [resolve("value"), resolve("again")])],
  ["is a promise that resolves and throws", () => promiseWith((resolve) => [resolve("value"), explode()])],
  ["is a promise that rejects and throws", () => promiseWith((_, reject) => [reject(failure), explode()])],
  ["is a promise that rejects and resolves", () => promiseWith((resolve, reject) => [reject(failure), resolve("value")])],
  ["is a promise that throws", () => promiseWith(explode)],
  ["is a promise that never calls back", () => promiseWith(() => {})],
];

const ends = (timeline: RetryTimeline | undefined): EventName[] =>
  (timeline?.events ?? []).map(({ event }) => event).filter((event) => event !== "retry" && event !== "fell_back");

describe.each([0, 5])(
  "a call settles once, and its operation is not invoked again, where what it returns (delay %i)",
  (delayMs) => {
    test.each(ODD)("%s", async (_how, make) => {
      const clock = new VirtualClock();
      const policy = new Policy({
        retry: { maxAttempts: 3, strategy: () => delayMs, deadlineMs: 100 },
        circuitBreaker: { failureThreshold: 1 },
        clock,
      });
      let invoked = 0;
      let invokedBySettling = 0;
      const running = policy.execute(
        () => {
          invoked++;
          return make();
        },
        { captureTimeline: true },
      );
      void running.then(() => (invokedBySettling = invoked));
      await clock.run();
      const outcome = await running;
      await clock.run();
      expect(outcome.attempts).toBe(invokedBySettling);
      expect(invoked).toBe(invokedBySettling);
      expect(ends(outcome.timeline).filter((event) => !event.startsWith("circuit_"))).toHaveLength(1);
      expect(clock.pending).toBe(0);
      if (outcome.ok) expect(["value", "its own"]).toContain(outcome.value);
      else expect(outcome.lastError).toBeInstanceOf(Error);
    });
  },
);
