import { constant, Hedge, isCircuitOpenError, isLimitedError, Policy, TransientError } from "redress";
import {
  errors,
  FakeBudget,
  FakeCircuitBreaker,
  FakeLimiter,
  fails,
  hangs,
  scripted,
  succeeds,
  VirtualClock,
} from "redress/testing";
import { describe, expect, test } from "vitest";

const failing = () => scripted(fails(() => errors.http(503)).forever());

describe("FakeCircuitBreaker", () => {
  test("admits and rejects as it is told, and hears how admitted calls end", async () => {
    const breaker = new FakeCircuitBreaker({
      name: "users",
      decisions: ["admit", "reject", "probe", "admit"],
      retryAfterMs: 250,
    });
    const policy = new Policy({ circuitBreaker: breaker });
    expect(await policy.call(scripted(succeeds("value")))).toBe("value");
    const rejected: unknown = await policy.call(scripted(succeeds("value"))).catch((error: unknown) => error);
    expect(isCircuitOpenError(rejected)).toBe(true);
    expect(rejected).toMatchObject({ breaker: "users", state: "open", retryAfterMs: 250 });
    await policy.execute(failing());
    const controller = new AbortController();
    const cancelled = policy.execute(scripted(hangs()), { signal: controller.signal });
    expect(breaker.inFlight).toBe(1);
    controller.abort();
    await cancelled;
    expect(breaker.reports).toEqual([{ kind: "success" }, { kind: "failure", errorClass: "SERVER_ERROR" }, { kind: "cancel" }]);
    expect([breaker.asked, breaker.inFlight]).toEqual([4, 0]);
    breaker.assertDone();
  });

  test("is half-open while it admits a probe", () => {
    const breaker = new FakeCircuitBreaker({ decisions: ["probe"] });
    expect(breaker.allow()).toMatchObject({ admitted: true, state: "half_open" });
    expect(breaker.state).toBe("half_open");
  });

  test("opens while a call retries, which stops there", async () => {
    const clock = new VirtualClock();
    const breaker = new FakeCircuitBreaker({ otherwise: "admit" });
    const call = new Policy({ retry: { strategy: constant(100) }, circuitBreaker: breaker, clock }).execute(failing());
    await clock.advance(150);
    breaker.open();
    await clock.run();
    expect(await call).toMatchObject({ stopReason: "CIRCUIT_OPEN", attempts: 2 });
  });

  test("refuses to be told of a call twice, or of one that it has not admitted", () => {
    const breaker = new FakeCircuitBreaker({ otherwise: "admit" });
    const { permit } = breaker.allow();
    breaker.recordSuccess(permit as never);
    expect(() => breaker.recordCancel(permit as never)).toThrow(
      "told cancel of a call that it has not admitted, or was told of before.",
    );
  });
});

describe("FakeBudget", () => {
  test("admits and refuses retries, and keeps what it was asked", async () => {
    const clock = new VirtualClock();
    const budget = new FakeBudget({ decisions: ["admit"], otherwise: "reject" });
    expect(budget.remaining()).toBe(1);
    const policy = new Policy({ retry: { strategy: constant(10), budget }, clock });
    const call = policy.execute(failing());
    await clock.run();
    expect(await call).toMatchObject({ stopReason: "BUDGET_EXHAUSTED", attempts: 2 });
    const failed = { errorClass: "SERVER_ERROR", timeout: false };
    expect(budget.requests).toMatchObject([
      { failed, admitted: true },
      { failed, admitted: false },
    ]);
    await policy.call(scripted(succeeds(1)));
    expect(budget.reports).toEqual([{ kind: "failure", errorClass: "SERVER_ERROR" }, { kind: "success" }]);
    expect([budget.remaining(), new FakeBudget({ otherwise: "admit" }).remaining()]).toEqual([0, Infinity]);
    budget.assertDone();
  });
});

