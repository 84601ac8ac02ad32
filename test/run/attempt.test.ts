/* One invocation of an operation, as it is cut short. */
import { expect, test } from "vitest";
import { Attempt, type AttemptOwner } from "../../src/run/call/attempt.ts";

const attempt = (): Attempt => new Attempt({ watchSignal: () => {} } as unknown as AttemptOwner, 1, Infinity, 0, null);

test.each(["before it is read", "after it was read"])("the first reason to cut it short counts, for a signal %s", (when) => {
  const one = attempt();
  if (when === "after it was read") expect(one.signal.aborted).toBe(false);
  expect(one.cutShort("first")).toBe("first");
  expect(one.cutShort("second")).toBe("first");
  expect([one.signal.aborted, one.signal.reason]).toEqual([true, "first"]);
});
