/* Calls that wait by one shared timer of Node, on timers that a test sets by hand. */
import { expect, test } from "vitest";
import { LONGEST_TIMER_MS, type SharedTimerHandle } from "../../src/run/time/platform-timers.ts";
import { SystemAlarms } from "../../src/run/time/system-alarms.ts";
import type { Waiter } from "../../src/run/time/waiter.ts";

interface HandTimer extends SharedTimerHandle {
  readonly ms: number;
  _destroyed: boolean;
  /** Whether it keeps the process alive. */
  keeps: boolean;
  ring(): void;
}

/** Timers that ring when a test says so, beside a clock with alarms of its own. */
function onHandTimers() {
  const set: HandTimer[] = [];
  const own: { readonly ms: number; readonly ring: () => void; isSet: boolean }[] = [];
  const state = { nowMs: 0, inPlace: true, known: true };
  const alarms = new SystemAlarms(
    {
      now: () => state.nowMs,
      alarm(ms, ring) {
        const alarm = { ms, ring, isSet: true };
        own.push(alarm);
        return () => (alarm.isSet = false);
      },
    },
    {
      now: () => state.nowMs,
      areInPlace: () => state.inPlace,
      set(ms, ring) {
        if (!state.known) return null;
        const timer: HandTimer = {
          ms,
          _destroyed: false,
          keeps: true,
          ref: () => (timer.keeps = true),
          unref: () => (timer.keeps = false),
          ring() {
            timer._destroyed = true;
            ring();
          },
        };
        set.push(timer);
        return timer;
      },
      clear: (timer) => ((timer as HandTimer)._destroyed = true),
    },
  );
  const rung: number[] = [];
  return {
    alarms,
    state,
    set,
    own,
    rung,
    waiter(dueAtMs: number, ring: () => void = () => {}): Waiter {
      return {
        prev: null,
        next: null,
        cancelAlarm: null,
        dueAtMs,
        ring() {
          rung.push(dueAtMs);
          ring();
        },
      };
    },
    /** Those that are still to ring: in how many ms they were to when they were set, negative where they keep no process alive. */
    pending: () => set.filter(({ _destroyed }) => !_destroyed).map(({ ms, keeps }) => (keeps ? ms : -ms)),
    ringAt(nowMs: number): void {
      state.nowMs = nowMs;
      set.at(-1)?.ring();
    },
  };
}

/** Timers are set in a reaction of a promise. */
const settled = async (): Promise<void> => {
  for (let reactions = 0; reactions < 5; reactions++) await undefined;
};

test("one timer is set for all who wait, for the first of them, and none for those who come while it is to ring", async () => {
  const { alarms, set, own, pending, waiter } = onHandTimers();
  for (const dueAtMs of [30, 20, 20, 40]) alarms.add(waiter(dueAtMs));
  expect(set).toEqual([]);
  await settled();
  alarms.add(waiter(25));
  alarms.add(waiter(20));
  await settled();
  expect([set.length, pending(), own]).toEqual([1, [20], []]);
});

test("who is due before the timer gets one that is earlier, in place of it", async () => {
  const { alarms, set, pending, waiter, rung, ringAt } = onHandTimers();
  alarms.add(waiter(30));
  await settled();
  alarms.add(waiter(10));
  await settled();
  expect([set.length, pending()]).toEqual([2, [10]]);
  ringAt(10);
  expect([rung, pending()]).toEqual([[10], [20]]);
  ringAt(30);
  expect([rung, pending()]).toEqual([[10, 30], []]);
});

test("the timer stays when nobody waits any more, and keeps no process alive until somebody does", async () => {
  const { alarms, set, pending, waiter, rung, ringAt } = onHandTimers();
  const [first, second, later] = [waiter(10), waiter(20), waiter(30)];
  alarms.add(first);
  alarms.add(second);
  await settled();
  alarms.remove(first);
  expect(pending()).toEqual([10]);
  alarms.remove(second);
  expect(pending()).toEqual([-10]);
  alarms.add(later);
  await settled();
  expect([set.length, pending()]).toEqual([1, [10]]);
  alarms.remove(later);
  alarms.remove(later);
  expect(pending()).toEqual([-10]);
  ringAt(10);
  expect([set.length, rung]).toEqual([1, []]);
});

