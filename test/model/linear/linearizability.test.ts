import { type Admission, type Applicant, Bulkhead, CircuitBreaker, type Limiter, type LimitPermit } from "redress";
import { expect, test } from "vitest";
import { Chance } from "../chance.ts";
import { ScheduleClock } from "../schedule-clock.ts";
import { BREAKER, breakerModel, useBreaker } from "./breaker-history.ts";
import { bulkheadModel, useBulkhead } from "./bulkhead-history.ts";
import { History, linearize } from "./linearize.ts";

const RUNS = 3_000;

test("a search finds the one order that explains a history, and none where there is none", () => {
  const register = {
    initial: 0,
    step: (state: number, input: number | "read") => (input === "read" ? { state, output: state } : { state: input, output: 0 }),
  };
  const history = new History<number | "read", number>();
  const writes = history.invoke(7);
  const reads = history.invoke("read");
  reads(7);
  writes(0);
  expect(linearize(history.operations, register)?.map(({ input }) => input)).toEqual([7, "read"]);
  // What was read once cannot be unread.
  history.invoke("read")(0);
  expect(linearize(history.operations, register)).toBeNull();
});

test("an operation that was never answered may have happened, or not", () => {
  const counter = {
    initial: 0,
    step: (state: number, input: "add" | "read") =>
      input === "add" ? { state: state + 1, output: 0 } : { state, output: state },
  };
  const history = new History<"add" | "read", number>();
  history.invoke("add");
  history.invoke("read")(0);
  history.invoke("read")(1);
  expect(linearize(history.operations, counter)?.map(({ input }) => input)).toEqual(["read", "add", "read"]);
});

test("a bulkhead with a queue is linearizable, also where who is told of a turn asks, leaves or gives back within", () => {
  let overlaps = 0;
  for (let seed = 1; seed <= RUNS; seed++) {
    const chance = new Chance(seed);
    const [places, queue] = [1 + chance.below(2), chance.below(4)];
    const bulkhead = new Bulkhead({ maxConcurrent: places, maxQueue: queue, clock: new ScheduleClock() });
    const history = useBulkhead(bulkhead, chance, 14);
    expect(linearize(history.operations, bulkheadModel(places, queue)) === null ? `seed ${seed}\n${history}` : "").toBe("");
    overlaps += history.overlaps;
  }
  expect(overlaps).toBeGreaterThan(RUNS);
});

test("a breaker is linearizable, also where who hears of a change asks, reports, trips or resets within", () => {
  let overlaps = 0;
  for (let seed = 1; seed <= RUNS; seed++) {
    const chance = new Chance(seed);
    const clock = new ScheduleClock();
    let changed = (): void => {};
    const breaker = new CircuitBreaker({ ...BREAKER, clock, onStateChange: () => changed() });
    const history = useBreaker(breaker, (listener) => (changed = listener), clock, chance, 14);
    expect(linearize(history.operations, breakerModel) === null ? `seed ${seed}\n${history}` : "").toBe("");
    overlaps += history.overlaps;
  }
  expect(overlaps).toBeGreaterThan(RUNS / 10);
});

/** It hands a place on before it has been given back, and lets whoever comes meanwhile overtake those who wait. */
class HastyBulkhead implements Pick<Limiter, "admit" | "release"> {
  readonly #places: number;
  readonly #line: Applicant[] = [];
  #taken = 0;

  constructor(places: number) {
    this.#places = places;
  }

  admit(applicant: Applicant): Admission {
    if (this.#taken < this.#places) {
      this.#taken++;
      return { kind: "admitted" };
    }
    this.#line.push(applicant);
    const cancel = (): void => void this.#line.splice(this.#line.indexOf(applicant), 1);
    return { kind: "queued", cancel, readyInMs: () => Infinity };
  }

  release(_permit: LimitPermit): void {
    this.#taken--;
    const next = this.#line.shift();
    if (next === undefined) return;
    // Who is told may ask again, and finds a place that is free.
    next.admitted({ kind: "admitted" });
    this.#taken++;
  }
}

test("one that counts a place after it has told of it is not, and that is found", () => {
  let found = 0;
  for (let seed = 1; seed <= 300; seed++) {
    const history = useBulkhead(new HastyBulkhead(1), new Chance(seed), 14);
    if (linearize(history.operations, bulkheadModel(1, Infinity)) === null) found++;
  }
  expect(found).toBeGreaterThan(10);
});

test("a breaker that takes late reports for new ones is not linearizable, and that is found", () => {
  let found = 0;
  for (let seed = 1; seed <= 300; seed++) {
    const chance = new Chance(seed);
    const clock = new ScheduleClock();
    const breaker = new CircuitBreaker({ ...BREAKER, clock });
    const forgetful = {
      allow: () => breaker.allow(),
      // The permit of a call that was made now, whoever reports.
      recordFailure: () => {
        const { permit } = breaker.allow();
        if (permit !== null) breaker.recordFailure("TRANSIENT", permit);
      },
      recordSuccess: breaker.recordSuccess.bind(breaker),
      recordCancel: breaker.recordCancel.bind(breaker),
      trip: () => breaker.trip(),
      reset: () => breaker.reset(),
      get state() {
        return breaker.state;
      },
    };
    const history = useBreaker(forgetful as unknown as CircuitBreaker, () => {}, clock, chance, 20);
    if (linearize(history.operations, breakerModel) === null) found++;
  }
  expect(found).toBeGreaterThan(10);
});
