import { constant, Hedge, isAttemptTimeoutError, PermanentError, Policy, TransientError } from "redress";
import { createFetch } from "redress/fetch";
import { answers, errors, fails, hangs, returns, scripted, succeeds, throws, VirtualClock } from "redress/testing";
import { describe, expect, test } from "vitest";

const policyOn = (clock: VirtualClock, more: object = {}): Policy =>
  new Policy({ retry: { strategy: constant(1_000), attemptTimeoutMs: 500, ...more }, clock });

describe("a script", () => {
  test("is done step by step: fails twice, hangs, succeeds", async () => {
    const clock = new VirtualClock();
    const load = scripted(fails(2, errors.http(503)), hangs(), succeeds("value"));
    const call = policyOn(clock).execute(load);
    expect(await clock.run()).toBe(3_500);
    expect(await call).toMatchObject({ ok: true, value: "value", attempts: 4 });
    load.assertDone();
    expect(load.calls).toBe(4);
    expect(load.attempts.map(({ attempt, step, aborted }) => [attempt, step, aborted])).toEqual([
      [1, "fails(HTTPError).times(2)", false],
      [2, "fails(HTTPError).times(2)", false],
      [3, "hangs()", true],
      [4, 'succeeds("value")', false],
    ]);
    expect(isAttemptTimeoutError(load.attempts[2]?.abortReason)).toBe(true);
    expect(load.attempts[0]?.abortReason).toBeUndefined();
  });

  test("gives what its steps give, and its type says so", async () => {
    const load = scripted(fails(2, new TransientError()), succeeds(7), returns("seven"));
    const value: Promise<string | number> = load();
    expect(await value.catch(() => "failed")).toBe("failed");
    const number: number = scripted.sync(succeeds(7))();
    expect(number).toBe(7);
    const policy = policyOn(new VirtualClock(), { strategy: constant(0) });
    expect(await policy.call(load)).toBe(7);
  });

  test("throws at once, and returns at once without a promise, where a step says so", () => {
    const thrown = new Error("at once");
    const load = scripted(throws(thrown), returns("as it is"));
    expect(() => load()).toThrow(thrown);
    expect(load()).toBe("as it is");
  });

  test("returns what a policy may count as failed", async () => {
    const clock = new VirtualClock();
    const load = scripted(returns({ status: 503 }), succeeds({ status: 200 }));
    const call = new Policy({
      retry: {
        strategy: constant(10),
        resultClassifier: ({ status }: { status: number }) => (status < 500 ? null : "SERVER_ERROR"),
      },
      clock,
    }).call(load as never);
    await clock.run();
    expect(await call).toEqual({ status: 200 });
  });

  test("makes an error for each attempt where a function is to, and throws the same one otherwise", async () => {
    const same = new Error("same");
    const load = scripted(
      fails(2, same),
      fails(2, () => new Error("new")),
    );
    const thrown: unknown[] = [];
    for (let call = 0; call < 4; call++) thrown.push(await load().catch((error: unknown) => error));
    expect([thrown[0], thrown[1]]).toEqual([same, same]);
    expect(thrown[2]).not.toBe(thrown[3]);
  });

  test("takes time on its clock, and ends with the signal meanwhile", async () => {
    const clock = new VirtualClock();
    const load = scripted({ clock }, succeeds("slow").after(600), succeeds("in time").after(400));
    const call = policyOn(clock).execute(load);
    expect(await clock.run()).toBe(1_900);
    expect(await call).toMatchObject({ ok: true, value: "in time" });
    expect(load.attempts.map(({ aborted }) => aborted)).toEqual([true, false]);
  });

  test("goes on without heeding the signal: what it gives comes late, and is discarded", async () => {
    const clock = new VirtualClock();
    const discarded: unknown[] = [];
    const load = scripted({ clock }, succeeds("late").after(600).ignoringSignal(), hangs().ignoringSignal(), succeeds("value"));
    const call = new Policy({
      retry: { strategy: constant(1_000), attemptTimeoutMs: 500 },
      discard: (value) => discarded.push(value),
      clock,
    }).execute(load);
    await clock.run();
    expect(await call).toMatchObject({ ok: true, value: "value", attempts: 3 });
    expect(discarded).toEqual(["late"]);
    expect(load.attempts.map(({ aborted }) => aborted)).toEqual([true, true, false]);
  });

  test("hangs until the signal that a plain function is called with aborts", async () => {
    const controller = new AbortController();
    const load = scripted(hangs().forever());
    const [one, other] = [load("a", { signal: controller.signal }), load(controller.signal)];
    controller.abort(new Error("enough"));
    await expect(one).rejects.toThrow("enough");
    await expect(other).rejects.toThrow("enough");
    await expect(load({ signal: controller.signal })).rejects.toThrow("enough");
    expect(load.attempts.map(({ attempt, args, abortReason }) => [attempt, args.length, (abortReason as Error).message])).toEqual(
      [
        [undefined, 2, "enough"],
        [undefined, 1, "enough"],
        [undefined, 1, "enough"],
      ],
    );
  });

  test("gives its steps to attempts in the order in which they begin, hedges too", async () => {
    const clock = new VirtualClock();
    const load = scripted({ clock }, succeeds("slow").after(1_000), succeeds("hedge").after(10));
    const call = new Policy({ retry: {}, hedge: new Hedge({ delayMs: 100, loadRatio: 1 }), clock }).execute(load);
    await clock.run();
    expect(await call).toMatchObject({ ok: true, value: "hedge" });
    expect(load.attempts.map(({ hedge, aborted }) => [hedge, aborted])).toEqual([
      [false, true],
      [true, false],
    ]);
  });
});

