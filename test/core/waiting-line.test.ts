import type { Applicant, LimitPermit, Rejection } from "redress";
import { expect, test } from "vitest";
import { Waiting, WaitingLine } from "../../src/core/limit/waiting-line.ts";

const PERMIT: LimitPermit = { kind: "admitted" };

function line() {
  const events: string[] = [];
  const names = new Map<Waiting, string>();
  const made: WaitingLine<Waiting> = new WaitingLine<Waiting>({
    left: (waiting) => events.push(`${names.get(waiting)} left`),
    cancelled: () => events.push("cancelled"),
    readyInMs: () => {
      events.push("asked");
      return 7;
    },
  });
  const join = (name: string, admitted: (permit: LimitPermit) => void = () => {}, rejected = () => {}): Waiting => {
    const applicant: Applicant = {
      cost: undefined,
      maxWaitMs: Infinity,
      admitted: (permit) => {
        events.push(`${name} admitted`);
        admitted(permit);
      },
      rejected: () => {
        events.push(`${name} rejected`);
        rejected();
      },
      failed: () => {},
    };
    const waiting = new Waiting(applicant, made);
    names.set(waiting, name);
    made.join(waiting);
    return waiting;
  };
  return { made, join, events };
}

test("a line serves from its head on, for as long as there is a permit", () => {
  const { made, join, events } = line();
  for (const name of ["a", "b", "c"]) join(name);
  let permits = 2;
  made.serve(() => (permits-- > 0 ? PERMIT : null));
  expect(events).toEqual(["a left", "a admitted", "b left", "b admitted"]);
  expect(made.length).toBe(1);
});

test("who leaves a line is told nothing, and leaves once", () => {
  const { made, join, events } = line();
  const [a, b] = [join("a"), join("b")];
  a.cancel();
  a.cancel();
  made.serve(() => PERMIT);
  b.cancel();
  expect(events).toEqual(["a left", "cancelled", "b left", "b admitted"]);
});

test("who is told to be served may ask to serve: one loop serves all, in order", () => {
  const { made, join, events } = line();
  const serve = (): void => made.serve(() => PERMIT);
  join("a", () => {
    join("c");
    serve();
    events.push("a is done");
  });
  join("b");
  serve();
  expect(events).toEqual(["a left", "a admitted", "a is done", "b left", "b admitted", "c left", "c admitted"]);
});

test("a line goes on after a permit could not be made", () => {
  const { made, join, events } = line();
  join("a");
  expect(() =>
    made.serve(() => {
      throw new Error("no clock");
    }),
  ).toThrow("no clock");
  made.serve(() => PERMIT);
  expect(events).toEqual(["a left", "a admitted"]);
});

test("a ticket says when to ask again for as long as it waits", () => {
  const { made, join, events } = line();
  const [a, b] = [join("a"), join("b")];
  expect([a.readyInMs(), b.readyInMs()]).toEqual([7, 7]);
  made.serve((waiting) => (waiting === a ? PERMIT : null));
  expect([a.readyInMs(), b.readyInMs()]).toEqual([0, 7]);
  expect(events, "who does not wait has no question").toEqual(["asked", "asked", "a left", "a admitted", "asked"]);
});

const REJECTION: Rejection = { kind: "rejected", limiter: "default", reason: "full", retryAfterMs: null, why: "" };

test.each<[how: string, tell: (made: WaitingLine<Waiting>) => void]>([
  ["served", (made) => made.serve(() => PERMIT)],
  ["turned away", (made) => made.turnAway(REJECTION)],
])("what is thrown by those who are %s keeps it from nobody, and the first of it is thrown when all have heard", (_how, tell) => {
  const { made, join } = line();
  const told: string[] = [];
  for (const name of ["a", "b", "c"]) {
    const hear = (): never => {
      told.push(name);
      throw new Error(`of ${name}`);
    };
    join(name, hear, hear);
  }
  expect(() => tell(made)).toThrow(new Error("of a"));
  expect(told).toEqual(["a", "b", "c"]);
});

test("who leaves while another one is turned away is told nothing", () => {
  const { made, join, events } = line();
  const b: { leaves?: () => void } = {};
  join(
    "a",
    () => {},
    () => b.leaves?.(),
  );
  const waiting = join("b");
  join("c");
  b.leaves = () => waiting.cancel();
  made.turnAway(REJECTION);
  expect(events).toEqual(["a left", "a rejected", "b left", "cancelled", "c left", "c rejected"]);
});
