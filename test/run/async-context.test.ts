import { AsyncLocalStorage } from "node:async_hooks";
import { constant, Policy } from "redress";
import { VirtualClock } from "redress/testing";
import { expect, test } from "vitest";

const request = new AsyncLocalStorage<string>();

/** Two calls of one policy, begun in different contexts, whose first attempts hang: one timer interrupts both. */
async function interruptBoth(
  policy: Policy,
  clock: VirtualClock,
  hangs: (attempt: number) => boolean,
  signal?: AbortSignal,
): Promise<string[]> {
  const seen: string[] = [];
  const call = (name: string): Promise<unknown> =>
    request.run(name, () =>
      policy.execute(
        ({ attempt }) => {
          seen.push(`${name}: attempt ${attempt} in ${request.getStore()}`);
          return hangs(attempt) ? new Promise(() => {}) : attempt;
        },
        { onMetric: (event) => seen.push(`${name}: ${event} in ${request.getStore()}`), ...(signal && { signal }) },
      ),
    );
  const calls = [call("first"), call("second")];
  await request.run("nobody's", () => clock.run());
  await Promise.all(calls);
  return seen;
}

test("the attempt after a timed out one runs in the asynchronous context of its own call", async () => {
  const clock = new VirtualClock();
  const policy = new Policy({ retry: { attemptTimeoutMs: 100, strategy: constant(0) }, clock });
  const seen = await interruptBoth(policy, clock, (attempt) => attempt < 3);
  expect(seen).toHaveLength(12);
  for (const line of seen) expect(line).toMatch(/^(\w+): .* in \1$/);
});

test("the attempt after a slept delay runs in the asynchronous context of its own call", async () => {
  const clock = new VirtualClock();
  const policy = new Policy({ retry: { attemptTimeoutMs: 100, strategy: constant(50) }, clock });
  for (const line of await interruptBoth(policy, clock, (attempt) => attempt < 3)) expect(line).toMatch(/^(\w+): .* in \1$/);
});

test("hooks and fallbacks of a call that its deadline ends run in its own asynchronous context", async () => {
  const clock = new VirtualClock();
  const answered: (string | undefined)[] = [];
  const policy = new Policy({
    retry: { deadlineMs: 100 },
    fallback: () => {
      answered.push(request.getStore());
      return null;
    },
    clock,
  });
  for (const line of await interruptBoth(policy, clock, () => true)) expect(line).toMatch(/^(\w+): .* in \1$/);
  expect(answered).toEqual(["first", "second"]);
});
