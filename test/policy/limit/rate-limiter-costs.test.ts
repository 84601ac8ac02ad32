import { type Cost, Policy, RateLimiter } from "redress";
import { VirtualClock } from "redress/testing";
import { describe, expect, test, vi } from "vitest";
import { ask, permitOf } from "./ask.ts";

interface Answer {
  readonly tokens?: number;
}

const model = (used?: (answer: Answer) => Cost | undefined) => {
  const clock = new VirtualClock();
  const limiter = new RateLimiter({
    name: "model",
    limits: {
      requests: { limit: 10, intervalMs: 1_000, cost: 1 },
      tokens: { limit: 100, intervalMs: 1_000, cost: 40 },
    },
    used,
    clock,
  });
  return { clock, limiter };
};

describe("what an attempt has really cost", () => {
  const byTokens = ({ tokens }: Answer): Cost | undefined => (tokens === undefined ? undefined : { tokens });

  test("counts from then on where it is more", async () => {
    const { clock, limiter } = model(byTokens);
    await limiter.run(async () => {
      clock.block(600);
      return { tokens: 70 };
    });
    expect(limiter.remaining()).toEqual({ requests: 9, tokens: 30 });
    clock.block(400);
    expect(limiter.remaining()).toEqual({ requests: 10, tokens: 70 });
    clock.block(600);
    expect(limiter.remaining()).toEqual({ requests: 10, tokens: 100 });
  });

  test("is given back where it is less", async () => {
    const { limiter } = model(byTokens);
    await limiter.run(() => ({ tokens: 5 }));
    expect(limiter.remaining()).toEqual({ requests: 9, tokens: 95 });
  });

  test("is what it took where that is not known, and where the attempt fails or is cut", async () => {
    const { limiter } = model(byTokens);
    await limiter.run(() => ({}));
    await limiter.run(() => Promise.reject(new Error("no"))).catch(() => {});
    limiter.release(permitOf(ask(limiter, { cost: { tokens: 10 } })), "cancel");
    expect(limiter.remaining()).toEqual({ requests: 7, tokens: 10 });
  });

  test("is nothing where the attempt was never made", () => {
    const { limiter } = model(byTokens);
    limiter.release(permitOf(ask(limiter)), "unused");
    expect(limiter.remaining()).toEqual({ requests: 10, tokens: 100 });
  });

  test("gives nothing back that has left the window already", () => {
    const { clock, limiter } = model(byTokens);
    const early = ask(limiter);
    clock.block(1_000);
    ask(limiter);
    limiter.release(permitOf(early), "success", { tokens: 1 });
    expect(limiter.remaining()).toEqual({ requests: 9, tokens: 60 });
  });

  test("can be said by a number where there is one limit", async () => {
    const limiter = new RateLimiter({ limit: 100, intervalMs: 1_000, used: (bytes: number) => bytes });
    await limiter.run(() => 30);
    expect(limiter.remaining()).toBe(70);
  });

  test("is worth no more to a bucket than it would have kept", () => {
    const clock = new VirtualClock();
    const limiter = new RateLimiter({ limit: 10, intervalMs: 1_000, burst: 10, used: (value: number) => value, clock });
    const early = ask(limiter, { cost: 10 });
    // It is full again, as it would have been had less been taken.
    clock.block(1_000);
    ask(limiter, { cost: 10 });
    limiter.release(permitOf(early), "success", 2);
    expect(limiter.remaining()).toBe(0);
  });
});

describe("a `used` that is of no use", () => {
  test.each<[what: string, answer: unknown, message: RegExp]>([
    [
      "names a dimension that there is not",
      { token: 5 },
      /^rateLimiter\.used\(\) must be an object .*\(requests, tokens\), got an object with token\.$/,
    ],
    ["answers a number of one of several", 5, /^rateLimiter\.used\(\) must be an object .*\(requests, tokens\), got 5\.$/],
    ["answers what is no number", { tokens: "5" }, /^rateLimiter\.used\(\)\.tokens must be a finite number >= 0, got "5"\.$/],
    ["answers less than nothing", { tokens: -1 }, /^rateLimiter\.used\(\)\.tokens must be a finite number >= 0, got -1\.$/],
    ["answers NaN", { tokens: Number.NaN }, /^rateLimiter\.used\(\)\.tokens must be a finite number >= 0, got NaN\.$/],
    ["answers null", null, /^rateLimiter\.used\(\) must be an object .*, got null\.$/],
    ["answers a promise", "a promise", /^rateLimiter\.used\(\) must be an object .*, got an instance of Promise\.$/],
  ])("and %s changes no call, and leaves what was taken; who observes hooks hears of it", async (_what, answer, message) => {
    const { limiter } = model(() => (answer === "a promise" ? Promise.reject(new Error("late")) : answer) as Cost);
    const onHookError = vi.fn();
    const policy = new Policy({ limiter, onHookError });
    expect(await policy.call(() => "value")).toBe("value");
    expect(onHookError).toHaveBeenCalledOnce();
    expect(onHookError.mock.calls[0]?.[0].message).toMatch(message);
    expect(onHookError.mock.calls[0]?.[1]).toMatchObject({ name: "limiter.release" });
    expect(limiter.remaining()).toEqual({ requests: 9, tokens: 60 });
  });

  test("and throws, likewise", async () => {
    const fault = new TypeError("cannot read usage");
    const { limiter } = model(() => {
      throw fault;
    });
    const onHookError = vi.fn();
    expect(await new Policy({ limiter, onHookError }).call(() => "value")).toBe("value");
    expect(onHookError.mock.calls).toEqual([[fault, { name: "limiter.release", operation: null }]]);
    const permit = permitOf(ask(limiter));
    expect(() => limiter.release(permit, "success", {})).toThrow(fault);
    expect(() => limiter.release(permit, "success", {})).toThrow(/not given back before/);
  });
});

