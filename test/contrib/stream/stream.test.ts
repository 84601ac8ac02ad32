/* A stream under a policy, over sources that give what a script says. */
import { Bulkhead, CircuitBreaker, constant, Hedge, outcomeOf, Policy, RateLimitError, retryAfterOr } from "redress";
import { isStreamCutError, isStreamStalledError, policyStream, StreamStalledError } from "redress/stream";
import { VirtualClock } from "redress/testing";
import { describe, expect, test } from "vitest";
import { broken, consumed, stage } from "./stage.ts";

const macrotask = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe("opening", () => {
  test("every item is delivered, in order, one asked for at a time", async () => {
    const on = stage([["a", 5, "b", "c"]]);
    expect(await consumed(on)).toEqual({ items: ["a", "b", "c"], error: undefined });
    expect(await on.stream.outcome).toMatchObject({ ok: true, attempts: 1, value: { items: 3 } });
    expect(on.sources[0]).toMatchObject({ asked: 4, mostAtOnce: 1, closed: 0 });
    expect(on.sources[0]?.signal.aborted).toBe(false);
  });

  test("nothing is opened before the first item is asked for", async () => {
    const on = stage([["a"]]);
    await macrotask();
    expect([on.sources.length, on.policy.inFlight]).toEqual([0, 0]);
  });

  test("a source that fails before its first item is opened again", async () => {
    const on = stage([[broken()], [3, broken()], ["a", "b"]]);
    expect(await consumed(on)).toEqual({ items: ["a", "b"], error: undefined });
    expect(await on.stream.outcome).toMatchObject({ ok: true, attempts: 3 });
    expect(await on.stream.opened).toBe(on.sources[2]);
  });

  test("so is what fails to open at all", async () => {
    const clock = new VirtualClock();
    const policy = new Policy({ retry: { strategy: constant(1) }, clock });
    let opened = 0;
    const stream = policyStream(policy, async () => {
      if (++opened < 3) throw broken();
      return (async function* () {
        yield "a";
      })();
    });
    expect((await consumed({ clock, stream: stream as never })).items).toEqual(["a"]);
    expect(opened).toBe(3);
  });

  test("what stays silent is cut by the attempt timeout, closed, and opened again", async () => {
    const on = stage([["hang"], ["a"]], {}, { retry: { attemptTimeoutMs: 100 } });
    expect((await consumed(on)).items).toEqual(["a"]);
    expect(on.sources.map(({ closed, signal }) => [closed, signal.aborted])).toEqual([
      [1, true],
      [0, false],
    ]);
  });

  test("a source that comes after its attempt was cut is closed, and gives nothing", async () => {
    const clock = new VirtualClock();
    const policy = new Policy({ retry: { attemptTimeoutMs: 100, maxAttempts: 2, strategy: constant(1) }, clock });
    const closed: number[] = [];
    const stream = policyStream(policy, async ({ attempt }) => {
      await clock.sleep(attempt === 1 ? 150 : 80);
      return new ReadableStream<string>({
        start: (controller) => {
          controller.enqueue(`of ${attempt}`);
          controller.close();
        },
        cancel: () => void closed.push(attempt),
      });
    });
    expect((await consumed({ clock, stream: stream as never })).items).toEqual(["of 2"]);
  });

  test("when opening fails for good, the last error is thrown, the same object, once", async () => {
    const last = broken();
    const on = stage([[broken()], [broken()], [last]]);
    const { items, error } = await consumed(on);
    expect([items, error]).toEqual([[], last]);
    expect(outcomeOf(error)).toMatchObject({ stopReason: "MAX_ATTEMPTS_GLOBAL", attempts: 3 });
    expect(await on.stream.next()).toEqual({ done: true, value: undefined });
    expect(await on.stream.opened).toBeUndefined();
  });

  test("a stream without items is whole, but for one that has to have an end", async () => {
    expect(await consumed(stage([[]]))).toEqual({ items: [], error: undefined });
    const on = stage([[], ["a", "end"]], { isEnd: (item) => item === "end" });
    expect(await consumed(on)).toEqual({ items: ["a", "end"], error: undefined });
    expect(on.sources).toHaveLength(2);
  });

  test("a rejection by the circuit opens nothing", async () => {
    const circuitBreaker = new CircuitBreaker();
    circuitBreaker.trip();
    const on = stage([["a"]], {}, { circuitBreaker });
    const { error } = await consumed(on);
    expect([outcomeOf(error)?.stopReason, on.sources.length]).toEqual(["CIRCUIT_OPEN", 0]);
  });

  test.each<[string, unknown, string]>([
    ["an object", { choices: [] }, "got Object."],
    ["nothing", null, "got Null."],
    ["a whole Response", new Response("x"), "got Response: give its body, once you have looked at its status."],
  ])("%s in place of a stream is a mistake that is not repeated", async (_what, source, message) => {
    const clock = new VirtualClock();
    let opened = 0;
    const stream = policyStream(new Policy({ retry: {}, clock }), () => {
      opened++;
      return source as AsyncIterable<string>;
    });
    const { error } = await consumed({ clock, stream: stream as never });
    expect((error as Error).message).toBe(`policyStream.open must give an async iterable or a ReadableStream, ${message}`);
    expect([opened, outcomeOf(error)?.stopReason]).toEqual([1, "NON_RETRYABLE_CLASS"]);
  });
});

