import type { CallEnd, Hooks } from "../core/events.ts";
import type { Classification } from "../core/failure/classification.ts";
import { requireOptions } from "../core/option-rules.ts";
import { alreadyChecked } from "../policy/checked-options.ts";
import { Policy } from "../policy/policy.ts";
import { type PolicyOptions, policyTable } from "../policy/policy-options.ts";
import { withOverrides } from "../policy/with-overrides.ts";
import { type CallPlan, PLAN } from "../run/call/plan.ts";
import { type RecordedAttempt, type RecordedCall, type RecordedEvent, Recorder } from "./recorder.ts";

/** Under this key, what `with` makes is told who records. */
const RECORDER: unique symbol = Symbol("redress.recorder");

type Given<R, F> = PolicyOptions<R, F> | Policy<R, F>;

/** What is known to record, and the options of a policy that it hears. */
function heard(given: object, recorder: Recorder): PolicyOptions<never, never> {
  const plan = (given as { readonly [PLAN]?: CallPlan })[PLAN];
  const options = plan === undefined ? requireOptions("policy", given, policyTable) : withOverrides(plan, {});
  const { hooks = [] } = options as { readonly hooks?: Hooks | readonly Hooks[] };
  return alreadyChecked({ ...options, hooks: [...(Array.isArray(hooks) ? hooks : [hooks]), recorder.hooks] });
}

/**
 * A policy that records every call that is made through it, by whichever of its methods, and through every policy that is made after it: by `with`, by `keyed`, and
 * by what makes one for each host, as `createFetch` does. It does all else as the policy that it is made of, with which it shares all parts: the
 * same breaker, budget, limiter and hooks. The record is one more of its hooks, which `describe()` counts.
 *
 * @throws TypeError or RangeError for a wrong, unknown or contradicting option
 * @example
 * import { RecordingPolicy } from "redress/testing";
 *
 * const recording = new RecordingPolicy(policy); // or of options: new RecordingPolicy({ retry: {} })
 * await recording.call(flaky);
 * const [call] = recording.calls;
 * console.log(call?.attempts.length, call?.stopReason, String(call));
 */
export class RecordingPolicy<R = unknown, F = never> extends Policy<R, F> {
  readonly #recorder: Recorder;

  /** @param given the policy to record, or the options of one. @default {} */
  constructor(given: Given<R, F> = {}) {
    const shared = (given as { readonly [RECORDER]?: Recorder })[RECORDER];
    const recorder = shared ?? new Recorder();
    super((shared === undefined ? heard(given, recorder) : given) as PolicyOptions<R, F>);
    this.#recorder = recorder;
  }

  /** Every call, in the order in which they began. One that goes on is among them, as far as it has come. */
  get calls(): readonly RecordedCall[] {
    return this.#recorder.records.calls;
  }

  /** The attempts of all calls, in the order in which they began. */
  get attempts(): readonly RecordedAttempt[] {
    return this.#recorder.records.attempts;
  }

  /** What happened in all calls, in order. */
  get events(): readonly RecordedEvent[] {
    return this.#recorder.records.events;
  }

  /** What the failures of all calls were classified as, in order. */
  get classifications(): readonly Classification[] {
    return this.#recorder.records.classifications;
  }

  /** How the calls ended that have, in the order in which they did. */
  get outcomes(): readonly CallEnd[] {
    return this.#recorder.records.outcomes;
  }

  /** The delays that were decided on before the retries of all calls, in milliseconds. */
  get totalSleepMs(): number {
    return this.calls.reduce((sum, { totalSleepMs }) => sum + totalSleepMs, 0);
  }

  /** Forgets all of it, also what calls in flight will still do. Arrays that were read before stay as they are. */
  clear(): void {
    this.#recorder.clear();
  }

  /** Another policy, whose calls are recorded here and there alike: `calls` is one list. Otherwise as `Policy.with`. */
  override with<R2 extends R = R, F2 = F>(overrides: PolicyOptions<R2, F2>): RecordingPolicy<R2, F2> {
    const made = super.with(overrides);
    const plan = made[PLAN];
    const recorder = this.#recorder;
    const isHeard = plan.hooks.includes(recorder.hooks);
    const options = isHeard ? withOverrides(plan, {}) : heard(made, recorder);
    return new RecordingPolicy<R2, F2>(alreadyChecked({ ...options, [RECORDER]: recorder } as object));
  }

  /** What happened in every call, a line for each attempt. */
  override toString(): string {
    return this.calls.length === 0 ? "(no calls)" : this.calls.join("\n");
  }
}
