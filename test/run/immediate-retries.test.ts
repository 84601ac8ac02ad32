import { constant, Policy } from "redress";
import { expect, test } from "vitest";

test("retries without a delay let timers in, so that what they wait for can happen", async () => {
  let recovered = false;
  setTimeout(() => {
    recovered = true;
  }, 0);
  const policy = new Policy({
    retry: { strategy: constant(0), maxAttempts: Infinity, maxUnknownRetries: Infinity, deadlineMs: Infinity },
  });
  const outcome = await policy.execute(async () => {
    if (!recovered) throw new Error("not yet");
    return "recovered";
  });
  expect(outcome).toMatchObject({ ok: true, value: "recovered" });
});

test("and signals: an abort ends them", async () => {
  const controller = new AbortController();
  setTimeout(() => controller.abort("enough"), 0);
  const policy = new Policy({
    retry: { strategy: constant(0), maxAttempts: Infinity, maxUnknownRetries: Infinity, deadlineMs: Infinity },
  });
  const never = policy.execute(() => Promise.reject(new Error("never")), { signal: controller.signal });
  expect(await never).toMatchObject({ ok: false, stopReason: "ABORTED" });
});