describe("a generator that open gives again", () => {
  const once = async function* (error?: Error): AsyncGenerator<string> {
    if (error !== undefined) throw error;
    yield "a";
  };
  const of = async (generator: AsyncGenerator<string>) => {
    const clock = new VirtualClock();
    const stream = policyStream(new Policy({ retry: { strategy: constant(1) }, clock }), () => generator);
    return { ...(await consumed({ clock, stream: stream as never })), outcome: await stream.outcome };
  };

  test("after an attempt failed has ended, and is no stream without items", async () => {
    const { items, error, outcome } = await of(once(broken()));
    expect(items).toEqual([]);
    expect(error).toMatchObject({
      message: expect.stringContaining("policyStream.open must open a source of its own for each attempt"),
    });
    expect(outcome).toMatchObject({ ok: false, attempts: 2, stopReason: "NON_RETRYABLE_CLASS" });
  });

  test("in another stream is refused, too", async () => {
    const generator = once();
    expect(await of(generator)).toMatchObject({ items: ["a"], error: undefined });
    expect((await of(generator)).error).toMatchObject({
      message: expect.stringContaining("got a generator that was read before"),
    });
  });

  test("is told from what can be iterated more than once", async () => {
    const again = { [Symbol.asyncIterator]: () => once() } as AsyncGenerator<string>;
    expect([(await of(again)).items, (await of(again)).items]).toEqual([["a"], ["a"]]);
  });
});

