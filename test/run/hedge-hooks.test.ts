/* What observers of a hedged call are told: which attempt was a hedge, which won, what became of the others, and in which order. */
import { AsyncLocalStorage } from "node:async_hooks";
import { type AttemptContext, type Hooks, PermanentError, Policy, TransientError } from "redress";
import { describe, expect, test } from "vitest";
import { ending, hooksOf, played, recorder } from "./driving.ts";
import { failing, hedging, type Scripted, script, slow } from "./hedging.ts";

const transient = new TransientError("transient");

/** Everything that hooks are told of a call, in order. */
function diary(): Hooks & { readonly lines: string[] } {
  const lines: string[] = [];
  const name = ({ attempt, hedge }: AttemptContext): string => `${hedge ? "hedge" : "attempt"} ${attempt}`;
  return {
    lines,
    onCallStart: () => void lines.push("call begins"),
    onAttemptStart: (context) => void lines.push(`${name(context)} begins`),
    onAttemptEnd: (context) =>
      void lines.push(`${name(context)}: ${context.decision}${context.stopReason === null ? "" : ` ${context.stopReason}`}`),
    onMetric: (event, attempt, sleepMs) => void lines.push(`${event} ${attempt}${sleepMs > 0 ? `, ${sleepMs} ms` : ""}`),
    onCallEnd: (_call, end) => void lines.push(end.ok ? "call has its value" : "call has failed"),
  };
}

async function diaryOf(attempts: readonly Scripted[], options = {}, hedgeOptions = {}): Promise<readonly string[]> {
  const hooks = diary();
  const on = hedging({ retry: { maxAttempts: 2 }, hooks: [hooks], ...options }, hedgeOptions);
  await ending(played(on.clock, on.policy.call(script(on.clock, ...attempts))));
  await on.clock.run();
  return hooks.lines;
}

test("a hedge wins", async () => {
  expect(await diaryOf([slow(1_000), slow(20, "fast")])).toEqual([
    "call begins",
    "attempt 1 begins",
    "hedge 2 begins",
    "hedge 2",
    "success 2",
    "hedge 2: success",
    "attempt 1: cut",
    "call has its value",
  ]);
});

test("the first attempt wins", async () => {
  expect(await diaryOf([slow(110), slow(1_000)])).toEqual([
    "call begins",
    "attempt 1 begins",
    "hedge 2 begins",
    "hedge 2",
    "success 1",
    "attempt 1: success",
    "hedge 2: cut",
    "call has its value",
  ]);
});

test("the first attempt fails before the delay", async () => {
  expect(await diaryOf([failing(10, transient), slow(20, "fast")])).toEqual([
    "call begins",
    "attempt 1 begins",
    "attempt 1: retry",
    "hedge 2 begins",
    "hedge 2",
    "success 2",
    "hedge 2: success",
    "call has its value",
  ]);
});

test("both fail, and the call is retried", async () => {
  const attempts = [failing(150, transient), failing(100, transient), slow(10)];
  expect(await diaryOf(attempts, { retry: { maxAttempts: 3, strategy: () => 1_000 } })).toEqual([
    "call begins",
    "attempt 1 begins",
    "hedge 2 begins",
    "hedge 2",
    "attempt 1: retry",
    "retry 2, 1000 ms",
    "hedge 2: retry",
    "attempt 3 begins",
    "success 3",
    "attempt 3: success",
    "call has its value",
  ]);
});

test("both fail, and the call with them: the failure that came last ends it", async () => {
  expect(await diaryOf([failing(500, transient), failing(10, transient)])).toEqual([
    "call begins",
    "attempt 1 begins",
    "hedge 2 begins",
    "hedge 2",
    "hedge 2: retry",
    "max_attempts_exceeded 1",
    "attempt 1: raise MAX_ATTEMPTS_GLOBAL",
    "call has failed",
  ]);
});

test("the first attempt fails for good, and cuts its hedge", async () => {
  expect(await diaryOf([failing(150, new PermanentError()), slow(1_000)])).toEqual([
    "call begins",
    "attempt 1 begins",
    "hedge 2 begins",
    "hedge 2",
    "hedge 2: cut",
    "permanent_fail 1",
    "attempt 1: raise NON_RETRYABLE_CLASS",
    "call has failed",
  ]);
});

test("the deadline passes with both in flight", async () => {
  expect(await diaryOf([slow(1_000)], { retry: { deadlineMs: 150 } })).toEqual([
    "call begins",
    "attempt 1 begins",
    "hedge 2 begins",
    "hedge 2",
    "attempt 1: cut",
    "deadline_exceeded 2",
    "hedge 2: raise DEADLINE_EXCEEDED",
    "call has failed",
  ]);
});

test("the caller leaves with both in flight", async () => {
  const hooks = diary();
  const on = hedging({ hooks: [hooks] });
  const controller = new AbortController();
  const call = ending(on.policy.call(script(on.clock, slow(1_000)), { signal: controller.signal }));
  await on.clock.advance(150);
  controller.abort();
  await call;
  await on.clock.run();

  expect(hooks.lines).toEqual([
    "call begins",
    "attempt 1 begins",
    "hedge 2 begins",
    "hedge 2",
    "attempt 1: cut",
    "aborted 2",
    "hedge 2: aborted ABORTED",
    "call has failed",
  ]);
});