test("a timer that rings for nobody yet due is set anew for who is due first, from then on", async () => {
  const { alarms, pending, waiter, rung, ringAt } = onHandTimers();
  const first = waiter(10);
  alarms.add(first);
  await settled();
  alarms.add(waiter(25));
  alarms.remove(first);
  ringAt(12);
  expect([rung, pending()]).toEqual([[], [13]]);
});

test("who leaves before the timer is set gets none", async () => {
  const { alarms, set, waiter } = onHandTimers();
  const first = waiter(10);
  alarms.add(first);
  alarms.remove(first);
  await settled();
  expect(set).toEqual([]);
  alarms.add(waiter(15));
  await settled();
  expect(set.map(({ ms }) => ms)).toEqual([15]);
});

test("a timer that was taken away is set again with the next who waits, as one that has rung is", async () => {
  const { alarms, set, pending, waiter, rung, ringAt } = onHandTimers();
  alarms.add(waiter(10));
  await settled();
  (set[0] as HandTimer)._destroyed = true;
  alarms.add(waiter(20));
  await settled();
  expect(pending()).toEqual([10]);
  ringAt(10);
  ringAt(20);
  expect([rung, set.length]).toEqual([[10, 20], 3]);
  alarms.add(waiter(50));
  await settled();
  expect([set.length, pending()]).toEqual([4, [30]]);
});

test("an instant that is over is waited for with 0 ms; one beyond the limit of timers in parts", async () => {
  const { alarms, set, pending, waiter, rung, ringAt } = onHandTimers();
  alarms.add(waiter(-5));
  await settled();
  expect(pending()).toEqual([0]);
  // It is late, and gives way once.
  ringAt(0);
  expect(rung).toEqual([]);
  ringAt(0);
  expect(rung).toEqual([-5]);
  const far = LONGEST_TIMER_MS + 7;
  alarms.add(waiter(far));
  await settled();
  expect(pending()).toEqual([LONGEST_TIMER_MS]);
  // It is to ring before this one is due, and so stays.
  const count = set.length;
  alarms.add(waiter(LONGEST_TIMER_MS));
  await settled();
  expect(set.length).toBe(count);
  ringAt(LONGEST_TIMER_MS);
  expect([rung, pending()]).toEqual([[-5, LONGEST_TIMER_MS], [7]]);
  ringAt(far);
  expect(rung).toEqual([-5, LONGEST_TIMER_MS, far]);
});

test.each([
  ["in time", 10, [10]],
  ["up to 2 ms late", 12, [10]],
  ["early, by a clock that was set back", 3, [10]],
])("a timer that rings %s is believed", async (_when, nowMs, expected) => {
  const { alarms, waiter, rung, ringAt, pending } = onHandTimers();
  alarms.add(waiter(10));
  await settled();
  ringAt(nowMs);
  expect([rung, pending()]).toEqual([expected, []]);
});

test("after a timer that a clock called early, the next is set from the instant that it stood for", async () => {
  const { alarms, waiter, pending, ringAt } = onHandTimers();
  alarms.add(waiter(10));
  alarms.add(waiter(25));
  await settled();
  ringAt(3);
  expect(pending()).toEqual([15]);
});

test("one that rings later lets what was due before go first, once, where somebody is due", async () => {
  const { alarms, set, waiter, rung, ringAt, pending } = onHandTimers();
  alarms.add(waiter(10));
  alarms.add(waiter(12));
  alarms.add(waiter(13));
  await settled();
  ringAt(12.5);
  expect([rung, pending()]).toEqual([[], [0]]);
  // However late it rings now. Who was not due when it was set waits for the next.
  ringAt(100);
  expect([rung, pending()]).toEqual([[10, 12], [0]]);
  // Which is late, too, and by itself.
  ringAt(103);
  expect([rung, pending()]).toEqual([[10, 12], [0]]);
  ringAt(103);
  expect([rung, pending(), set.length]).toEqual([[10, 12, 13], [], 4]);
});

test("one that rings late for somebody who is due at that very instant gives way, too", async () => {
  const { alarms, waiter, rung, ringAt, pending } = onHandTimers();
  const first = waiter(10);
  alarms.add(first);
  alarms.add(waiter(50));
  alarms.remove(first);
  await settled();
  alarms.add(waiter(60));
  const { set } = { set: pending() };
  expect(set).toEqual([50]);
  ringAt(60);
  expect([rung, pending()]).toEqual([[], [0]]);
  ringAt(60);
  expect([rung, pending()]).toEqual([[50, 60], []]);
});