describe("once items have been delivered", () => {
  test("a failure is thrown as it is, and nothing is repeated", async () => {
    const error = broken();
    const on = stage([["a", error]]);
    expect(await consumed(on)).toEqual({ items: ["a"], error });
    expect(outcomeOf(error)).toMatchObject({
      stopReason: "RETRY_REFUSED",
      refusal: "items have been delivered",
      lastClass: "TRANSIENT",
      attempts: 1,
    });
    expect(on.sources).toHaveLength(1);
    // It has ended by itself: there is nothing to close but what its signal holds.
    expect([on.sources[0]?.closed, on.sources[0]?.signal.aborted]).toEqual([0, true]);
  });

  test("a stall is an error, and the source is closed", async () => {
    const on = stage([["a", "b", "hang"]], { idleTimeoutMs: 500, operation: "chat" });
    const { items, error } = await consumed(on);
    expect(items).toEqual(["a", "b"]);
    expect(isStreamStalledError(error)).toBe(true);
    expect(error).toMatchObject({ idleTimeoutMs: 500, items: 2, name: "StreamStalledError" });
    expect((error as Error).message).toBe("The stream of chat stalled after 2 items: nothing came for 500 ms.");
    expect(outcomeOf(error)).toMatchObject({ stopReason: "RETRY_REFUSED", lastClass: "TRANSIENT" });
    expect([on.sources[0]?.closed, on.sources[0]?.signal.reason]).toEqual([1, error]);
    expect(on.clock.pending).toBe(0);
  });

  test("a stall counts as a timeout", async () => {
    const seen: unknown[] = [];
    const on = stage([["a", "hang"]], { onAttemptEnd: ({ classification }) => seen.push(classification) });
    await consumed(on);
    expect(seen).toEqual([{ errorClass: "TRANSIENT", timeout: true }]);
    expect(new StreamStalledError(undefined, 1, 1).message).toBe("The stream stalled after 1 item: nothing came for 1 ms.");
  });

  test("streams that are silent for long are bounded by default", async () => {
    const on = stage([["a", 60_001, "b"]]);
    expect((await consumed(on)).error).toMatchObject({ idleTimeoutMs: 60_000 });
    const patient = stage([["a", 1e9, "b"]], { idleTimeoutMs: Infinity });
    expect((await consumed(patient)).items).toEqual(["a", "b"]);
  });

  test("a stream that flows is cut neither by the attempt timeout nor by the deadline", async () => {
    const script = Array.from({ length: 100 }, (_, at) => [1_000, `${at}`]).flat();
    const on = stage([script], { deadlineMs: 5_000 }, { retry: { attemptTimeoutMs: 2_000, deadlineMs: 10_000 } });
    const { items, error } = await consumed(on);
    expect([items.length, error, on.clock.now()]).toEqual([100, undefined, 100_000]);
  });

  test("a consumer who takes his time is no stall", async () => {
    const on = stage([["a", "b"]], { idleTimeoutMs: 100 });
    expect(await on.stream.next()).toEqual({ done: false, value: "a" });
    await on.clock.advance(1_000_000);
    expect(on.sources[0]?.asked).toBe(1);
    expect(await on.stream.next()).toEqual({ done: false, value: "b" });
  });

  test("a stream that closes before its end is an error", async () => {
    const on = stage([["a", "b"]], { isEnd: (item) => item === "end" });
    const { items, error } = await consumed(on);
    expect(items).toEqual(["a", "b"]);
    expect(isStreamCutError(error)).toBe(true);
    expect((error as Error).message).toBe(
      "The stream was cut after 2 items: it closed before an item that isEnd takes for the last.",
    );
    expect(outcomeOf(error)).toMatchObject({ stopReason: "RETRY_REFUSED", lastClass: "TRANSIENT" });
  });

  test("what comes after its end is delivered, and what breaks after it breaks nothing", async () => {
    const isEnd = (item: string): boolean => item === "end";
    expect(await consumed(stage([["a", "end", "usage", broken()]], { isEnd }))).toEqual({
      items: ["a", "end", "usage"],
      error: undefined,
    });
    const open = stage([["a", "end", "hang"]], { isEnd });
    expect(await consumed(open)).toEqual({ items: ["a", "end"], error: undefined });
    expect([open.clock.now(), open.sources[0]?.closed]).toEqual([5_000, 1]);
    expect(await open.stream.outcome).toMatchObject({ ok: true });
  });

  test("an isEnd that throws, or answers by promise, is thrown", async () => {
    const mistake = new RangeError("mine");
    const throwing = stage([["a", "b"]], {
      isEnd: (item) => {
        if (item === "b") throw mistake;
        return false;
      },
    });
    expect(await consumed(throwing)).toEqual({ items: ["a"], error: mistake });
    expect(throwing.sources[0]?.closed).toBe(1);
    const late = stage([["a"]], { isEnd: (async () => Promise.reject(mistake)) as never });
    expect((await consumed(late)).error).toMatchObject({ message: "policyStream.isEnd must answer at once, got a promise." });
  });
});

