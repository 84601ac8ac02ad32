/* A call reads its options once, when it begins: the object may be changed, or used for another call, while the call is in flight. */
import {
  type CallOptions,
  constant,
  type ExecuteOptions,
  isAttemptTimeoutError,
  type Outcome,
  type Policy,
  RetryTimeline,
  TransientError,
} from "redress";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { answering, macrotask, type Op, type Stage, stage } from "./driving.ts";

const transient = new TransientError();

type Writable<T> = { -readonly [Key in keyof T]: T[Key] | null };

/** The ways to begin a call that fails once, and then gives "value"; `change` runs while it is in flight. */
interface Way {
  readonly name: string;
  readonly isSync: boolean;
  /** Fixes the options for later calls: they are read when it does. */
  begin(policy: Policy<unknown, unknown>, op: Op, options: CallOptions): () => unknown;
}

const WAYS: readonly Way[] = [
  { name: "call", isSync: false, begin: (policy, op, options) => () => policy.call(op, options) },
  { name: "execute", isSync: false, begin: (policy, op, options) => () => policy.execute(op, options).then(valueOrError) },
  { name: "wrap", isSync: false, begin: (policy, op, options) => policy.wrap(op as () => unknown, options) },
  {
    name: "context",
    isSync: false,
    begin: (policy, op, options) => {
      const bound = policy.context(options);
      return () => bound(op as () => unknown);
    },
  },
  { name: "callSync", isSync: true, begin: (policy, op, options) => () => policy.callSync(op, options) },
  { name: "executeSync", isSync: true, begin: (policy, op, options) => () => valueOrError(policy.executeSync(op, options)) },
  { name: "wrapSync", isSync: true, begin: (policy, op, options) => policy.wrapSync(op as () => unknown, options) },
  {
    name: "contextSync",
    isSync: true,
    begin: (policy, op, options) => {
      const bound = policy.contextSync(options);
      return () => bound(op as () => unknown);
    },
  },
];

const valueOrError = (outcome: Outcome<unknown>): unknown => {
  if (!outcome.ok) throw outcome.lastError;
  return outcome.value;
};

const unhandled = vi.fn();
beforeEach(() => {
  unhandled.mockClear();
  process.on("unhandledRejection", unhandled);
});
afterEach(async () => {
  await macrotask();
  process.off("unhandledRejection", unhandled);
  expect(unhandled).not.toHaveBeenCalled();
});

/** Makes a call whose first attempt fails after its options were changed, and whose second succeeds. */
async function change(way: Way, options: CallOptions, meddle: () => void, on: Stage = stage(retrying)): Promise<unknown> {
  let attempts = 0;
  const op: Op = way.isSync
    ? () => {
        if (++attempts > 1) return "value";
        meddle();
        throw transient;
      }
    : async () => {
        await macrotask();
        if (++attempts > 1) return "value";
        throw transient;
      };
  const call = way.begin(on.policy, op, options)();
  if (way.isSync) return call;
  meddle();
  const settled = Promise.resolve(call);
  settled.catch(() => {});
  for (let turns = 0; turns < 20; turns++) {
    await on.clock.advance(1);
    await macrotask();
  }
  return settled;
}

const retrying = { retry: { strategy: constant(1) } };
const never = (): never => {
  throw new Error("this was given after the call had begun");
};

