import { Policy } from "redress";
import { errors, FakePolicy, fails, hangs, noRetries, RecordingPolicy, scripted, succeeds, VirtualClock } from "redress/testing";
import { matchers } from "redress/vitest";
import { expect, test, vi } from "vitest";
import { Orders, orderOptions } from "./orders.ts";

expect.extend(matchers);

const paid = { id: "7", state: "paid" } as const;

/** The policy of the service on a clock that the test moves, which records its calls. */
function recorded() {
  const clock = new VirtualClock();
  return { clock, policy: new RecordingPolicy(new Policy({ ...orderOptions, clock })) };
}

test("an order comes although the service fails twice and hangs once", async () => {
  const { clock, policy } = recorded();
  const load = scripted(fails(2, errors.http(503)), hangs(), succeeds(paid));

  const found = new Orders(load, policy).find("7");
  await clock.run();

  expect(await found).toEqual(paid);
  expect(policy.calls[0]).toHaveSucceeded();
  expect(policy.calls[0]).toHaveRetried(3);
  load.assertDone();
});

test("nobody asks again for an order that does not exist", async () => {
  const { policy } = recorded();
  const load = scripted(fails(errors.http(404)));

  await expect(new Orders(load, policy).find("8")).rejects.toThrow(/404/);
  expect(policy.calls[0]).toHaveStoppedBecause("NON_RETRYABLE_CLASS");
});

test("what a caller sees while the circuit is open", async () => {
  const policy = new FakePolicy({ outcome: { ok: false, stopReason: "CIRCUIT_OPEN" } });
  const orders = new Orders(scripted(succeeds(paid)), policy);

  await expect(orders.find("9")).rejects.toHaveStoppedBecause("CIRCUIT_OPEN");
});

test("without retries, the first failure is the last", async () => {
  const load = scripted(fails(errors.http(503)), succeeds(paid));

  await expect(noRetries(() => new Orders(load).find("7"))).rejects.toThrow(/503/);
  expect(load.calls).toEqual(1);
});

test("with the fake timers of the test runner, for code that makes its own policy", async () => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "performance"] });
  try {
    const found = new Orders(scripted(fails(errors.http(503)), succeeds(paid))).find("7");
    await vi.advanceTimersByTimeAsync(10_000);
    expect(await found).toEqual(paid);
  } finally {
    vi.useRealTimers();
  }
});