describe("whoever leaves", () => {
  test("by breaking out of the loop closes the source once, and the call ends as aborted", async () => {
    const on = stage([["a", "b", "c"]]);
    for await (const item of on.stream) if (item === "b") break;
    expect(await on.stream.outcome).toMatchObject({ ok: false, stopReason: "ABORTED", attempts: 1 });
    expect([on.sources[0]?.closed, on.sources[0]?.signal.aborted, on.policy.inFlight]).toEqual([1, true, 0]);
    expect(await on.stream.next()).toEqual({ done: true, value: undefined });
  });

  test("by an error inside the loop closes it too, and the error is the loop's own", async () => {
    const on = stage([["a", "b"]]);
    const mine = new Error("mine");
    const loop = async (): Promise<void> => {
      for await (const _ of on.stream) throw mine;
    };
    await expect(loop()).rejects.toBe(mine);
    expect([on.sources[0]?.closed, (await on.stream.outcome).ok]).toEqual([1, false]);
  });

  test("by disposing it, also twice, closes it once", async () => {
    const on = stage([["a", "b"]]);
    {
      await using stream = on.stream;
      await stream.next();
    }
    await on.stream.return();
    expect(on.sources[0]?.closed).toBe(1);
  });

  test("while an item is being waited for need not wait for it", async () => {
    const on = stage([["a", "hang"]]);
    await on.stream.next();
    const waits = on.stream.next();
    expect(await on.stream.return()).toEqual({ done: true, value: undefined });
    expect(await waits).toEqual({ done: true, value: undefined });
    expect([on.sources[0]?.closed, on.clock.pending]).toEqual([1, 0]);
  });

  test("while it is being opened, or sleeps between attempts, ends the call at once", async () => {
    for (const first of ["hang", broken()] as const) {
      const on = stage([[first], ["a"]], {}, { retry: { strategy: constant(5_000) } });
      const waits = on.stream.next();
      await macrotask();
      await on.stream.return();
      expect([await waits, on.policy.inFlight, on.clock.pending]).toEqual([{ done: true, value: undefined }, 0, 0]);
      expect(await on.stream.outcome).toMatchObject({ stopReason: "ABORTED", attempts: 1 });
      expect(on.sources).toHaveLength(1);
    }
  });

  test("before anything was opened opens nothing", async () => {
    const on = stage([["a"]]);
    await on.stream.return();
    expect([on.sources.length, await on.stream.next()]).toEqual([0, { done: true, value: undefined }]);
    expect(await on.stream.outcome).toMatchObject({ stopReason: "ABORTED", attempts: 0 });
  });

  test("after the end has come has not cancelled anything", async () => {
    const on = stage([["a", "end", "more"]], { isEnd: (item) => item === "end" });
    for await (const item of on.stream) if (item === "end") break;
    expect(await on.stream.outcome).toMatchObject({ ok: true, value: { items: 2 } });
    expect(on.sources[0]?.closed).toBe(1);
  });

  test("by his signal hears its reason, once", async () => {
    const abort = new AbortController();
    const on = stage([["a", "hang"]], { signal: abort.signal });
    await on.stream.next();
    const waits = on.stream.next().catch((error: unknown) => error);
    const reason = new Error("gone");
    abort.abort(reason);
    expect(await waits).toBe(reason);
    expect([on.sources[0]?.closed, on.sources[0]?.signal.reason]).toEqual([1, reason]);
    expect(await on.stream.outcome).toMatchObject({ stopReason: "ABORTED" });
    expect(await on.stream.next()).toEqual({ done: true, value: undefined });
  });

  test("by his signal while nobody waits is told with the next item", async () => {
    const abort = new AbortController();
    const on = stage([["a", "b"]], { signal: abort.signal });
    await on.stream.next();
    abort.abort(new Error("gone"));
    await on.stream.outcome;
    expect(on.sources[0]?.closed).toBe(1);
    await expect(on.stream.next()).rejects.toThrow("gone");
  });

  test("before the beginning opens nothing", async () => {
    const on = stage([["a"]], { signal: AbortSignal.abort(new Error("gone")) });
    await expect(on.stream.next()).rejects.toThrow("gone");
    expect(on.sources).toHaveLength(0);
  });

  test("is not kept by a source that does not close", async () => {
    const clock = new VirtualClock();
    const source = {
      [Symbol.asyncIterator]: () => ({
        next: async () => ({ done: false, value: "a" }),
        return: () => new Promise<never>(() => {}),
      }),
    };
    const stream = policyStream(new Policy({ clock }), () => source, { idleTimeoutMs: 100 });
    await stream.next();
    const left = stream.return();
    await clock.run();
    expect([await left, clock.now()]).toEqual([{ done: true, value: undefined }, 100]);
  });
});

