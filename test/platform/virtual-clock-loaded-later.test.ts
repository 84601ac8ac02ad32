import { constant, Policy, TransientError } from "redress";
import { afterEach, describe, expect, test, vi } from "vitest";
import { REGIMES } from "../run/timer-regimes.ts";

describe.each(REGIMES)("a virtual clock whose module is loaded under $name", ({ install, uninstall }) => {
  afterEach(uninstall);

  test("moves on, and ends", async () => {
    install();
    vi.resetModules();
    const { VirtualClock } = await import("redress/testing");
    const clock = new VirtualClock();
    let attempts = 0;
    const call = new Policy({ retry: { strategy: constant(1_000) }, clock }).call(async () => {
      if (++attempts < 3) throw new TransientError();
      return "value";
    });
    await clock.advance(2_000);
    expect(await call).toBe("value");
  });
});