describe("what is spent beside the attempts", () => {
  test("counts from now on", () => {
    const { clock, limiter } = model();
    limiter.spend({ tokens: 90 });
    expect(limiter.remaining()).toEqual({ requests: 10, tokens: 10 });
    expect(ask(limiter).answer.kind).toBe("rejected");
    clock.block(1_000);
    expect(limiter.remaining()).toEqual({ requests: 10, tokens: 100 });
  });

  test("costs nothing in a dimension that it does not name", () => {
    const common = { limit: 100, intervalMs: 1_000, burst: 90, cost: 40 };
    const limiter = new RateLimiter({ limits: { requests: common, tokens: common } });
    limiter.spend({ tokens: 30 });
    expect(limiter.remaining()).toMatchObject({ requests: 90 });
  });

  test("may be more than there is: then nothing is left until that is made up for", () => {
    const clock = new VirtualClock();
    const limiter = new RateLimiter({ limit: 10, intervalMs: 1_000, burst: 5, clock });
    limiter.spend(25);
    expect(limiter.remaining()).toBe(0);
    expect(ask(limiter).answer).toMatchObject({ kind: "rejected", retryAfterMs: 2_100 });
    clock.block(2_100);
    expect(ask(limiter).answer.kind).toBe("admitted");
  });

  test("makes those wait longer who wait already", async () => {
    const clock = new VirtualClock();
    const limiter = new RateLimiter({ limit: 1, intervalMs: 1_000, maxQueue: 1, clock });
    ask(limiter);
    const waiting = ask(limiter, { told: () => expect(clock.now()).toBe(1_500) });
    await clock.advance(500);
    limiter.spend(1);
    await clock.run();
    expect(waiting.heard.length).toBe(1);
  });

  test.each([
    [{ token: 5 }, TypeError],
    [5, TypeError],
    [{ tokens: -5 }, RangeError],
    [{ tokens: Number.POSITIVE_INFINITY }, RangeError],
    [null, TypeError],
  ])("is refused where it is no cost: %o", (cost, Kind) => {
    const { limiter } = model();
    expect(() => limiter.spend(cost as never)).toThrow(Kind);
    expect(() => limiter.spend(cost as never)).toThrow(/^rateLimiter\.spend\.cost/);
    expect(limiter.remaining()).toEqual({ requests: 10, tokens: 100 });
  });
});

