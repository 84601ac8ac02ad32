/* What the end of a call runs, runs in the AsyncLocalStorage context of that call, whatever context the alarm or the signal rang in. */
import { AsyncLocalStorage } from "node:async_hooks";
import { CircuitBreaker, constant, Policy, type RetryBudget } from "redress";
import { VirtualClock } from "redress/testing";
import { afterEach, describe, expect, test, vi } from "vitest";
import { macrotask } from "./driving.ts";

const request = new AsyncLocalStorage<string>();
afterEach(() => void vi.useRealTimers());

/** Writes down, of everything that a call runs, in whose context it ran. */
function watched(clock: VirtualClock | undefined) {
  const seen: string[] = [];
  const note = (what: string): void => void seen.push(`${what} in ${request.getStore()}`);
  const budget: RetryBudget = {
    consume: () => {
      note("budget.consume");
      return true;
    },
    remaining: () => 1,
    recordSuccess: () => note("budget.recordSuccess"),
    recordFailure: () => note("budget.recordFailure"),
  };
  const on = { ...(clock && { clock }) };
  const breaker = new CircuitBreaker({ failureThreshold: 1, onStateChange: () => note("onStateChange"), ...on });
  const hooks = {
    onMetric: (event: string) => note(event),
    onLog: () => note("onLog"),
    onAttemptStart: () => note("onAttemptStart"),
    onAttemptEnd: () => note("onAttemptEnd"),
  };
  return { seen, note, budget, breaker, hooks, on };
}

interface Made {
  readonly policy: Policy;
  readonly seen: string[];
  begin(signal?: AbortSignal): Promise<unknown>;
}

/** A policy whose calls wait for ever: in an attempt, asleep, or for their sleep handler. */
function waiting(how: "attempt" | "sleep" | "handler", retry: object, clock?: VirtualClock): Made {
  const { seen, note, budget, breaker, hooks, on } = watched(clock);
  const policy = new Policy({
    retry: {
      deadlineMs: 900,
      maxAttempts: 2,
      strategy: Object.assign(
        () => {
          note("strategy");
          return 800;
        },
        { recordFailure: () => note("strategy.recordFailure") },
      ),
      classifier: () => {
        note("classifier");
        return "TRANSIENT" as const;
      },
      budget,
      beforeSleep: () => note("beforeSleep"),
      ...(how === "sleep" && {
        sleeper: (_ms: number, signal?: AbortSignal) => {
          note("sleeper");
          signal?.addEventListener("abort", () => note("the sleeper's signal"));
          return new Promise(() => {});
        },
      }),
      ...(how === "handler" && {
        sleep: () => {
          note("sleep handler");
          return new Promise<never>(() => {});
        },
      }),
      ...retry,
    },
    circuitBreaker: breaker,
    hooks,
    fallback: {
      on: ["ABORTED", "DEADLINE_EXCEEDED", "MAX_ATTEMPTS_GLOBAL"],
      use: () => {
        note("fallback");
        return "instead";
      },
    },
    ...on,
  });
  return {
    policy,
    seen,
    begin: (signal) =>
      policy.call(
        (attempt) => {
          note("operation");
          attempt.signal.addEventListener("abort", () => note("the attempt's signal"));
          return how === "attempt" ? new Promise(() => {}) : Promise.reject(new Error("failed"));
        },
        { signal },
      ),
  };
}

const expectOwn = (made: Made, name: string, ...whats: string[]): void => {
  expect(made.seen.length).toBeGreaterThan(5);
  for (const line of made.seen) expect(line).toMatch(new RegExp(` in ${name}$`));
  for (const what of whats) expect(made.seen).toContain(`${what} in ${name}`);
};

const HOWS = ["attempt", "sleep", "handler"] as const;
const END: Readonly<Record<(typeof HOWS)[number], readonly string[]>> = {
  attempt: ["the attempt's signal", "fallback"],
  sleep: ["sleeper", "the sleeper's signal", "fallback"],
  handler: ["sleep handler", "fallback"],
};

