/* redress/diagnostics: what is published, when, and that nothing is observed while nobody listens. Channels are the process's: each test takes its subscribers away. */
import { AsyncLocalStorage } from "node:async_hooks";
import { channel, subscribe, unsubscribe } from "node:diagnostics_channel";
import {
  type CallContext,
  CircuitBreaker,
  constant,
  type ErrorClass,
  Hedge,
  type Hooks,
  PermanentError,
  Policy,
  type PolicyOptions,
  TransientError,
} from "redress";
import { type AttemptMessage, type CallMessage, diagnosticsHooks, type EventMessage } from "redress/diagnostics";
import { VirtualClock } from "redress/testing";
import { afterEach, expect, test, vi } from "vitest";
import { HEARS, heardHooks } from "../../src/run/call/heard-hooks.ts";

const PHASES = ["start", "end", "asyncStart", "asyncEnd", "error"] as const;
const namesOf = (subject: string): string[] => PHASES.map((phase) => `tracing:redress:${subject}:${phase}`);

const undo: (() => void)[] = [];
afterEach(() => {
  for (const step of undo.splice(0)) step();
});

function listen(name: string, listener: (message: unknown) => void): void {
  const listening = (message: unknown): void => listener(message);
  subscribe(name, listening);
  undo.push(() => unsubscribe(name, listening));
}

/** Everything that is published, in order, by the last words of the channel. */
function record(...subjects: ("call" | "attempt" | "event")[]): [string, unknown][] {
  const published: [string, unknown][] = [];
  for (const subject of subjects)
    for (const name of subject === "event" ? ["redress:event"] : namesOf(subject))
      listen(name, (message) => void published.push([name.replace(/^(tracing:)?redress:/, ""), message]));
  return published;
}

const clock = new VirtualClock();
const policyOf = (options: PolicyOptions = {}): Policy =>
  new Policy({
    operation: "read",
    hooks: diagnosticsHooks(),
    clock,
    retry: { strategy: constant(10), maxAttempts: 3 },
    ...options,
  });

function failing(times: number, error: unknown = new TransientError("host=secret")): () => Promise<string> {
  let left = times;
  return async () => {
    if (left-- > 0) throw error;
    return "value";
  };
}

async function played<T>(promise: Promise<T>): Promise<T> {
  await Promise.all([promise.catch(() => {}), clock.run()]);
  return promise;
}

test("a call is published as the platform's tracePromise publishes: start, end, asyncStart, asyncEnd, one message for all", async () => {
  const published = record("call");
  await played(policyOf().call(async () => "value"));

  expect(published.map(([name]) => name)).toEqual(["call:start", "call:end", "call:asyncStart", "call:asyncEnd"]);
  const messages = new Set(published.map(([, message]) => message));
  expect(messages.size).toBe(1);
  const [message] = messages as Set<CallMessage>;
  expect(message).toMatchObject({ operation: "read", end: { ok: true, attempts: 1 }, result: "value", error: undefined });
});

test("nothing of the end is known at the start", async () => {
  const seen: unknown[] = [];
  listen("tracing:redress:call:start", (message) => {
    const { end, error, result } = message as CallMessage;
    seen.push([end, error, result]);
  });
  await played(policyOf().call(async () => "value"));

  expect(seen).toEqual([[null, undefined, undefined]]);
});

test("a call that fails is published on error, with what call throws, before asyncStart", async () => {
  const published = record("call");
  const error = new PermanentError("no");
  await expect(played(policyOf().call(failing(9, error)))).rejects.toBe(error);

  expect(published.map(([name]) => name)).toEqual(["call:start", "call:end", "call:error", "call:asyncStart", "call:asyncEnd"]);
  expect((published[2] as [string, CallMessage])[1].error).toBe(error);
  expect((published[2] as [string, CallMessage])[1].result).toBeUndefined();
});

test("a mistake in the policy is the error of its call", async () => {
  const published = record("call");
  const mistake = new Error("a mistake");
  const strategy = (): number => {
    throw mistake;
  };
  await expect(played(policyOf({ retry: { strategy } }).call(failing(1)))).rejects.toBe(mistake);

  expect((published.find(([name]) => name === "call:error") as [string, CallMessage])[1].error).toBe(mistake);
});

test("a synchronous call is published alike", () => {
  const published = record("call", "attempt");
  expect(policyOf().callSync(() => "value")).toBe("value");

  expect(published.map(([name]) => name)).toEqual([
    "call:start",
    "call:end",
    "attempt:start",
    "attempt:end",
    "attempt:asyncStart",
    "attempt:asyncEnd",
    "call:asyncStart",
    "call:asyncEnd",
  ]);
});

test("each attempt is published with its number, decision and error, around its operation", async () => {
  const published = record("attempt");
  const inside: string[] = [];
  const operation = failing(1);
  await played(
    policyOf().call(async () => {
      inside.push(published.at(-1)?.[0] ?? "");
      return operation();
    }),
  );

  expect(inside).toEqual(["attempt:start", "attempt:start"]);
  expect(published.map(([name, message]) => `${name} ${(message as AttemptMessage).attempt}`)).toEqual([
    "attempt:start 1",
    "attempt:end 1",
    "attempt:error 1",
    "attempt:asyncStart 1",
    "attempt:asyncEnd 1",
    "attempt:start 2",
    "attempt:end 2",
    "attempt:asyncStart 2",
    "attempt:asyncEnd 2",
  ]);
  const [first, second] = [published[0]?.[1], published[5]?.[1]] as [AttemptMessage, AttemptMessage];
  expect(first).toMatchObject({ decision: "retry", sleepMs: 10, stopReason: null, hedge: false });
  expect(first.error).toBeInstanceOf(TransientError);
  expect(second).toMatchObject({ decision: "success", sleepMs: 0, error: undefined });
  expect(first.call).toBe(second.call);
});

