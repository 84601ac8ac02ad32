import { constant, Policy, TransientError } from "redress";
import { VirtualClock } from "redress/testing";
import { afterEach, describe, expect, test } from "vitest";
import { REGIMES } from "../run/timer-regimes.ts";

/** A call that fails twice and then succeeds, with a second between its attempts. */
function retrying(clock: VirtualClock): Promise<string> {
  let attempts = 0;
  return new Policy({ retry: { strategy: constant(1_000) }, clock }).call(async () => {
    if (++attempts < 3) throw new TransientError();
    return "value";
  });
}

describe.each(REGIMES)("beside $name", ({ install, uninstall }) => {
  afterEach(uninstall);

  test("advance and run end", async () => {
    install();
    const clock = new VirtualClock();
    const [first, second] = [retrying(clock), retrying(clock)];
    await clock.advance(2_000);
    expect(await first).toBe("value");
    await clock.run();
    expect(await second).toBe("value");
    expect([clock.now(), clock.pending]).toEqual([2_000, 0]);
  });
});

describe("moves that are begun at once follow each other", () => {
  test("two advances both move the clock", async () => {
    const clock = new VirtualClock();
    await Promise.all([clock.advance(10), clock.advance(20)]);
    expect(clock.now()).toBe(30);
  });

  test("each rings its alarms at their own instants, in order, and promises settle in between", async () => {
    const clock = new VirtualClock();
    const rung: string[] = [];
    const ring = (name: string) => (): void => void rung.push(`${name} at ${clock.now()}`);
    clock.alarm(5, () => {
      ring("first")();
      void Promise.resolve().then(() => clock.alarm(2, ring("set on the way")));
    });
    clock.alarm(12, ring("last"));
    await Promise.all([clock.advance(10), clock.advance(10), clock.run()]);
    expect(rung).toEqual(["first at 5", "set on the way at 7", "last at 12"]);
    expect(clock.now()).toBe(20);
  });

  test("an alarm that throws ends its own move only", async () => {
    const clock = new VirtualClock();
    clock.alarm(5, () => {
      throw new Error("thrown by an alarm");
    });
    const moves = await Promise.allSettled([clock.advance(10), clock.advance(10)]);
    expect(moves).toMatchObject([{ reason: { message: "thrown by an alarm" } }, { status: "fulfilled" }]);
    expect(clock.now()).toBe(15);
  });

  test("what is refused moves nothing, and stops nothing", async () => {
    const clock = new VirtualClock();
    const [first, refused, last] = await Promise.allSettled([clock.advance(1), clock.advance(-1), clock.advance(1)]);
    expect([first.status, refused.status, last.status]).toEqual(["fulfilled", "rejected", "fulfilled"]);
    expect(clock.now()).toBe(2);
  });
});
