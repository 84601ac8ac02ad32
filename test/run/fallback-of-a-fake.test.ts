/* A policy that answers in a test as if it had fallen back ends its calls without a failure before. */
import { FakePolicy } from "redress/testing";
import { expect, test } from "vitest";
import { hooksOf, recorder } from "./driving.ts";

test("its calls give the value, and observers hear of a fallback that followed nothing", async () => {
  const hooks = recorder();
  const fake = new FakePolicy({ outcome: { ok: true, value: "kept", fellBack: true } });
  expect(await fake.execute(() => "value", hooksOf(hooks))).toMatchObject({
    ok: true,
    value: "kept",
    attempts: 0,
    fellBack: true,
  });
  expect(fake.executeSync(() => "value", hooksOf(hooks))).toMatchObject({ ok: true, value: "kept", attempts: 0, fellBack: true });
  expect(hooks.events).toEqual([
    ["fell_back", 0, 0, {}],
    ["fell_back", 0, 0, {}],
  ]);
});