test("a hedge that is refused is no event", async () => {
  expect(await diaryOf([slow(1_000)], {}, { loadRatio: 0.001 })).toEqual([
    "call begins",
    "attempt 1 begins",
    "success 1",
    "attempt 1: success",
    "call has its value",
  ]);
});

test("attempt hooks see the failure of their own attempt, whichever failed last", async () => {
  const on = hedging({ retry: { maxAttempts: 10 } }, { maxHedges: 3 });
  const seen = recorder();
  const other = new TransientError("other");
  const op = script(on.clock, slow(1_000), failing(10, transient), failing(20, other), slow(5, "fast"));
  await played(on.clock, on.policy.call(op, hooksOf(seen)));

  expect(seen.ends.map(({ attempt, hedge, error, decision }) => [attempt, hedge, error, decision])).toEqual([
    [2, true, transient, "retry"],
    [3, true, other, "retry"],
    [4, true, null, "success"],
    [1, false, null, "cut"],
  ]);
  expect(seen.starts.map(({ attempt, hedge }) => [attempt, hedge])).toEqual([
    [1, false],
    [2, true],
    [3, true],
    [4, true],
  ]);
});

test("each attempt that began ends once, and none after the end of the call", async () => {
  const on = hedging({ retry: { maxAttempts: 4 } }, { maxHedges: 3 });
  const seen = recorder();
  let atEnd = 0;
  const hooks: Hooks = { ...hooksOf(seen), onCallEnd: () => (atEnd = seen.ends.length) };
  await played(on.clock, on.policy.call(script(on.clock, slow(5_000), failing(500, transient)), hooks));
  await on.clock.run();

  expect(seen.ends.map(({ attempt }) => attempt).sort()).toEqual([1, 2, 3, 4]);
  expect([atEnd, seen.starts.length]).toEqual([4, 4]);
});

test("the event of a hedge carries the labels of the call, and no failure", async () => {
  const on = hedging({ operation: "users.get" });
  const seen = recorder();
  await played(on.clock, on.policy.call(script(on.clock, slow(1_000), slow(20)), hooksOf(seen)));

  expect(seen.events.filter(([event]) => event === "hedge")).toEqual([["hedge", 2, 0, { operation: "users.get" }]]);
  expect(seen.logs.filter(([event]) => event === "hedge")).toEqual([
    ["hedge", { attempt: 2, sleep_ms: 0, operation: "users.get" }],
  ]);
});

test("the timeline shows when a hedge was started, and which attempt succeeded", async () => {
  const on = hedging();
  const outcome = await played(on.clock, on.policy.execute(script(on.clock, slow(1_000), slow(20)), { captureTimeline: true }));

  expect(String(outcome.timeline)).toBe(["+100 ms  #2  hedge", "+120 ms  #2  success"].join("\n"));
});

test("what runs around an attempt runs around each hedge, with its number", async () => {
  const on = hedging();
  const around: string[] = [];
  await played(
    on.clock,
    on.policy.call(script(on.clock, slow(1_000), slow(20)), {
      aroundAttempt: ({ attempt, hedge }, next) => {
        around.push(`${attempt}${hedge ? " hedge" : ""}`);
        return next();
      },
    }),
  );

  expect(around).toEqual(["1", "2 hedge"]);
});

test("a hook that aborts the call when a hedge begins keeps the operation from being invoked again", async () => {
  const on = hedging();
  const controller = new AbortController();
  const op = script(on.clock, slow(1_000));
  const hooks: Hooks = { onAttemptStart: ({ hedge }) => hedge && controller.abort("enough") };
  const ended = await ending(played(on.clock, on.policy.call(op, { ...hooks, signal: controller.signal })));

  expect([ended, op.beganAtMs]).toEqual([{ error: "enough" }, [0]]);
  expect(op.reasons.get(1)).toBe("enough");
});

describe("the asynchronous context", () => {
  const request = new AsyncLocalStorage<string>();

  test("of a hedge, its hooks and what follows is that of its own call, whosever timer rang", async () => {
    const on = hedging({ retry: { maxAttempts: 3 } }, { maxHedges: 2 });
    const seen: string[] = [];
    const call = (name: string): Promise<unknown> =>
      request.run(name, () =>
        on.policy.execute(
          async ({ attempt }) => {
            seen.push(`${name}: attempt ${attempt} in ${request.getStore()}`);
            await (attempt === 2 ? Promise.reject(transient) : on.clock.sleep(attempt === 3 ? 10 : 1_000));
          },
          {
            onMetric: (event) => void seen.push(`${name}: ${event} in ${request.getStore()}`),
            onAttemptEnd: ({ decision }) => void seen.push(`${name}: ${decision} in ${request.getStore()}`),
          },
        ),
      );
    const calls = [call("first"), call("second")];
    await request.run("nobody's", () => on.clock.run());
    await Promise.all(calls);

    expect(seen).toHaveLength(18);
    for (const line of seen) expect(line).toMatch(/^(\w+): .* in \1$/);
  });
});

test("a policy's observers are told of hedges too", async () => {
  const seen = recorder();
  const on = hedging({ hooks: [hooksOf(seen)] });
  await played(on.clock, on.policy.call(script(on.clock, slow(1_000), slow(20))));

  expect(on.policy).toBeInstanceOf(Policy);
  expect(seen.names()).toEqual(["hedge", "success"]);
});
