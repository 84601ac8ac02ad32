/* What stands between each attempt and its operation is told what it needs to make the attempt fail. */
import type { Policy, PolicyOptions } from "redress";
import { constant, TransientError } from "redress";
import { expect, test } from "vitest";
import { played, stage } from "./driving.ts";

type Chaos = NonNullable<PolicyOptions["chaos"]>;
type Place = Parameters<Chaos["invoke"]>[2];

/** Fails each first attempt, lets the others through, and writes down where it was invoked. */
function firstFails(): Chaos & { readonly places: Place[] } {
  const places: Place[] = [];
  return {
    enabled: true,
    places,
    invoke: (operation, attempt, place) => {
      places.push(place);
      if (attempt.attempt === 1) throw new TransientError("made to fail");
      return operation(attempt);
    },
  };
}

test.each<[string, (policy: Policy<unknown, unknown>, op: (attempt: { attempt: number }) => unknown) => unknown, boolean]>([
  ["call waits", (policy, op) => policy.call(op), false],
  ["callSync blocks", (policy, op) => policy.callSync(op), true],
])("%s, and the chaos of a policy knows it, and the policy's clock", async (_what, perform, blocks) => {
  const chaos = firstFails();
  const on = stage({ chaos, retry: { strategy: constant(10) } });
  const seen: number[] = [];
  const call = async (): Promise<unknown> =>
    perform(on.policy, ({ attempt }) => {
      seen.push(attempt);
      return `attempt ${attempt}`;
    });
  expect(await played(on.clock, call())).toBe("attempt 2");
  expect(seen).toEqual([2]);
  expect(chaos.places).toEqual([
    { clock: on.clock, blocks },
    { clock: on.clock, blocks },
  ]);
  expect(chaos.places.every(({ clock }) => clock === on.clock)).toBe(true);
});