describe.each(HOWS)("of a call that waits for its %s", (how) => {
  test("everything that its deadline runs", async () => {
    const clock = new VirtualClock();
    const made = waiting(how, {}, clock);
    const call = request.run("its own", () => made.begin());
    await request.run("the alarm's", () => clock.run());
    expect(await call).toBe("instead");
    expectOwn(
      made,
      "its own",
      ...END[how],
      "onStateChange",
      "budget.recordFailure",
      "deadline_exceeded",
      "fell_back",
      "circuit_opened",
    );
  });

  test("everything that the caller's abort runs", async () => {
    const clock = new VirtualClock();
    const made = waiting(how, {}, clock);
    const controller = new AbortController();
    const call = request.run("its own", () => made.begin(controller.signal));
    await macrotask();
    request.run("the aborter's", () => controller.abort("enough"));
    expect(await call).toBe("instead");
    expectOwn(made, "its own", ...END[how], "aborted");
  });
});

// The end of a scope lets an attempt in flight come to its end.
test.each(["sleep", "handler"] as const)(
  "of a call that waits for its %s, everything that the end of its scope runs",
  async (how) => {
    const clock = new VirtualClock();
    const made = waiting(how, {}, clock);
    const bound = request.run("the maker's", () => made.policy.context());
    const call = request.run("its own", () => bound(() => Promise.reject(new Error("failed"))));
    await macrotask();
    request.run("the disposer's", () => bound[Symbol.dispose]());
    expect(await call).toBe("instead");
    expectOwn(made, "its own", ...END[how], "aborted");
  },
);

test("everything that an attempt timeout runs, and the attempts that follow", async () => {
  const clock = new VirtualClock();
  const made = waiting("attempt", { attemptTimeoutMs: 10, strategy: constant(5) }, clock);
  const call = request.run("its own", () => made.begin());
  await request.run("the alarm's", () => clock.run());
  expect(await call).toBe("instead");
  expectOwn(
    made,
    "its own",
    "the attempt's signal",
    "classifier",
    "budget.consume",
    "budget.recordFailure",
    "onStateChange",
    "max_attempts_exceeded",
  );
});

test("of calls that one shared timer of the platform interrupts, each has its own context", async () => {
  const calls = ["first", "second", "third"].map((name) => ({ name, made: waiting("attempt", { deadlineMs: 5 }) }));
  const shared = new Policy({ retry: { deadlineMs: 5 } });
  const others: string[] = [];
  await Promise.all([
    ...calls.map(({ name, made }) => request.run(name, () => made.begin())),
    ...["fourth", "fifth"].map((name) =>
      request.run(name, () =>
        shared.execute(
          ({ signal }) =>
            new Promise(() => signal.addEventListener("abort", () => others.push(`${name} in ${request.getStore()}`))),
        ),
      ),
    ),
  ]);
  for (const { name, made } of calls) expectOwn(made, name, "the attempt's signal", "fallback");
  expect(others).toEqual(["fourth in fourth", "fifth in fifth"]);
});

test("of calls that share a signal, each is aborted in its own context", async () => {
  const controller = new AbortController();
  const calls = ["first", "second", "third"].map((name) => ({ name, made: waiting("attempt", {}) }));
  const ended = calls.map(({ name, made }) => request.run(name, () => made.begin(controller.signal)));
  await macrotask();
  request.run("the aborter's", () => controller.abort());
  await Promise.all(ended);
  for (const { name, made } of calls) expectOwn(made, name, "the attempt's signal", "fallback");
});

test("what follows a value that another context resolved runs in the call's own", async () => {
  let resolve = (_value: unknown): void => {};
  const { seen, breaker, budget, hooks, note } = watched(undefined);
  const policy = new Policy({ retry: { budget }, circuitBreaker: breaker, hooks });
  const thenable = {
    // biome-ignore lint/suspicious/noThenProperty: that is the case
    then: (settle: (value: unknown) => void): void => {
      note("then");
      resolve = settle;
    },
  };
  const call = request.run("its own", () => policy.call(() => thenable as PromiseLike<unknown>));
  await macrotask();
  request.run("another", () => resolve("value"));
  expect(await call).toBe("value");
  for (const line of seen) expect(line).toMatch(/ in its own$/);
});