test("a failed result is no error: it is the attempt's result", async () => {
  const published = record("attempt");
  const bad = (): ErrorClass => "PERMANENT";
  await played(policyOf({ retry: { resultClassifier: bad } }).execute(async () => "bad"));

  expect(published.map(([name]) => name)).not.toContain("attempt:error");
  expect(published.at(-1)?.[1]).toMatchObject({
    result: "bad",
    error: undefined,
    decision: "raise",
    stopReason: "NON_RETRYABLE_CLASS",
  });
});

test("attempts of concurrent calls and hedges keep to their own messages", async () => {
  const published = record("attempt", "call");
  const policy = policyOf({ hedge: new Hedge({ delayMs: 5, loadRatio: 1 }) });
  const slow = (): Promise<string> => clock.sleep(20).then(() => "value");
  await Promise.all([played(policy.call(slow)), policy.call(slow)]);

  const ofAttempts = published.filter(([name]) => name.startsWith("attempt:")) as [string, AttemptMessage][];
  const byMessage = new Map<AttemptMessage, string[]>();
  for (const [name, message] of ofAttempts) byMessage.set(message, [...(byMessage.get(message) ?? []), name]);
  expect(byMessage.size).toBe(4);
  for (const names of byMessage.values())
    expect(names.filter((name) => name !== "attempt:error")).toEqual([
      "attempt:start",
      "attempt:end",
      "attempt:asyncStart",
      "attempt:asyncEnd",
    ]);
  expect([...byMessage.keys()].map(({ hedge, decision }) => [hedge, decision]).sort()).toEqual([
    [false, "success"],
    [false, "success"],
    [true, "cut"],
    [true, "cut"],
  ]);
  expect(new Set([...byMessage.keys()].map(({ call }) => call)).size).toBe(2);
});

test("events carry what onMetric is told", async () => {
  const published = record("event");
  const circuitBreaker = new CircuitBreaker({ name: "db", failureThreshold: 1, clock });
  await expect(played(policyOf({ circuitBreaker, retry: { maxAttempts: 1 } }).call(failing(1)))).rejects.toThrow();

  expect(published.map(([, message]) => message as EventMessage)).toEqual([
    {
      event: "max_attempts_exceeded",
      attempt: 1,
      sleepMs: 0,
      tags: {
        operation: "read",
        class: "TRANSIENT",
        err: "TransientError",
        stop_reason: "MAX_ATTEMPTS_GLOBAL",
        cause: "exception",
      },
    },
    { event: "circuit_opened", attempt: 0, sleepMs: 0, tags: { operation: "read", state: "open", class: "TRANSIENT" } },
  ]);
});

test("a store that is bound to attempts is current in the operation, its own for each attempt, and nowhere else", async () => {
  const storage = new AsyncLocalStorage<string>();
  const start = channel("tracing:redress:attempt:start");
  start.bindStore(storage as never, (message) => `attempt ${(message as AttemptMessage).attempt}`);
  undo.push(() => void start.unbindStore(storage as never));
  const seen: unknown[] = [];
  const operation = failing(1);
  await played(
    policyOf().call(async () => {
      await null;
      seen.push(storage.getStore());
      return operation();
    }),
  );

  expect(seen).toEqual(["attempt 1", "attempt 2"]);
  expect(storage.getStore()).toBeUndefined();
});

test("while nobody listens there are no hooks, and a call is not observed at all", async () => {
  const hooks = diagnosticsHooks();
  expect(heardHooks([hooks])).toBe(0);
  const listener = vi.fn();
  const heardOf = (name: string): number => {
    subscribe(name, listener);
    const heard = heardHooks([hooks]);
    unsubscribe(name, listener);
    return heard;
  };
  expect(heardOf("redress:event")).toBe(HEARS.onMetric);
  for (const phase of ["start", "end", "asyncStart", "asyncEnd", "error"]) {
    expect(heardOf(`tracing:redress:call:${phase}`)).toBe(HEARS.onCallStart | HEARS.onCallEnd);
    expect(heardOf(`tracing:redress:attempt:${phase}`)).toBe(HEARS.aroundAttempt | HEARS.onAttemptEnd);
  }
  expect(heardHooks([hooks, { onLog: () => {} }])).toBe(HEARS.onLog);
});

test("who subscribes while a call is under way hears of no end whose beginning was not published", async () => {
  let published: [string, unknown][] = [];
  const other: Hooks = { onMetric: () => {} };
  await played(
    policyOf({ hooks: [other, diagnosticsHooks()] }).call(async () => {
      published = record("call", "attempt", "event");
      return "value";
    }),
  );

  expect(published.map(([name]) => name)).toEqual(["event"]);
});

test("they may be given with one call", async () => {
  const published = record("call");
  await played(new Policy({ clock }).call(async () => 1, { operation: "once", ...diagnosticsHooks() }));

  expect(published.map(([, message]) => (message as CallMessage).operation)).toEqual(["once", "once", "once", "once"]);
});

test("the call of a nested policy is another call", async () => {
  const published = record("call");
  const inner = policyOf({ operation: "inner" });
  await played(policyOf({ operation: "outer" }).call(() => inner.call(async () => 1)));

  const messages = new Set(published.map(([, message]) => (message as CallMessage).call as CallContext));
  expect([...messages].map(({ operation }) => operation)).toEqual(["outer", "inner"]);
});

test("it has no options", () => {
  expect(() => (diagnosticsHooks as (options: object) => Hooks)({ channel: "mine" })).toThrow(
    new TypeError("diagnosticsHooks has no options: the channels have fixed names."),
  );
});
