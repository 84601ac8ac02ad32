import assert from "node:assert/strict";
import { mock, test } from "node:test";
import { Policy } from "redress";
import {
  assertRetried,
  assertStoppedBecause,
  assertSucceeded,
  errors,
  FakePolicy,
  fails,
  hangs,
  noRetries,
  RecordingPolicy,
  scripted,
  succeeds,
  VirtualClock,
} from "redress/testing";
import { Orders, orderOptions } from "./orders.ts";

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

  assert.deepEqual(await found, paid);
  assertSucceeded(policy.calls[0]);
  assertRetried(policy.calls[0], 3);
  load.assertDone();
});

test("nobody asks again for an order that does not exist", async () => {
  const { policy } = recorded();
  const load = scripted(fails(errors.http(404)));

  await assert.rejects(new Orders(load, policy).find("8"), /404/);
  assertStoppedBecause(policy.calls[0], "NON_RETRYABLE_CLASS");
});

test("what a caller sees while the circuit is open", async () => {
  const policy = new FakePolicy({ outcome: { ok: false, stopReason: "CIRCUIT_OPEN" } });
  const orders = new Orders(scripted(succeeds(paid)), policy);

  await assert.rejects(orders.find("9"), (error) => {
    assertStoppedBecause(error, "CIRCUIT_OPEN");
    return true;
  });
});

test("without retries, the first failure is the last", async () => {
  const load = scripted(fails(errors.http(503)), succeeds(paid));

  await assert.rejects(
    noRetries(() => new Orders(load).find("7")),
    /503/,
  );
  assert.deepEqual(load.calls, 1);
});

test("with the fake timers of the test runner, for code that makes its own policy", async () => {
  mock.timers.enable({ apis: ["setTimeout"] });
  try {
    const found = new Orders(scripted(fails(errors.http(503)), succeeds(paid))).find("7");
    for (let turn = 0; turn < 20; turn++) {
      await new Promise(setImmediate);
      mock.timers.tick(500);
    }
    assert.deepEqual(await found, paid);
  } finally {
    mock.timers.reset();
  }
});