describe("a script that is used up", () => {
  test("ends the call with an error that no policy retries", async () => {
    const clock = new VirtualClock();
    const load = scripted({ name: "load user" }, fails(2, errors.http(503)));
    const call = policyOn(clock).execute(load);
    await clock.run();
    const outcome = await call;
    expect(outcome).toMatchObject({ ok: false, stopReason: "ABORTED", attempts: 3 });
    await expect(load()).rejects.toThrow(
      "load user: called 4 times, but its script is used up (fails(HTTPError).times(2)): add a step, or end the script with one that goes on, such as succeeds(value).forever().",
    );
    expect(() => load.assertDone()).toThrow(
      "load user: its script (fails(HTTPError).times(2)) was used up, and it was called 2 times more.",
    );
  });

  test("never is, where its last step goes on forever", async () => {
    const load = scripted(succeeds(1), succeeds(2).forever());
    expect([await load(), await load(), await load()]).toEqual([1, 2, 2]);
    load.assertDone();
  });

  test("begins anew after a reset", async () => {
    const load = scripted(succeeds(1), succeeds(2));
    await load();
    load.reset();
    expect(load.calls).toBe(0);
    expect([await load(), await load()]).toEqual([1, 2]);
    load.assertDone();
  });
});

describe("what was not reached", () => {
  test.each([
    [
      scripted(succeeds(1), hangs(), succeeds(2).forever()),
      "scripted: called once, so hangs(), succeeds(2).forever() was not reached.",
    ],
    [
      scripted(succeeds(1).times(3)),
      "scripted: called once, so succeeds(1).times(3) was not reached (the first of them was, once).",
    ],
  ])("is named", async (load, message) => {
    await load();
    expect(() => load.assertDone()).toThrow(message);
  });
});