describe("the policy hears how the stream ended", () => {
  const circuit = (): CircuitBreaker => new CircuitBreaker({ failureThreshold: 1, recoveryTimeoutMs: 1_000 });

  test.each<[string, readonly (string | Error)[], object]>([
    ["one that ended well is a success", ["a", "b"], { successfulCalls: 1, failedCalls: 0 }],
    ["one that broke is a failure", ["a", broken()], { successfulCalls: 0, failedCalls: 1 }],
  ])("%s", async (_what, script, stats) => {
    const circuitBreaker = circuit();
    const on = stage([script], {}, { circuitBreaker });
    await on.stream.next();
    expect(circuitBreaker.stats).toMatchObject({ successfulCalls: 0, failedCalls: 0 });
    await consumed(on);
    expect(circuitBreaker.stats).toMatchObject(stats);
  });

  test("one that was left is neither", async () => {
    const circuitBreaker = circuit();
    const on = stage([["a", "b"]], {}, { circuitBreaker });
    for await (const _ of on.stream) break;
    expect(circuitBreaker.stats).toMatchObject({ successfulCalls: 0, failedCalls: 0, cancelledCalls: 1 });
  });

  test("a probe holds its place until it ends, and so does the place at a limiter", async () => {
    const clock = new VirtualClock();
    const circuitBreaker = new CircuitBreaker({ failureThreshold: 1, recoveryTimeoutMs: 1_000, clock });
    const limiter = new Bulkhead({ maxConcurrent: 1 });
    const policy = new Policy({ retry: { maxAttempts: 1 }, circuitBreaker, limiter, clock });
    await policy.call(() => Promise.reject(broken())).catch(() => {});
    await clock.advance(1_000);
    const stream = policyStream(policy, async function* () {
      yield "a";
      yield "b";
    });
    await stream.next();
    const other = policyStream(policy, async function* () {
      yield "a";
    });
    await expect(other.next()).rejects.toThrow("half-open");
    expect([limiter.stats.inUse, policy.inFlight]).toEqual([1, 1]);
    for await (const _ of stream);
    expect([circuitBreaker.state, limiter.stats.inUse, policy.inFlight]).toEqual(["closed", 0, 0]);
  });

  test("a source that asks for patience is heard", async () => {
    const on = stage(
      [[new RateLimitError("slow down", { retryAfterMs: 700 })], ["a"]],
      {},
      {
        retry: { strategy: retryAfterOr(constant(1), { jitterMs: 0 }) },
      },
    );
    await consumed(on);
    expect(on.clock.now()).toBe(700);
  });
});

describe("with hedges", () => {
  const hedged = (scripts: Parameters<typeof stage>[0]) => {
    const hedge = new Hedge({ delayMs: 100, loadRatio: 1 });
    for (let i = 0; i < 100; i++) hedge.began(0);
    return stage(scripts, {}, { hedge });
  };

  test("the first to give an item is the stream, the other is closed", async () => {
    const on = hedged([
      [5_000, "slow"],
      [50, "a", 500, "b"],
    ]);
    expect((await consumed(on)).items).toEqual(["a", "b"]);
    expect(on.sources.map(({ closed, signal }) => [closed, signal.aborted])).toEqual([
      [1, true],
      [0, false],
    ]);
    expect(await on.stream.opened).toBe(on.sources[1]);
  });

  test("nothing is hedged once items flow", async () => {
    const on = hedged([[50, "a", 1_000, "b"]]);
    expect((await consumed(on)).items).toEqual(["a", "b"]);
    expect(on.sources).toHaveLength(1);
  });
});