describe("FakeLimiter", () => {
  test("admits, lets wait, and turns away, and hears how attempts end", async () => {
    const clock = new VirtualClock();
    const limiter = new FakeLimiter({
      name: "db",
      decisions: ["admit", { queueMs: 500 }, { queueMs: 200, answer: "reject" }, { reject: "rate", retryAfterMs: 70 }],
      clock,
    });
    const policy = new Policy({ limiter, clock });
    expect(await policy.call(scripted(succeeds(1)), { cost: 3 })).toBe(1);
    const second = policy.execute(failing());
    expect(limiter.queued).toBe(1);
    expect(await clock.run()).toBe(500);
    expect(await second).toMatchObject({ stopReason: "NO_RETRY" });
    const third = policy.call(scripted(succeeds(3))).catch((error: unknown) => error);
    await clock.run();
    expect(await third).toMatchObject({ limiter: "db", reason: "queue_timeout" });
    const fourth: unknown = await policy.call(scripted(succeeds(4))).catch((error: unknown) => error);
    expect(isLimitedError(fourth)).toBe(true);
    expect(fourth).toMatchObject({ reason: "rate", retryAfterMs: 70 });
    expect(limiter.requests).toMatchObject([
      { cost: 3, answer: "admitted", end: "success" },
      { answer: "admitted", end: { errorClass: "SERVER_ERROR" } },
      { answer: "rejected", end: undefined },
      { answer: "rejected", end: undefined },
    ]);
    expect([limiter.queued, limiter.inFlight]).toEqual([0, 0]);
    limiter.assertDone();
  });

  test("lets an aborted call leave its queue, and turns away at once what cannot wait so long", async () => {
    const clock = new VirtualClock();
    const limiter = new FakeLimiter({ otherwise: { queueMs: 500 }, clock });
    const controller = new AbortController();
    const leaving = new Policy({ limiter, clock }).execute(scripted(succeeds(1)), { signal: controller.signal });
    controller.abort();
    expect(await leaving).toMatchObject({ stopReason: "ABORTED" });
    expect(limiter.requests).toMatchObject([{ answer: "left" }]);
    expect(clock.pending).toBe(0);
    const short = new Policy({ retry: { deadlineMs: 400 }, limiter, clock });
    expect(await short.execute(scripted(succeeds(1)))).toMatchObject({ stopReason: "LIMITED" });
  });

  test("admits a synchronous call when its time has come", () => {
    const clock = new VirtualClock();
    const limiter = new FakeLimiter({ decisions: [{ queueMs: 500 }, { queueMs: 1, answer: "reject" }], clock });
    const policy = new Policy({ limiter, clock });
    expect(policy.callSync(scripted.sync(succeeds("value")))).toBe("value");
    expect(clock.now()).toBe(500);
    expect(policy.executeSync(scripted.sync(succeeds("value")))).toMatchObject({ stopReason: "LIMITED" });
  });

  test("turns a hedge away that would have to wait", async () => {
    const clock = new VirtualClock();
    const limiter = new FakeLimiter({ decisions: ["admit", { queueMs: 5 }], otherwise: "reject", clock });
    const call = new Policy({ limiter, hedge: new Hedge({ delayMs: 10, loadRatio: 1 }), clock }).execute(
      scripted({ clock }, succeeds("first").after(100)),
    );
    await clock.run();
    expect(await call).toMatchObject({ ok: true, value: "first", attempts: 1 });
  });
});

describe("a fake whose decisions are used up", () => {
  test("ends the call with an error that says so, and retries nothing", async () => {
    const breaker = new FakeCircuitBreaker({ name: "b", decisions: ["admit"] });
    const policy = new Policy({ retry: {}, circuitBreaker: breaker });
    await policy.call(scripted(succeeds(1)));
    const load = scripted(succeeds(2));
    await expect(policy.call(load)).rejects.toThrow(
      'FakeCircuitBreaker "b": asked 2 times, but it has 1 decisions: add one, or say what it decides `otherwise`.',
    );
    expect(load.calls).toBe(0);
    await expect(
      new Policy({ retry: { budget: new FakeBudget({ decisions: [] }), strategy: constant(0) } }).call(
        scripted(fails(new TransientError())),
      ),
    ).rejects.toThrow('FakeBudget "fake": asked 1 times');
    await expect(new Policy({ limiter: new FakeLimiter({ decisions: [] }) }).call(load)).rejects.toThrow(
      'FakeLimiter "fake": asked 1 times',
    );
  });

  test("tells what it was not asked for", () => {
    const budget = new FakeBudget({ decisions: ["admit", "admit", "reject"] });
    budget.consume();
    expect(() => budget.assertDone()).toThrow(
      'FakeBudget "fake": asked 1 times, so the last 2 of its 3 decisions were not asked for.',
    );
  });
});

describe("what a fake cannot be", () => {
  test.each<[() => unknown, string]>([
    [() => new FakeCircuitBreaker({}), "fakeCircuitBreaker.otherwise must be one of admit, reject, probe, got undefined."],
    [
      () => new FakeCircuitBreaker({ decisions: ["admitt" as never] }),
      "fakeCircuitBreaker.decisions[0] must be one of admit, reject, probe",
    ],
    [() => new FakeBudget({ otherwise: "probe" as never }), "fakeBudget.otherwise must be one of admit, reject"],
    [
      () => new FakeBudget({ otherwise: "admit", decision: [] } as never),
      "fakeBudget.decision is not an option; did you mean `decisions`?",
    ],
    [
      () => new FakeLimiter({ decisions: [{ queueMs: 5 }] }),
      "fakeLimiter.clock must be given where a decision lets attempts wait, got undefined.",
    ],
    [
      () => new FakeLimiter({ otherwise: { queueMs: -5 }, clock: new VirtualClock() }),
      "fakeLimiter.otherwise.queueMs must be a finite number >= 0",
    ],
    [
      () => new FakeLimiter({ otherwise: { reject: "busy" as never } }),
      "fakeLimiter.otherwise.reject must be one of full, queue_timeout, rate, throttled",
    ],
    [
      () => new FakeLimiter({ otherwise: 7 as never }),
      'fakeLimiter.otherwise must be "admit", "reject", { queueMs } or { reject: reason }, got 7.',
    ],
  ])("%#", (make, message) => {
    expect(make).toThrow(message);
  });
});