describe("what a script cannot be", () => {
  test.each<[() => unknown, string]>([
    [() => scripted(), "scripted.steps must be at least one step, got undefined."],
    [
      () => scripted("value" as never),
      'scripted.steps[0] must be a step, such as fails(error), succeeds(value) or hangs(), got "value".',
    ],
    [() => scripted(succeeds(1).forever(), succeeds(2)), "scripted.steps[0] must be the last step, because it goes on forever"],
    [() => scripted(succeeds(1).after(5)), "scripted.steps[0] must be without after(ms), or scripted must have a clock"],
    [() => scripted({ clok: new VirtualClock() } as never, succeeds(1)), "scripted.clok is not an option; did you mean `clock`?"],
    [() => scripted({ clock: {} } as never, succeeds(1)), "scripted.clock must be a clock"],
    [
      () => scripted.sync(hangs()),
      'scripted.sync.steps[0] must be a step that takes no time, because a thread that waits cannot be woken, got "hangs()".',
    ],
    [
      () => scripted.sync({ clock: new VirtualClock() }, succeeds(1).after(5)),
      "scripted.sync.steps[0] must be a step that takes no time",
    ],
    [() => fails(0, new Error("no")), "fails.times must be an integer >= 1, got 0."],
    [() => (fails as () => unknown)(), "fails.error must be what is thrown, or a function that makes it, got undefined."],
    [() => succeeds(1).times(1.5), "step.times must be an integer >= 1, got 1.5."],
    [() => succeeds(1).after(-1), "step.after.ms must be a finite number >= 0, got -1."],
    [() => hangs().after(1), "step.after must be of a step that ends by a promise"],
    [() => succeeds(1).ignoringSignal(), "step.ignoringSignal must be of a step that takes time"],
    [() => answers(700), "answers.status must be an HTTP status from 200 to 599, got 700."],
    [() => answers(200, { status: 200 } as never), "answers.status is not an option"],
  ])("%#", (make, message) => {
    expect(make).toThrow(message);
  });
});

test("synchronous calls take the same steps", () => {
  const clock = new VirtualClock();
  const load = scripted.sync(fails(2, errors.http(503)), throws(errors.node("ECONNRESET")), succeeds("value"));
  expect(policyOn(clock).callSync(load)).toBe("value");
  expect(load.attempts.map(({ attempt }) => attempt)).toEqual([1, 2, 3, 4]);
  load.assertDone();
  expect(() => new Policy({}).callSync(load)).toThrow("its script is used up");
});

describe("a fetch", () => {
  test("answers with real responses, each a new one", async () => {
    const clock = new VirtualClock();
    const fake = scripted.fetch(
      503,
      answers(429, { retryAfter: 2 }),
      fails(errors.fetch("ECONNRESET")),
      answers(200, { body: { id: 7 } }),
    );
    const api = createFetch(policyOn(clock), { fetch: fake });
    const call = api("https://users.example/7", { headers: { accept: "application/json" } });
    await clock.run();
    const response = await call;
    expect([response.status, await response.json()]).toEqual([200, { id: 7 }]);
    fake.assertDone();
    expect(fake.calls).toBe(4);
  });

  test("gives the same answer anew as often as it is to", async () => {
    const fake = scripted.fetch(answers(200, { body: "text" }).forever());
    const [one, other] = [await fake("https://a.example"), await fake("https://a.example")];
    expect(one).not.toBe(other);
    expect([await one.text(), await other.text()]).toEqual(["text", "text"]);
    expect(fake.attempts[0]?.args[0]).toBe("https://a.example");
  });

  test("hangs until its request is aborted", async () => {
    const fake = scripted.fetch(hangs());
    const controller = new AbortController();
    const call = fake(new Request("https://a.example", { signal: controller.signal }));
    controller.abort();
    await expect(call).rejects.toThrow(errors.abort().message);
  });
});

test("an error that is never retried ends a script early, and that is told", async () => {
  const load = scripted(fails(new PermanentError("no")), succeeds("never"));
  await expect(policyOn(new VirtualClock()).call(load)).rejects.toThrow("no");
  expect(() => load.assertDone()).toThrow('scripted: called once, so succeeds("never") was not reached.');
});
