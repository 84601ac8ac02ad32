import { keyed, Policy } from "redress";
import { dashboard } from "redress/dashboard";
import { Registry } from "redress/registry";
import { expect, test } from "vitest";
import { growth, NOISE_BYTES } from "./growth.ts";

/** A turn of the event loop: what a `WeakRef` has shown lives until its end. */
const collect = async (): Promise<void> => {
  await new Promise(setImmediate);
  globalThis.gc?.();
  await new Promise(setImmediate);
};

test("a policy that the application lets go of disappears, with its circuit, its budget and its limiter", async () => {
  const live = new Registry();
  const kept = live.add(new Policy({ operation: "kept", retry: {}, circuitBreaker: {} }));
  const ended = live.subscribe(() => {});
  (() => {
    const gone = live.add(new Policy({ operation: "gone", retry: {}, circuitBreaker: {} }));
    gone.callSync(() => 1);
    live.add(keyed({ operation: "keys", circuitBreaker: {} })).for("a");
    expect(live.snapshot().policies).toHaveLength(3);
  })();
  await collect();
  expect(live.snapshot()).toMatchObject({ policies: [{ name: "kept" }], circuits: [{ name: "default" }], budgets: [{}] });
  live.add(new Policy({ operation: "gone" }));
  ended();
  kept.callSync(() => 1);
});

test("a policy lives on in the functions that it has wrapped", async () => {
  const live = new Registry();
  const find = live.add(new Policy({ operation: "find" })).wrap(() => 1);
  await collect();
  await find();
  expect(live.snapshot().policies).toMatchObject([{ name: "find", calls: 1 }]);
});

test("a registry keeps nothing of the policies that were added and let go of", async () => {
  const live = new Registry();
  let made = 0;
  const grown = await growth(
    20_000,
    (i) => {
      live.add(new Policy({ operation: `policy_${made++}`, retry: {}, circuitBreaker: {} })).callSync(() => i);
      // A turn of its own: until its end, what was added lives.
      if (i % 1_000 === 999) return collect().then(() => live.snapshot());
      return i % 50 === 0 ? new Promise(setImmediate) : undefined;
    },
    2_000,
  );
  expect(grown).toBeLessThan(NOISE_BYTES);
});

test("a registry keeps nothing of the calls that it counts", async () => {
  const policy = new Registry().add(new Policy({ operation: "counted", retry: {} }));
  expect(await growth(50_000, (i) => policy.call(() => i))).toBeLessThan(NOISE_BYTES);
});

test("a viewer of the dashboard that leaves is heard of, though nobody else has kept its request", async () => {
  const answer = dashboard({ registry: new Registry() });
  const leaving = new AbortController();
  const events = await answer(new Request("http://host.test/events", { signal: leaving.signal }));
  const reader = (events.body as ReadableStream<Uint8Array>).getReader();
  await reader.read();
  for (let turns = 0; turns < 5; turns++) await collect();
  leaving.abort(new Error("left"));
  await expect(reader.read()).rejects.toThrow("left");
});
