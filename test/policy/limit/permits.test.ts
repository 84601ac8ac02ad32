import { AdaptiveConcurrency, AdaptiveThrottle, Bulkhead, type Limiter, type LimitPermit, RateLimiter } from "redress";
import { describe, expect, test } from "vitest";
import { ask, permitOf } from "./ask.ts";

const limiters: readonly [name: string, owner: string, make: () => Limiter & { readonly stats: object }][] = [
  ["Bulkhead", "bulkhead", () => new Bulkhead({ name: "mine", maxConcurrent: 2 })],
  ["RateLimiter", "rateLimiter", () => new RateLimiter({ name: "mine", limit: 2, intervalMs: 1_000 })],
  ["AdaptiveConcurrency", "adaptiveConcurrency", () => new AdaptiveConcurrency({ name: "mine", initial: 2 })],
];

describe.each(limiters)("a permit of a %s", (_name, owner, make) => {
  const giveBack = (limiter: Limiter, permit: unknown) => () => limiter.release(permit as LimitPermit, "unused");

  test("that is given back twice is a TypeError that says so, and changes nothing", () => {
    const limiter = make();
    const first = ask(limiter);
    ask(limiter);
    giveBack(limiter, permitOf(first))();
    const before = limiter.stats;
    expect(giveBack(limiter, permitOf(first))).toThrow(TypeError);
    expect(giveBack(limiter, permitOf(first))).toThrow(
      new RegExp(`^${owner}\\.release\\.permit must be a permit that was not given back before, got .+\\.$`),
    );
    expect(limiter.stats).toEqual(before);
    expect(ask(limiter).answer.kind).toBe("admitted");
    expect(ask(limiter).answer.kind).toBe("rejected");
  });

  test("that is another limiter's is a TypeError that names both, and changes neither", () => {
    const [limiter, other] = [make(), make()];
    const permit = permitOf(ask(other));
    expect(giveBack(limiter, permit)).toThrow(TypeError);
    expect(giveBack(limiter, permit)).toThrow(/must be a permit of this limiter \("mine"\), got .*mine/);
    expect(giveBack(other, permit)).not.toThrow();
  });

  test.each([[undefined], [null], [1], ["admitted"], [{}], [{ kind: "admitted" }], [[]], [() => {}]])("%o is none", (permit) => {
    const limiter = make();
    expect(giveBack(limiter, permit)).toThrow(TypeError);
    expect(giveBack(limiter, permit)).toThrow(
      new RegExp(`^${owner}\\.release\\.permit must be the permit that admit\\(\\) or tryAcquire\\(\\) answered, got .+\\.$`),
    );
  });
});

test("a permit of one kind of limiter is none of another kind", () => {
  const rate = new RateLimiter({ limit: 1, intervalMs: 1_000 });
  const bulkhead = new Bulkhead({ maxConcurrent: 1 });
  expect(() => rate.release(permitOf(ask(bulkhead)), "success")).toThrow(TypeError);
  expect(() => bulkhead.release(permitOf(ask(rate)), "success")).toThrow(TypeError);
});

test("a permit of an AdaptiveThrottle that is given back twice, or is none, is refused", () => {
  const throttle = new AdaptiveThrottle();
  const permit = permitOf(ask(throttle));
  throttle.release(permit, "success");
  expect(() => throttle.release(permit, "success")).toThrow(
    /^adaptiveThrottle\.release\.permit must be a permit that was not given back before, got /,
  );
  expect(() => throttle.release({ kind: "admitted" }, "success")).toThrow(
    new TypeError(
      "adaptiveThrottle.release.permit must be the permit that admit() or tryAcquire() answered, got an object with kind.",
    ),
  );
  expect(throttle.stats).toMatchObject({ admitted: 1, accepted: 1 });
});
