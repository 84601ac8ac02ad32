/* Signals of old polyfills have no `reason`: what they abort says that it was aborted, by an error of its own. */
import { AbortRetryError, constant, isAbortRetryError, TransientError } from "redress";
import { VirtualClock } from "redress/testing";
import { describe, expect, test } from "vitest";
import { systemClock } from "../../src/run/time/clock.ts";
import { alwaysThrowing, answering, asynchronousDrivers, drivers, ending, hang, stage } from "./driving.ts";

const transient = new TransientError();

/** A signal as it was before `reason`: https://github.com/mysticatea/abort-controller */
class OldSignal extends EventTarget {
  aborted = false;
  abort(): void {
    this.aborted = true;
    this.dispatchEvent(new Event("abort"));
  }
}

const oldSignal = (): OldSignal & AbortSignal => new OldSignal() as OldSignal & AbortSignal;

describe.each(drivers)("through %s", (_name, driver) => {
  test("a call that was aborted before it began throws an AbortRetryError", async () => {
    const signal = oldSignal();
    signal.abort();
    const op = answering("value");
    const { error } = await driver.call(stage(), op, { signal });
    expect(isAbortRetryError(error)).toBe(true);
    expect(op.count).toBe(0);
  });

  test("a call that is aborted after a failure throws one whose cause is the failure", async () => {
    const signal = oldSignal();
    const on = stage({ retry: { strategy: constant(10), beforeSleep: () => signal.abort() } });
    const { error } = await driver.call(on, alwaysThrowing(transient), { signal });
    expect(error).toBeInstanceOf(AbortRetryError);
    expect(error).toMatchObject({ cause: transient });
  });
});

describe.each(asynchronousDrivers)("through %s", (_name, driver) => {
  test("an attempt in flight is aborted, and its own signal says by what", async () => {
    const signal = oldSignal();
    let reason: unknown;
    const { error } = await driver.call(
      stage(),
      (attempt) => {
        attempt.signal.addEventListener("abort", () => {
          reason = attempt.signal.reason;
        });
        queueMicrotask(() => signal.abort());
        return hang();
      },
      { signal },
    );
    expect(isAbortRetryError(error)).toBe(true);
    expect(isAbortRetryError(reason)).toBe(true);
  });

  test("what is still being read after a success is aborted so too", async () => {
    const signal = oldSignal();
    const on = stage();
    const { value } = await driver.call(on, (attempt) => attempt.signal, { signal });
    signal.abort();
    expect(isAbortRetryError((value as AbortSignal).reason)).toBe(true);
  });
});

test.each([
  ["the system's clock", systemClock],
  ["a virtual clock", new VirtualClock()],
])("a sleep on %s rejects with an AbortRetryError", async (_name, clock) => {
  const before = oldSignal();
  before.abort();
  const during = oldSignal();
  const sleeps = [clock.sleep(60_000, before), clock.sleep(60_000, during)];
  during.abort();
  for (const { error } of await Promise.all(sleeps.map(ending))) expect(isAbortRetryError(error)).toBe(true);
});
