import { expect, test } from "vitest";
import { HedgeLoad } from "../../src/core/hedge/hedge-load.ts";

test("a call counts for as long as less than sixty seconds have begun since its own", () => {
  const load = new HedgeLoad(1);
  load.call(999);
  expect([999, 58_999, 59_999, 60_000].map((nowMs) => load.allows(nowMs))).toEqual([true, true, true, false]);
});

test("a hedge counts until sixty seconds are over since the end of its own", () => {
  const load = new HedgeLoad(1);
  load.hedge(0);
  load.call(60_000);
  expect([60_000, 60_999, 61_000].map((nowMs) => load.allows(nowMs))).toEqual([false, false, true]);
});
