/* Who waits for an instant, on clocks of several kinds. */
import { describe, expect, test, vi } from "vitest";
import { alarmsOn, canShareAlarms, ownAlarmsOn } from "../../src/run/time/alarms.ts";
import { systemClock } from "../../src/run/time/clock.ts";
import { InstantAlarms } from "../../src/run/time/instant-alarms.ts";
import { OwnAlarms } from "../../src/run/time/own-alarms.ts";
import { SystemAlarms } from "../../src/run/time/system-alarms.ts";
import type { Waiter } from "../../src/run/time/waiter.ts";

const waiter = (dueAtMs: number, ring: () => void = () => {}, waitMs?: number): Waiter => ({
  prev: null,
  next: null,
  cancelAlarm: null,
  dueAtMs,
  ...(waitMs === undefined ? {} : { waitMs }),
  ring,
});

/** A clock whose alarms a test rings. */
function handClock(nowMs = 0) {
  const set: { readonly ms: number; readonly ring: () => void; isSet: boolean }[] = [];
  const alarm = (ms: number, ring: () => void): (() => void) => {
    const one = { ms, ring, isSet: true };
    set.push(one);
    return () => (one.isSet = false);
  };
  return { clock: { now: () => nowMs, alarm }, set, alarm };
}

const instantClock = () => {
  const hand = handClock();
  return { ...hand, clock: { ...hand.clock, alarmAt: hand.alarm } };
};

test("a clock's alarms are shared where they are sure to ring: on Node, and at exact instants", () => {
  const { clock } = handClock();
  const { clock: instants } = instantClock();
  expect([alarmsOn(systemClock), alarmsOn(instants), alarmsOn(clock), ownAlarmsOn(instants)].map((a) => a.constructor)).toEqual([
    SystemAlarms,
    InstantAlarms,
    OwnAlarms,
    OwnAlarms,
  ]);
  expect([systemClock, instants, clock].map(canShareAlarms)).toEqual([true, true, false]);
  vi.useFakeTimers();
  expect(canShareAlarms(systemClock)).toBe(false);
  vi.useRealTimers();
});

describe("an alarm of one's own", () => {
  test("rings in what is left, at the most in the wait itself, and at once where the instant is over", () => {
    const { clock, set } = handClock(100);
    const alarms = ownAlarmsOn(clock);
    alarms.add(waiter(130));
    alarms.add(waiter(130, undefined, 20));
    alarms.add(waiter(130, undefined, 40));
    alarms.add(waiter(90));
    expect(set.map(({ ms }) => ms)).toEqual([30, 20, 30, 0]);
  });

  test("is cancelled once, and not after it has rung", () => {
    const { clock } = handClock();
    let cancelled = 0;
    const rings: (() => void)[] = [];
    const alarms = ownAlarmsOn({
      ...clock,
      alarm(_ms, ring) {
        rings.push(ring);
        return () => cancelled++;
      },
    });
    const rung: string[] = [];
    const [left, rang] = [waiter(1, () => rung.push("left")), waiter(1, () => rung.push("rang"))];
    alarms.remove(left);
    alarms.add(left);
    alarms.add(rang);
    rings[1]?.();
    alarms.remove(rang);
    alarms.remove(left);
    alarms.remove(left);
    expect([cancelled, rung, left.cancelAlarm, rang.cancelAlarm]).toEqual([1, ["rang"], null, null]);
  });
});

describe("alarms at exact instants", () => {
  const pending = (set: readonly { ms: number; isSet: boolean }[]): number[] =>
    set.filter(({ isSet }) => isSet).map(({ ms }) => ms);

  test("are one for all, for who is due first, and cancelled with the last who waits", () => {
    const { clock, set } = instantClock();
    const alarms = new InstantAlarms(clock);
    const [late, early, same] = [waiter(30), waiter(20), waiter(20)];
    alarms.add(late);
    expect(pending(set)).toEqual([30]);
    alarms.add(early);
    expect([pending(set), set.length]).toEqual([[20], 2]);
    alarms.add(same);
    expect(set.length).toBe(2);
    alarms.remove(early);
    alarms.remove(same);
    expect(pending(set)).toEqual([20]);
    alarms.remove(late);
    expect(pending(set)).toEqual([]);
    alarms.remove(late);
    alarms.add(late);
    expect([pending(set), set.length]).toEqual([[30], 3]);
  });

  test("nobody is asked to cancel twice, nor for an alarm that has rung", () => {
    let cancelled = 0;
    const rings: (() => void)[] = [];
    const alarms = new InstantAlarms({
      ...instantClock().clock,
      alarmAt(_atMs, ring) {
        rings.push(ring);
        return () => cancelled++;
      },
    });
    const [first, second] = [waiter(10), waiter(20)];
    alarms.add(first);
    alarms.remove(second);
    expect(cancelled).toBe(0);
    rings[0]?.();
    alarms.add(second);
    expect([cancelled, rings.length]).toEqual([0, 2]);
    alarms.remove(second);
    alarms.remove(second);
    expect(cancelled).toBe(1);
  });

  test.each([10, 20])("let the last of them leave, who is due at %d, while another is rung at 10", (dueAtMs) => {
    const { clock, set } = instantClock();
    const alarms = new InstantAlarms(clock);
    const last = waiter(dueAtMs);
    alarms.add(waiter(10, () => alarms.remove(last)));
    alarms.add(last);
    set[0]?.ring();
    expect(set.length).toBe(1);
  });

  test("ring those who are due, in the order of their instants and of their coming, and are set for the next", () => {
    const { clock, set } = instantClock();
    const alarms = new InstantAlarms(clock);
    const rung: string[] = [];
    for (const [dueAtMs, name] of [
      [20, "b"],
      [10, "a"],
      [20, "c"],
      [30, "d"],
      [20, "later"],
    ] as const)
      alarms.add(
        waiter(dueAtMs, () => {
          rung.push(name);
          if (name === "b") alarms.add(waiter(20, () => rung.push("meanwhile")));
        }),
      );
    const ring = (): void => set.at(-1)?.ring();
    ring();
    expect([rung, set.at(-1)?.ms]).toEqual([["a"], 20]);
    ring();
    expect([rung, set.at(-1)?.ms]).toEqual([["a", "b", "c", "later"], 20]);
    ring();
    expect([rung, set.at(-1)?.ms]).toEqual([["a", "b", "c", "later", "meanwhile"], 30]);
    const count = set.length;
    ring();
    expect([rung.at(-1), set.length]).toEqual(["d", count]);
  });
});