describe("the cost of a call", () => {
  test("is taken by each of its attempts", async () => {
    const { clock, limiter } = model();
    const policy = new Policy({ retry: { maxAttempts: 3, strategy: () => 1 }, limiter, clock });
    const failing = (): never => {
      throw Object.assign(new Error("again"), { code: "ECONNRESET" });
    };
    const outcome = policy.execute(failing, { cost: { tokens: 20 } });
    await clock.run();
    expect(await outcome).toMatchObject({ attempts: 3 });
    expect(limiter.stats.admitted).toBe(3);
  });

  test.each<[cost: unknown, Kind: ErrorConstructor, message: RegExp]>([
    [{ token: 5 }, TypeError, /^rateLimiter\.cost must be .* \(requests, tokens\), got an object with token\.$/],
    [
      { tokens: 5, requets: 1 },
      TypeError,
      /^rateLimiter\.cost must be .* \(requests, tokens\), got an object with tokens, requets\.$/,
    ],
    [{ toString: 5 }, TypeError, /^rateLimiter\.cost must be/],
    [5, TypeError, /^rateLimiter\.cost must be .* \(requests, tokens\), got 5\.$/],
    [[5], TypeError, /^rateLimiter\.cost must be/],
    [new Map(), TypeError, /^rateLimiter\.cost must be/],
    [null, TypeError, /^rateLimiter\.cost must be/],
    [{ tokens: null }, TypeError, /^rateLimiter\.cost\.tokens must be a finite number >= 0, got null\.$/],
    [{ tokens: -1 }, RangeError, /^rateLimiter\.cost\.tokens must be a finite number >= 0, got -1\.$/],
    [{ tokens: Number.NaN }, RangeError, /^rateLimiter\.cost\.tokens must be/],
  ])("that is none of this limiter is refused: %o", (cost, Kind, message) => {
    const { limiter } = model();
    expect(() => ask(limiter, { cost: cost as Cost })).toThrow(Kind);
    expect(() => ask(limiter, { cost: cost as Cost })).toThrow(message);
    expect(limiter.remaining()).toEqual({ requests: 10, tokens: 100 });
  });

  test("is what is taken by hand, too", () => {
    const { limiter } = model();
    expect(limiter.tryAcquire({ tokens: 70 })).not.toBeNull();
    expect(limiter.remaining()).toEqual({ requests: 9, tokens: 30 });
  });

  test("of a limiter with one limit is a number", () => {
    const limiter = new RateLimiter({ limit: 5, intervalMs: 1_000 });
    expect(() => ask(limiter, { cost: { requests: 1 } })).toThrow(
      "rateLimiter.cost must be a finite number >= 0: the limiter has one limit, without a name, got an object with requests.",
    );
    expect(() => ask(limiter, { cost: -1 })).toThrow(RangeError);
  });

  test("that the limiter does not know ends a call with that error, before any attempt", async () => {
    const { limiter } = model();
    const operation = vi.fn();
    await expect(new Policy({ limiter }).call(operation, { cost: { token: 1 } })).rejects.toThrow(/\(requests, tokens\)/);
    expect(operation).not.toHaveBeenCalled();
  });

  test("above the limit is turned away for good", async () => {
    const { limiter } = model();
    await expect(new Policy({ limiter }).call(() => 1, { cost: { tokens: 101 } })).rejects.toMatchObject({
      name: "LimitedError",
      reason: "rate",
      retryAfterMs: Number.POSITIVE_INFINITY,
    });
  });
});

describe("a dependency that asks for a pause", () => {
  const paused = (retryAfterMs: number, errorClass: "RATE_LIMIT" | "SERVER_ERROR" = "RATE_LIMIT") => {
    const clock = new VirtualClock();
    const limiter = new RateLimiter({ limit: 10, intervalMs: 1_000, maxQueue: 5, clock });
    const pause = (ms: number): void => limiter.release(permitOf(ask(limiter)), { errorClass, retryAfterMs: ms });
    const second = ask(limiter);
    pause(retryAfterMs);
    return { clock, limiter, second };
  };

  test("gets one: nobody is admitted meanwhile", async () => {
    const { clock, limiter } = paused(500);
    expect(limiter.pausedMs).toBe(500);
    expect(ask(limiter, { maxWaitMs: 0 }).answer).toMatchObject({ kind: "rejected", reason: "rate", retryAfterMs: 500 });
    const waiting = ask(limiter, { told: () => expect(clock.now()).toBe(500) });
    await clock.run();
    expect([waiting.heard.length, limiter.pausedMs]).toEqual([1, 0]);
  });

  test("is not asked again sooner because another attempt was told a shorter one", () => {
    const { clock, limiter, second } = paused(500);
    clock.block(100);
    limiter.release(permitOf(second), { errorClass: "RATE_LIMIT", retryAfterMs: 50 });
    expect(limiter.pausedMs).toBe(400);
  });

  test("is heard where it asks for more", () => {
    const { clock, limiter, second } = paused(500);
    clock.block(100);
    limiter.release(permitOf(second), { errorClass: "RATE_LIMIT", retryAfterMs: 700 });
    expect(limiter.pausedMs).toBe(700);
  });

  test.each([[Number.POSITIVE_INFINITY], [Number.NaN], [-5], [0]])("gets none for %s", (retryAfterMs) => {
    expect(paused(retryAfterMs).limiter.pausedMs).toBe(0);
  });

  test("gets none for a failure that is no limit of its own", () => {
    expect(paused(500, "SERVER_ERROR").limiter.pausedMs).toBe(0);
  });

  test("holds back the retries of all policies that share the limiter", async () => {
    const clock = new VirtualClock();
    const limiter = new RateLimiter({ limit: 100, intervalMs: 1_000, maxQueue: 10, clock });
    const make = () => new Policy({ retry: { strategy: () => 0 }, limiter, clock });
    let attempts = 0;
    const first = make().call(() => {
      if (++attempts === 1) throw Object.assign(new Error("slow down"), { status: 429, headers: { "retry-after": "5" } });
      return clock.now();
    });
    await clock.advance(1);
    const second = make().call(() => clock.now());
    await clock.run();
    expect(await Promise.all([first, second])).toEqual([5_000, 5_000]);
  });
});
