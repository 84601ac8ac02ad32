/* What an attempt does after its call has given it up. */
import { constant } from "redress";
import { describe, expect, test, vi } from "vitest";
import { hooksOf, listeningBreaker, macrotask, played, recorder, stage } from "./driving.ts";

describe("what an abandoned attempt does later", () => {
  const bounds = { deadline: { deadlineMs: 100 }, "attempt timeout": { attemptTimeoutMs: 100, maxAttempts: 1 } } as const;

  test.each(Object.entries(bounds))(
    "a rejection after the %s is never unhandled, and the call's end stays",
    async (_bound, retry) => {
      const unhandled = vi.fn();
      process.on("unhandledRejection", unhandled);
      try {
        const seen = recorder();
        const breaker = listeningBreaker();
        const on = stage({ retry, hooks: hooksOf(seen), circuitBreaker: breaker });
        const call = on.policy.execute(async () => {
          await on.clock.sleep(500);
          throw new Error("too late");
        });
        const outcome = await played(on.clock, call);
        await macrotask();
        expect(outcome).toMatchObject({ ok: false, attempts: 1, elapsedMs: 100 });
        expect(on.clock.now()).toBe(500);
        expect(unhandled).not.toHaveBeenCalled();
        expect(seen.names()).toHaveLength(1);
        expect(breaker.heard).toEqual(["TRANSIENT"]);
      } finally {
        process.off("unhandledRejection", unhandled);
      }
    },
  );

  test("a value that comes after its attempt was given up does not end the attempt that follows", async () => {
    const on = stage({ retry: { attemptTimeoutMs: 100, strategy: constant(0) } });
    const op = ({ attempt }: { attempt: number }) => on.clock.sleep(attempt === 1 ? 150 : 80).then(() => `attempt ${attempt}`);
    expect(await played(on.clock, on.policy.call(op))).toBe("attempt 2");
    expect(on.clock.now()).toBe(180);
  });

  test("nor does an error that comes after", async () => {
    const seen = recorder();
    const on = stage({ retry: { attemptTimeoutMs: 100, strategy: constant(0) }, hooks: hooksOf(seen) });
    const op = async ({ attempt }: { attempt: number }) => {
      await on.clock.sleep(attempt === 1 ? 150 : 80);
      if (attempt === 1) throw new Error("too late");
      return `attempt ${attempt}`;
    };
    expect(await played(on.clock, on.policy.call(op))).toBe("attempt 2");
    expect(seen.names()).toEqual(["retry", "success"]);
  });
});
