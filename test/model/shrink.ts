/* Makes a failing schedule small: whatever can be taken away, so that the same invariant still breaks, is taken away. */
import type { Choice } from "./choices.ts";
import type { Library } from "./library.ts";
import { type Run, replay, type Schedule, type UnhandledRejections } from "./run-schedule.ts";
import type { BreakerPlan, CallPlan, PolicyPlan, WorldPlan } from "./world-plan.ts";

/** So many replays at the most. */
const MOST_TRIES = 4_000;

export interface Shrunk extends Run {
  readonly tries: number;
}

export async function shrink(lib: Library, failing: Run, unhandled: UnhandledRejections): Promise<Shrunk> {
  const broken = failing.violations[0]?.invariant;
  let best = failing;
  let tries = 0;
  const fails = async (schedule: Schedule): Promise<boolean> => {
    if (tries >= MOST_TRIES) return false;
    tries++;
    const run = await replay(lib, schedule, unhandled);
    if (run.violations[0]?.invariant !== broken) return false;
    best = { ...run, schedule: { plan: schedule.plan, choices: schedule.choices } };
    return true;
  };
  for (let size = Infinity; weightOf(best.schedule) < size && tries < MOST_TRIES; ) {
    size = weightOf(best.schedule);
    for (const smaller of smallerPlans) {
      // Each step is taken as often as it helps, from what is best by then.
      for (let at = 0; ; ) {
        const plan = smaller(best.schedule.plan, at);
        if (plan === null) break;
        if (plan === best.schedule.plan || !(await fails({ ...best.schedule, plan }))) at++;
      }
    }
    await fewerChoices(() => best.schedule, fails);
  }
  return { ...best, tries };
}

/** Takes away ever smaller parts of the list, then lateness and haste. */
async function fewerChoices(best: () => Schedule, fails: (schedule: Schedule) => Promise<boolean>): Promise<void> {
  for (let length = Math.ceil(best().choices.length / 2); length >= 1; length = length === 1 ? 0 : Math.ceil(length / 2)) {
    for (let from = 0; from < best().choices.length; ) {
      const { plan, choices } = best();
      if (!(await fails({ plan, choices: [...choices.slice(0, from), ...choices.slice(from + length)] }))) from += length;
    }
  }
  for (const [index, choice] of best().choices.entries()) {
    const calmer: Choice[] = [
      { ...choice, lateMs: 0, together: false },
      { ...choice, lateMs: 0 },
      { ...choice, together: false },
    ];
    for (const calm of calmer) {
      const { plan, choices } = best();
      const now = choices[index];
      if (now === undefined || (calm.lateMs === now.lateMs && calm.together === now.together)) continue;
      if (await fails({ plan, choices: swapped(choices, index, calm) })) break;
    }
  }
}

/** How much there is to read. */
function weightOf({ plan, choices }: Schedule): number {
  return JSON.stringify(plan).length + choices.reduce((sum, { lateMs, together }) => sum + 10 + lateMs + (together ? 1 : 0), 0);
}

/** A smaller plan, of those that there are one after the other; `null` where there are no more; the plan itself where there is nothing to take. */
type Smaller = (plan: WorldPlan, at: number) => WorldPlan | null;

const swapped = <T>(list: readonly T[], at: number, by: T): readonly T[] => list.map((each, index) => (index === at ? by : each));
const without = <T>(list: readonly T[], at: number): readonly T[] => list.filter((_, index) => index !== at);

const ofCalls =
  (...changes: ((call: CallPlan) => CallPlan)[]): Smaller =>
  (plan, at) => {
    const index = Math.floor(at / changes.length);
    const call = plan.calls[index];
    if (call === undefined) return null;
    const changed = changes[at % changes.length]?.(call) as CallPlan;
    return JSON.stringify(changed) === JSON.stringify(call) ? plan : { ...plan, calls: swapped(plan.calls, index, changed) };
  };