describe("a fallback", () => {
  const falling = (fallback: unknown, script: readonly (string | Error)[]) =>
    stage([script], {}, { fallback: { on: ["MAX_ATTEMPTS_GLOBAL", "RETRY_REFUSED"], use: () => fallback } } as never);

  test.each<[string, () => unknown]>([
    ["an array", () => ["x", "y"]],
    [
      "an async iterable",
      async function* () {
        yield "x";
        yield "y";
      },
    ],
  ])("gives the items, as %s, where no source has given any", async (_what, make) => {
    const on = falling(make(), [broken()]);
    expect(await consumed(on)).toEqual({ items: ["x", "y"], error: undefined });
    expect(await on.stream.outcome).toMatchObject({ ok: true, fellBack: true });
    expect(await on.stream.opened).toBeUndefined();
  });

  test("that is no stream is refused", async () => {
    expect((await consumed(falling("text", [broken()]))).error).toMatchObject({
      message: "The fallback of a stream must give an async iterable or an array, got String.",
    });
  });

  test("is not mixed with items that have been delivered", async () => {
    const error = broken();
    expect(await consumed(falling(["x"], ["a", error]))).toEqual({ items: ["a"], error });
  });
});

describe("as an iterator", () => {
  test("those who ask at once are answered in turn", async () => {
    const on = stage([["a", 5, "b"]]);
    const asked = [on.stream.next(), on.stream.next(), on.stream.next(), on.stream.next()];
    await on.clock.run();
    const done = { done: true, value: undefined };
    expect(await Promise.all(asked)).toEqual([{ done: false, value: "a" }, { done: false, value: "b" }, done, done]);
    expect(on.sources[0]?.mostAtOnce).toBe(1);
  });

  test("of several who wait, the first hears of a failure", async () => {
    const error = broken();
    const on = stage([["a", error]]);
    const asked = Promise.allSettled([on.stream.next(), on.stream.next(), on.stream.next()]);
    await on.clock.run();
    expect((await asked).map(({ status }) => status)).toEqual(["fulfilled", "rejected", "fulfilled"]);
  });

  test("a second loop goes on where the first was", async () => {
    const on = stage([["a", "b"]]);
    expect(await on.stream.next()).toEqual({ done: false, value: "a" });
    expect((await consumed(on)).items).toEqual(["b"]);
    expect((await consumed(on)).items).toEqual([]);
    expect(on.sources).toHaveLength(1);
  });

  test("a ReadableStream that hangs is cancelled", async () => {
    const clock = new VirtualClock();
    let cancelled: unknown;
    const body = new ReadableStream<string>({
      start: (controller) => controller.enqueue("a"),
      cancel: (reason) => {
        cancelled = reason;
      },
    });
    const stream = policyStream(new Policy({ retry: {}, clock }), () => body, { idleTimeoutMs: 100 });
    const { items, error } = await consumed({ clock, stream: stream as never });
    expect([items, cancelled]).toEqual([["a"], error]);
  });
});

test("mistakes are refused when the stream is made", () => {
  const open = async function* () {
    yield "a";
  };
  const policy = new Policy({ retry: {} });
  expect(() => policyStream({ retry: {} } as never, open)).toThrow(
    new TypeError("policyStream.policy must be a Policy, such as new Policy({ retry: {} }), got an object with retry."),
  );
  expect(() => policyStream(policy, "open" as never)).toThrow("policyStream.open must be a function that opens the stream");
  expect(() => policyStream(policy, open, { idleTimeoutMs: 0 })).toThrow(
    "policyStream.idleTimeoutMs must be a number > 0, got 0.",
  );
  expect(() => policyStream(policy, open, { idleTimeout: 1 } as never)).toThrow("idleTimeoutMs");
  expect(() => policyStream(policy, open, { deadlineMs: -1 })).toThrow("policyStream.deadlineMs must be a number > 0, got -1.");
});

test("what is asked through the call's own options is asked as their method", async () => {
  const seen: unknown[] = [];
  const options = {
    refuseRepeat() {
      seen.push(this);
      return "mine";
    },
  };
  const on = stage([[broken()]], options);
  const { error } = await consumed(on);
  expect([outcomeOf(error)?.refusal, seen]).toEqual(["mine", [options]]);
});
