/* What is asked before an attempt may take its time, or abort the call: then the attempt is not made. */
import { type Applicant, type AttemptEnd, CircuitOpenError, constant, Hedge, type Limiter } from "redress";
import { describe, expect, test } from "vitest";
import { asFailure, drivers, ending, played, recorder, stage } from "./driving.ts";
import { failing, hedging, script, slow } from "./hedging.ts";

/** A limiter that admits everybody, and does something else the n-th time. */
function limiterThat(nth: number, does: () => void): Limiter & { readonly ends: AttemptEnd[] } {
  const ends: AttemptEnd[] = [];
  let asked = 0;
  return {
    name: "own",
    ends,
    admit: () => {
      if (++asked === nth) does();
      return { kind: "admitted" };
    },
    release: (_permit, end) => void ends.push(end),
  };
}

describe.each(drivers)("%s", (_name, driver) => {
  test("a limiter that keeps the thread until the deadline gets its permit back unused", async () => {
    const on = stage();
    const limiter = limiterThat(1, () => on.clock.block(50));
    const limited = stage({ limiter }, on.clock);
    let made = 0;
    const outcome = asFailure(await driver.execute(limited, () => ++made, { deadlineMs: 50 }));
    expect(outcome).toMatchObject({ stopReason: "DEADLINE_EXCEEDED", attempts: 0 });
    expect([made, limiter.ends]).toEqual([0, ["unused"]]);
  });

  test("a limiter that aborts the call gets its permit back unused", async () => {
    const controller = new AbortController();
    const limiter = limiterThat(1, () => controller.abort("left"));
    const outcome = asFailure(await driver.execute(stage({ limiter }), () => "value", { signal: controller.signal }));
    expect(outcome).toMatchObject({ stopReason: "ABORTED", attempts: 0, error: "left" });
    expect(limiter.ends).toEqual(["unused"]);
  });

  test("what takes a discarded result, and with it the time until the deadline, has no attempt follow", async () => {
    const on = stage();
    const discarding = stage(
      {
        retry: { strategy: constant(0), resultClassifier: () => "TRANSIENT", deadlineMs: 50 },
        discard: () => on.clock.block(50),
      },
      on.clock,
    );
    let made = 0;
    const outcome = asFailure(await driver.execute(discarding, () => ++made));
    expect(outcome).toMatchObject({ stopReason: "DEADLINE_EXCEEDED", attempts: 1 });
    expect(made).toBe(1);
  });

  test("an attempt that throws when the call was aborted, or was rejected by a policy further in, is no failure to a limiter", async () => {
    const controller = new AbortController();
    const aborted = limiterThat(0, () => {});
    await driver.call(
      stage({ limiter: aborted, retry: {} }),
      () => {
        controller.abort();
        throw new Error("gone");
      },
      { signal: controller.signal },
    );
    const rejected = limiterThat(0, () => {});
    const outer = stage({ limiter: rejected, retry: { maxAttempts: 1 } });
    await driver.call(outer, () => {
      throw new CircuitOpenError({ breaker: "inner", state: "open", retryAfterMs: 5 });
    });
    expect([aborted.ends, rejected.ends]).toEqual([["cancel"], ["cancel"]]);
  });
});

describe("a limiter that is asked for a hedge", () => {
  test("and aborts the call gets that permit back unused, and the first attempt is cut with the reason", async () => {
    const controller = new AbortController();
    const limiter = limiterThat(2, () => controller.abort("left"));
    const on = hedging({ limiter });
    const op = script(on.clock, slow());
    const outcome = asFailure(await played(on.clock, on.policy.execute(op, { signal: controller.signal })));
    expect(outcome).toMatchObject({ stopReason: "ABORTED", attempts: 1, error: "left" });
    expect(limiter.ends).toEqual(["unused", "cancel"]);
    expect([...op.reasons]).toEqual([[1, "left"]]);
  });

  test("and keeps the thread until the deadline gets that permit back unused, and the first attempt has failed", async () => {
    const limiter = limiterThat(2, () => on.clock.block(500));
    const on = hedging({ limiter });
    const op = script(on.clock, slow());
    const outcome = asFailure(await played(on.clock, on.policy.execute(op, { deadlineMs: 600 })));
    expect(outcome).toMatchObject({ stopReason: "DEADLINE_EXCEEDED", attempts: 1, lastClass: "TRANSIENT" });
    expect(limiter.ends).toEqual(["unused", { errorClass: "TRANSIENT", timeout: true }]);
  });
});

describe("what throws when it is asked about a hedge", () => {
  test("ends the call with that error, and the attempt in flight is told of once", async () => {
    const broken = new Error("broken");
    const limiter = limiterThat(2, () => {
      throw broken;
    });
    const hooks = recorder();
    const on = hedging({ limiter, hooks: [hooks] });
    const { error } = await ending(played(on.clock, on.policy.call(script(on.clock, slow()))));
    expect(error).toBe(broken);
    expect(hooks.ends.map(({ attempt, decision }) => [attempt, decision])).toEqual([[1, "raise"]]);
    expect(limiter.ends).toEqual(["cancel"]);
  });

  test("a Hedge that throws for its delay ends the call before its attempt", async () => {
    const broken = new Error("broken");
    const hedge = Object.defineProperty(new Hedge({ delayMs: 100 }), "delayMs", {
      value: () => {
        throw broken;
      },
    });
    let made = 0;
    const { error } = await ending(stage({ hedge }).policy.call(() => ++made));
    expect([error, made]).toEqual([broken, 0]);
  });
});

test("a limiter that admits, turns away or fails a hedge that has left its queue is not heard any more", async () => {
  const applicants: Applicant[] = [];
  const permit = { kind: "admitted" } as const;
  const limiter: Limiter = {
    name: "own",
    admit: (applicant) => {
      applicants.push(applicant);
      return applicants.length === 1 ? permit : { kind: "queued", cancel: () => {}, readyInMs: () => 1 };
    },
    release: () => {},
  };
  const on = hedging({ limiter });
  const call = on.policy.execute(script(on.clock, slow(300)));
  await on.clock.advance(200);
  applicants[1]?.admitted(permit);
  applicants[1]?.rejected({ kind: "rejected", limiter: "own", reason: "full", retryAfterMs: null, why: "" });
  applicants[1]?.failed(new Error("broken"));
  expect(await played(on.clock, call)).toMatchObject({ ok: true, value: "slow", attempts: 1 });
});

test("the caller is asked for a hedge, too, and hears of the failure that it would follow", async () => {
  const asked: unknown[] = [];
  const refuseRepeat = (last: { readonly value: unknown } | undefined): string | undefined => {
    asked.push(last?.value);
    return asked.length === 1 ? undefined : "sent once";
  };
  const broken = Object.assign(new Error("broken"), { code: "ECONNRESET" });
  const on = hedging({ retry: { maxAttempts: 9 } }, { maxHedges: 3 });
  const op = script(on.clock, slow(1_000), failing(10, broken));
  expect(await played(on.clock, on.policy.execute(op, { refuseRepeat }))).toMatchObject({ ok: true, value: "slow", attempts: 2 });
  expect(asked.slice(0, 2)).toEqual([undefined, broken]);
});
