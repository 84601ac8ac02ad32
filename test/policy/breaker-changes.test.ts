/* Who hears of the changes of a breaker's state: its own `onStateChange` and, beside it, the registry and the simulator. */
import { type Breaker, CircuitBreaker, type CircuitBreakerOptions, type Permit, type StateChange } from "redress";
import { VirtualClock } from "redress/testing";
import { describe, expect, test } from "vitest";
import { listenToChanges } from "../../src/policy/breaker-changes.ts";

const down = (): never => {
  throw Object.assign(new Error("down"), { status: 503 });
};
const caught = (use: () => unknown): unknown => {
  try {
    use();
  } catch (error) {
    return error;
  }
  return undefined;
};

function setUp(options: CircuitBreakerOptions = {}, meddle: (change: StateChange) => void = () => {}) {
  const clock = new VirtualClock();
  const changes: StateChange[] = [];
  const breaker: CircuitBreaker = new CircuitBreaker({
    name: "users",
    failureThreshold: 1,
    recoveryTimeoutMs: 500,
    clock,
    onStateChange: (change) => {
      changes.push(change);
      meddle(change);
    },
    ...options,
  });
  return { clock, breaker, changes };
}

describe("onStateChange", () => {
  test("is told from where to where, when, and the class that opened it", () => {
    const { breaker, clock, changes } = setUp();
    clock.block(5);
    caught(() => breaker.callSync(down));
    clock.block(500);
    breaker.callSync(() => 1);
    expect(changes).toEqual([
      { breaker: "users", from: "closed", to: "open", atMs: 5, errorClass: "SERVER_ERROR" },
      { breaker: "users", from: "open", to: "half_open", atMs: 505, errorClass: null },
      { breaker: "users", from: "half_open", to: "closed", atMs: 505, errorClass: null },
    ]);
  });

  test("names no class where a probe that failed has closed it", () => {
    const { breaker, clock, changes } = setUp();
    caught(() => breaker.callSync(down));
    clock.block(500);
    caught(() =>
      breaker.callSync(() => {
        throw Object.assign(new Error("no"), { status: 404 });
      }),
    );
    expect(changes.at(-1)).toEqual({ breaker: "users", from: "half_open", to: "closed", atMs: 500, errorClass: null });
  });

  test("sees the new state already, and may call the breaker", () => {
    const seen: string[] = [];
    const breaker: CircuitBreaker = new CircuitBreaker({
      failureThreshold: 1,
      onStateChange: ({ to }) => {
        seen.push(`${to}: ${breaker.state}`);
        if (to === "open") breaker.reset();
      },
    });
    caught(() => breaker.callSync(down));
    expect(seen).toEqual(["open: open", "closed: closed"]);
    expect(breaker.callSync(() => "value")).toBe("value");
  });

  test("may throw or reject: nobody notices", async () => {
    for (const onStateChange of [down, async () => down()]) {
      const breaker = new CircuitBreaker({ failureThreshold: 1, onStateChange });
      caught(() => breaker.callSync(down));
      expect(breaker.state).toBe("open");
    }
    await new Promise((resolve) => setImmediate(resolve));
  });

  test("may make a probe that fails: then no call is admitted, though no recovery time is to pass", () => {
    let probed = false;
    const { breaker, changes } = setUp({ recoveryTimeoutMs: 0, halfOpenMaxCalls: 2 }, ({ to }) => {
      if (to !== "half_open" || probed) return;
      probed = true;
      breaker.recordFailure("TRANSIENT", breaker.allow().permit as Permit);
    });
    caught(() => breaker.callSync(down));
    expect(breaker.allow()).toEqual({ admitted: false, state: "open", permit: null });
    expect(changes.map(({ to }) => to)).toEqual(["open", "half_open", "open"]);
    expect(breaker.stats).toMatchObject({ rejectedCalls: 1, stateChanges: 3 });
  });
});

function heardOf(...listeners: readonly string[]) {
  const heard: string[] = [];
  const onStateChange = ({ to }: StateChange) => void heard.push(`onStateChange: ${to}`);
  const breaker = new CircuitBreaker({ name: "db", clock: new VirtualClock(), onStateChange });
  const ends = listeners.map((name) => listenToChanges(breaker, ({ to }) => void heard.push(`${name}: ${to}`)));
  return { breaker, heard, ends };
}

test("each listener hears of every change, before the breaker's own observer", () => {
  const { breaker, heard } = heardOf("first", "second");
  breaker.trip();
  breaker.reset();
  expect(heard).toEqual([
    ...["first: open", "second: open", "onStateChange: open"],
    ...["first: closed", "second: closed", "onStateChange: closed"],
  ]);
});

test("a listener hears the whole change, of a breaker that has no observer of its own too", () => {
  const clock = new VirtualClock();
  const breaker = new CircuitBreaker({ name: "db", failureThreshold: 1, clock });
  const heard: StateChange[] = [];
  listenToChanges(breaker, (change) => heard.push(change));
  clock.block(7);
  breaker.recordFailure("TRANSIENT", breaker.allow().permit as never);
  expect(heard).toEqual([{ breaker: "db", from: "closed", to: "open", atMs: 7, errorClass: "TRANSIENT" }]);
});

test("one that has ended hears no more, and the others go on", () => {
  const { breaker, heard, ends } = heardOf("first", "second", "third");
  ends[1]?.();
  breaker.trip();
  expect(heard).toEqual(["first: open", "third: open", "onStateChange: open"]);
});

test("a breaker of one's own tells nothing", () => {
  const own: Breaker = {
    name: "own",
    state: "closed",
    allow: () => ({ admitted: true, state: "closed", permit: { epoch: 0, atMs: 0 } }),
    recordSuccess: () => {},
    recordFailure: () => {},
    recordCancel: () => {},
  } as unknown as Breaker;
  expect(listenToChanges(own, () => {})).toBeNull();
  expect(Object.getOwnPropertySymbols(own)).toEqual([]);
});

test("a listener of another copy of this package hears of them too", () => {
  const { breaker, heard } = heardOf();
  Reflect.set(breaker, Symbol.for("redress.change-listeners/1"), [({ to }: StateChange) => heard.push(`other copy: ${to}`)]);
  breaker.trip();
  expect(heard).toEqual(["other copy: open", "onStateChange: open"]);
});