const ofPolicies =
  (...changes: ((policy: PolicyPlan) => PolicyPlan)[]): Smaller =>
  (plan, at) => {
    const index = Math.floor(at / changes.length);
    const policy = plan.policies[index];
    if (policy === undefined) return null;
    const changed = changes[at % changes.length]?.(policy) as PolicyPlan;
    return JSON.stringify(changed) === JSON.stringify(policy)
      ? plan
      : { ...plan, policies: swapped(plan.policies, index, changed) };
  };

const ofBreakers =
  (...changes: ((breaker: BreakerPlan) => BreakerPlan)[]): Smaller =>
  (plan, at) => {
    const index = Math.floor(at / changes.length);
    const breaker = plan.breakers[index];
    if (breaker === undefined) return null;
    const changed = changes[at % changes.length]?.(breaker) as BreakerPlan;
    return JSON.stringify(changed) === JSON.stringify(breaker)
      ? plan
      : { ...plan, breakers: swapped(plan.breakers, index, changed) };
  };

type Retry = NonNullable<PolicyPlan["retry"]>;
const ofRetry =
  (change: (retry: Retry) => Retry) =>
  (policy: PolicyPlan): PolicyPlan =>
    policy.retry === null ? policy : { ...policy, retry: change(policy.retry) };

const smallerPlans: readonly Smaller[] = [
  (plan, at) => (plan.calls[at] === undefined ? null : { ...plan, calls: without(plan.calls, at) }),
  (plan, at) => (plan.pausesMs[at] === undefined ? null : { ...plan, pausesMs: without(plan.pausesMs, at) }),
  (plan, at) => (plan.deeds[at] === undefined ? null : { ...plan, deeds: without(plan.deeds, at) }),
  ofCalls(
    (call) => ({ ...call, meddling: null }),
    (call) => ({ ...call, scope: null }),
    (call) => ({ ...call, signal: null }),
    (call) => ({ ...call, deadlineMs: null }),
    (call) => ({ ...call, failing: null }),
    (call) => ({ ...call, cost: null }),
    (call) => ({ ...call, timeline: false }),
    (call) => ({ ...call, resumes: null }),
    (call) => ({ ...call, byHook: false }),
    (call) => ({ ...call, policy: 0 }),
    (call) => ({ ...call, steps: call.steps.slice(0, -1) }),
    (call) => ({ ...call, steps: call.steps.slice(1) }),
    (call) => ({ ...call, steps: call.steps.map((step) => ({ ...step, atOnce: true, signal: "ignores" })) }),
    (call) => ({ ...call, steps: call.steps.map((step) => ({ ...step, signal: "ignores" })) }),
  ),
  ofPolicies(
    (policy) => ({ ...policy, hedge: null }),
    (policy) => ({ ...policy, fallback: null }),
    (policy) => ({ ...policy, faulty: null }),
    (policy) => ({ ...policy, failing: null }),
    (policy) => ({ ...policy, faulty: policy.faulty && { ...policy.faulty, nth: Math.max(0, policy.faulty.nth - 1) } }),
    (policy) => ({ ...policy, breaker: null }),
    (policy) => ({ ...policy, budget: null }),
    (policy) => ({ ...policy, limiters: policy.limiters.slice(1) }),
    (policy) => ({ ...policy, limiters: policy.limiters.slice(0, -1) }),
    (policy) => ({ ...policy, retry: null }),
    ofRetry((retry) => ({ ...retry, sleep: null })),
    ofRetry((retry) => ({ ...retry, attemptTimeoutMs: Infinity })),
    ofRetry((retry) => ({ ...retry, deadlineMs: Infinity })),
    ofRetry((retry) => ({ ...retry, maxRetriesPerClass: {} })),
    ofRetry((retry) => ({ ...retry, delaysMs: [0] })),
    ofRetry((retry) => ({ ...retry, maxAttempts: Math.max(1, retry.maxAttempts - 1) })),
  ),
  ofBreakers(
    (breaker) => ({ ...breaker, failureThreshold: breaker.failureThreshold ?? 2, failureRate: null }),
    (breaker) => ({ ...breaker, classThresholds: {} }),
  ),
  (plan, at) => (at > 0 ? null : plan.late ? { ...plan, late: false } : plan),
  (plan, at) => (at > 0 ? null : plan.instants ? { ...plan, instants: false } : plan),
];
