import fc from "fast-check";
import { expect, test } from "vitest";
import { EventQueue } from "../../src/simulate/driver/event-queue.ts";

/** Lets all events happen, in order. */
function drain(queue: EventQueue): void {
  for (let next = queue.first; next !== undefined; next = queue.first) {
    next.cancel();
    next.ring();
  }
}

test("events happen in order of time, and those of one instant in the order in which they were set", () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 20 })), (instants) => {
      const queue = new EventQueue();
      const happened: [number, number][] = [];
      for (const [order, atMs] of instants.entries()) queue.add(atMs, () => happened.push([atMs, order]));
      drain(queue);

      const sorted = instants.map((atMs, order): [number, number] => [atMs, order]).sort(([a, i], [b, j]) => a - b || i - j);
      expect(happened).toEqual(sorted);
    }),
  );
});

test("a cancelled event never happens, and leaves the others in order", () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.integer({ min: 0, max: 20 }), fc.boolean())), (plans) => {
      const queue = new EventQueue();
      const happened: number[] = [];
      const events = plans.map(([atMs]) => queue.add(atMs, () => happened.push(atMs)));
      for (const [index, [, cancelled]] of plans.entries()) if (cancelled) events[index]?.cancel();
      for (const [index, [, cancelled]] of plans.entries()) if (cancelled) events[index]?.cancel(); // twice changes nothing
      drain(queue);

      expect(happened).toEqual(plans.flatMap(([atMs, cancelled]) => (cancelled ? [] : [atMs])).sort((a, b) => a - b));
    }),
  );
});