test("one that rings late for nobody who is due is set for the next, and that is believed to be late anew", async () => {
  const { alarms, waiter, rung, ringAt, pending } = onHandTimers();
  const first = waiter(10);
  alarms.add(first);
  await settled();
  alarms.add(waiter(30));
  alarms.remove(first);
  ringAt(20);
  expect([rung, pending()]).toEqual([[], [10]]);
  ringAt(40);
  expect([rung, pending()]).toEqual([[], [0]]);
  ringAt(40);
  expect([rung, pending()]).toEqual([[30], []]);
});

test("who is due at the very instant of a late timer is due", async () => {
  const { alarms, waiter, rung, ringAt, pending } = onHandTimers();
  const first = waiter(10);
  alarms.add(first);
  await settled();
  alarms.add(waiter(20));
  alarms.remove(first);
  ringAt(20);
  expect([rung, pending()]).toEqual([[], [0]]);
  // However late that is.
  ringAt(100);
  expect(rung).toEqual([20]);
});

test("one that was set again for a stall, and rings for nobody, leaves the next its own", async () => {
  const { alarms, waiter, rung, ringAt, pending } = onHandTimers();
  const first = waiter(10);
  alarms.add(first);
  await settled();
  ringAt(20);
  alarms.remove(first);
  expect(pending()).toEqual([-0]);
  ringAt(20);
  alarms.add(waiter(30));
  await settled();
  ringAt(40);
  expect([rung, pending()]).toEqual([[], [0]]);
  ringAt(40);
  expect([rung, pending()]).toEqual([[30], []]);
});

test("an instant is met exactly, where what is left of it is rounded", async () => {
  const { alarms, state, waiter, rung, ringAt } = onHandTimers();
  const [nowMs, dueAtMs] = [0.2, 0.9];
  expect(nowMs + (dueAtMs - nowMs)).toBeLessThan(dueAtMs);
  state.nowMs = nowMs;
  alarms.add(waiter(dueAtMs));
  await settled();
  ringAt(1);
  expect(rung).toEqual([dueAtMs]);
});

test("who begins to wait while others are rung waits for the next time, even where time stands still", async () => {
  const { alarms, waiter, rung, ringAt, pending } = onHandTimers();
  alarms.add(waiter(10, () => alarms.add(waiter(10))));
  await settled();
  ringAt(10);
  expect([rung, pending()]).toEqual([[10], [0]]);
  ringAt(10);
  await settled();
  expect([rung, pending()]).toEqual([[10, 10], []]);
});

test("nobody who was removed is rung, nor anybody in their place", async () => {
  const { alarms, waiter, rung, ringAt, pending } = onHandTimers();
  const second = waiter(10);
  alarms.add(waiter(10, () => alarms.remove(second)));
  alarms.add(second);
  alarms.add(waiter(15));
  await settled();
  ringAt(10);
  expect([rung, pending()]).toEqual([[10], [5]]);
});

test("while others' timers are in place, everybody waits by an alarm of their own", async () => {
  const { alarms, state, set, own, waiter, rung } = onHandTimers();
  const [early, ours] = [waiter(10), waiter(20)];
  alarms.add(early);
  await settled();
  state.inPlace = false;
  alarms.add(ours);
  expect(own.map(({ ms, isSet }) => [ms, isSet])).toEqual([[20, true]]);
  alarms.remove(ours);
  expect(own.map(({ isSet }) => isSet)).toEqual([false]);
  // The shared timer is not theirs.
  expect(set.map(({ _destroyed, keeps }) => [_destroyed, keeps])).toEqual([[false, true]]);
  alarms.add(ours);
  own[1]?.ring();
  expect([rung, ours.cancelAlarm]).toEqual([[20], null]);
  state.inPlace = true;
  alarms.add(waiter(9));
  await settled();
  expect(own.length).toBe(2);
});

test("timers that do not say whether they will still ring are shared by nobody, from the first on", async () => {
  const { alarms, state, set, own, waiter, rung } = onHandTimers();
  state.known = false;
  alarms.add(waiter(10));
  alarms.add(waiter(20));
  await settled();
  state.known = true;
  alarms.add(waiter(30));
  await settled();
  expect([set.length, own.map(({ ms }) => ms)]).toEqual([0, [10, 20, 30]]);
  for (const { ring } of own) ring();
  expect(rung).toEqual([10, 20, 30]);
});
