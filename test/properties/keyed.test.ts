/* Which policies `keyed` keeps, against a naive model: an array in the order of use. */
import fc from "fast-check";
import { keyed, type Policy, TransientError } from "redress";
import { VirtualClock } from "redress/testing";
import { expect, test } from "vitest";

const RECOVERY_MS = 1_000;

interface Kept {
  readonly key: string;
  readonly policy: Policy<never, never> | Policy;
  readonly openedAtMs: number | null;
  readonly inFlight: number;
}

const key = fc.integer({ min: 0, max: 14 }).map((number) => `key ${number}`);
const step = fc.oneof(
  { weight: 8, arbitrary: fc.record({ do: fc.constant("for" as const), key }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("fail" as const), key }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("begin" as const), key }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("end" as const), key }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("delete" as const), key }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("look" as const), key }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("wait" as const), key }) },
);

test("the least recently used go first, of the oldest eight those that are idle and reject no calls", async () => {
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 1, max: 12 }), fc.array(step, { maxLength: 120 }), async (maxKeys, steps) => {
      const clock = new VirtualClock();
      const policies = keyed({ circuitBreaker: { failureThreshold: 1, recoveryTimeoutMs: RECOVERY_MS }, clock }, { maxKeys });
      let model: Kept[] = [];
      const pending: { key: string; end: () => void; call: Promise<void> }[] = [];
      const change = (of: string, changed: Partial<Kept>): void => {
        model = model.map((kept) => (kept.key === of ? { ...kept, ...changed } : kept));
      };
      const isNeeded = ({ openedAtMs, inFlight }: Kept): boolean =>
        inFlight > 0 || (openedAtMs !== null && clock.now() < openedAtMs + RECOVERY_MS);
      const use = (of: string): Policy => {
        const policy = policies.for(of) as Policy;
        const known = model.find((kept) => kept.key === of);
        if (known !== undefined) expect(policy).toBe(known.policy);
        else if (model.length === maxKeys) {
          const gone = model.slice(0, 8).find((kept) => !isNeeded(kept)) ?? model[0];
          model = model.filter((kept) => kept !== gone);
        }
        model = [...model.filter((kept) => kept !== known), known ?? { key: of, policy, openedAtMs: null, inFlight: 0 }];
        return policy;
      };

      for (const { do: what, key: of } of steps) {
        const known = model.find((kept) => kept.key === of);
        if (what === "for") use(of);
        else if (what === "look") expect(policies.peek(of)).toBe(known?.policy);
        else if (what === "wait") await clock.advance(RECOVERY_MS / 2);
        else if (what === "delete") {
          expect(policies.delete(of)).toBe(known !== undefined);
          model = model.filter((kept) => kept !== known);
        } else if (what === "fail") {
          const outcome = use(of).executeSync(() => {
            throw new TransientError();
          });
          if (!outcome.ok && outcome.attempts === 1) change(of, { openedAtMs: clock.now() });
        } else if (what === "begin") {
          let end = (): void => {};
          const policy = use(of);
          const before = policy.inFlight;
          // It says nothing about the dependency when it ends: a success would close the circuit.
          const controller = new AbortController();
          const call = policy.call(() => new Promise<void>(() => {}), { signal: controller.signal }).catch(() => {});
          end = () => controller.abort();
          if (policy.inFlight > before) {
            pending.push({ key: of, end, call });
            change(of, { inFlight: before + 1 });
          }
        } else {
          const at = pending.findIndex((call) => call.key === of);
          const [ended] = at === -1 ? [] : pending.splice(at, 1);
          ended?.end();
          await ended?.call;
          change(of, { inFlight: (policies.peek(of) as Policy | undefined)?.inFlight ?? 0 });
        }
        expect(policies.keys()).toEqual(model.map((kept) => kept.key));
        expect(policies.size).toBe(model.length);
        expect(policies.inFlight).toBe(pending.length);
      }
      for (const { end } of pending) end();
      await policies.idle();
      expect(policies.inFlight).toBe(0);
    }),
  );
});