describe.each(WAYS)("the options of a call made by $name", (way) => {
  const AFTERWARDS: readonly (readonly [string, () => object])[] = [
    ["set to null", () => ({})],
    ["replaced", () => ({})],
  ];

  test.each(AFTERWARDS)("change nothing when they are %s while it is in flight", async (how) => {
    const heard: string[] = [];
    const note = (what: string) => (): void => void heard.push(what);
    const options: CallOptions = {
      operation: "before",
      signal: new AbortController().signal,
      abortIf: () => {
        heard.push("abortIf");
        return false;
      },
      sleep: () => {
        heard.push("sleep");
        return "sleep";
      },
      beforeSleep: note("beforeSleep"),
      sleeper: note("sleeper"),
      onMetric: (event, _attempt, _sleepMs, tags) => void heard.push(`${event} of ${tags.operation}`),
      onLog: note("onLog"),
      onAttemptStart: note("onAttemptStart"),
      onAttemptEnd: note("onAttemptEnd"),
    };
    const others: Writable<CallOptions> = {
      operation: "after",
      signal: AbortSignal.abort("the later signal's"),
      abortIf: () => true,
      sleep: never,
      beforeSleep: note("the later beforeSleep"),
      sleeper: never,
      onMetric: note("the later onMetric"),
      onLog: note("the later onLog"),
      onAttemptStart: note("the later onAttemptStart"),
      onAttemptEnd: note("the later onAttemptEnd"),
    };
    const nulls = Object.fromEntries(Object.keys(options).map((name) => [name, null]));
    expect(await change(way, options, () => void Object.assign(options, how === "replaced" ? others : nulls))).toBe("value");
    expect(heard).toEqual([
      "abortIf",
      "onAttemptStart",
      "abortIf",
      "retry of before",
      "onLog",
      "sleep",
      "onAttemptEnd",
      "beforeSleep",
      "sleeper",
      "abortIf",
      "onAttemptStart",
      "success of before",
      "onLog",
      "onAttemptEnd",
    ]);
  });

  test("may be given after the call has begun without any effect", async () => {
    const options: Writable<CallOptions> = {};
    const later = {
      signal: AbortSignal.abort(),
      abortIf: () => true,
      sleep: never,
      beforeSleep: never,
      sleeper: never,
      onMetric: never,
    };
    expect(await change(way, options as CallOptions, () => void Object.assign(options, later))).toBe("value");
  });

  test("are asked as methods of the object that they came in", async () => {
    const owners = new Set<unknown>();
    const options = {
      abortIf(): boolean {
        owners.add(this);
        return false;
      },
      onAttemptStart(): void {
        owners.add(this);
      },
    };
    expect(await change(way, options, () => {})).toBe("value");
    expect([...owners]).toEqual([options]);
  });

  test("take what is discarded as methods of it, too", async () => {
    const owners: unknown[] = [];
    const options = {
      discard(value: unknown): void {
        owners.push(this, value);
      },
    };
    const on = stage({ retry: { strategy: constant(1), resultClassifier: (value) => (value === "bad" ? "TRANSIENT" : null) } });
    const call = way.begin(on.policy, answering("bad", "value"), options)();
    await on.clock.run();
    expect([await call, owners]).toEqual(["value", [options, "bad"]]);
  });

  test("leave a signal that was there at the beginning in force", async () => {
    const controller = new AbortController();
    const options: Writable<CallOptions> = { signal: controller.signal };
    const ended = change(way, options as CallOptions, () => {
      options.signal = null;
      controller.abort("the first signal's");
    });
    await expect(ended).rejects.toBe(way.name.startsWith("execute") ? null : "the first signal's");
  });
});

test("a timeline that is replaced while a call is in flight is not filled: the first one is", async () => {
  const [first, second] = [new RetryTimeline(), new RetryTimeline()];
  const options: Writable<ExecuteOptions> = { captureTimeline: first };
  const on = stage(retrying);
  const call = on.policy.execute(async () => "value", options as ExecuteOptions);
  options.captureTimeline = second;
  expect(await call).toMatchObject({ ok: true, timeline: first });
  expect([first.events.length, second.events.length]).toEqual([1, 0]);
});

test("one object of options serves calls that overlap, each with what it held when that call began", async () => {
  const on = stage({ retry: { deadlineMs: 1_000 } });
  const controllers = [1, 2, 3].map(() => new AbortController());
  const options: Writable<CallOptions> = {};
  const calls = controllers.map(({ signal }, index) => {
    Object.assign(options, { signal, operation: `call ${index}` });
    return on.policy.execute(({ operation }) => new Promise(() => {}).then(() => operation), options as CallOptions);
  });
  Object.assign(options, { signal: null, operation: null });
  controllers[1]?.abort();
  await on.clock.run();
  expect(await Promise.all(calls)).toMatchObject([
    { stopReason: "DEADLINE_EXCEEDED" },
    { stopReason: "ABORTED" },
    { stopReason: "DEADLINE_EXCEEDED" },
  ]);
});

test("the options of a policy, its strategies and its breaker are read when it is made", async () => {
  const strategies: Record<string, unknown> = { TRANSIENT: constant(1) };
  const retry: Record<string, unknown> = { strategies, attemptTimeoutMs: 10, maxAttempts: 2, maxRetriesPerClass: {} };
  const circuitBreaker: Record<string, unknown> = { failureThreshold: 1, tripOn: ["TRANSIENT"] };
  const on = stage({ retry, circuitBreaker, hooks: [{ onMetric: () => {} }] });
  (circuitBreaker["tripOn"] as string[]).length = 0;
  for (const given of [strategies, retry, circuitBreaker]) for (const name of Object.keys(given)) given[name] = null;
  const ended = on.policy.call(() => new Promise(() => {})).catch((error: unknown) => error);
  await on.clock.run();
  expect(isAttemptTimeoutError(await ended)).toBe(true);
  expect(await on.policy.execute(() => 1)).toMatchObject({ stopReason: "CIRCUIT_OPEN" });
});
