/* The policies and limiters of a world, made of its plan. */
import type { Failure, Limiter, Policy, RetryBudget, RetryOptions } from "redress";
import type { ModelWorld } from "./model-world.ts";
import type { Given } from "./operate.ts";
import type { Decider, HookOfPolicy, LimiterPlan, PolicyPlan, RetryPlan } from "./world-plan.ts";

export class FallbackFailed extends Error {}
export const FALLBACK_VALUE = { fallback: true };

export function makeLimiter({ lib, clock }: ModelWorld, plan: LimiterPlan, index: number): Limiter {
  const name = `${plan.kind} ${index}`;
  switch (plan.kind) {
    case "bulkhead": {
      const { kind: _, ...options } = plan;
      return new lib.Bulkhead({ ...options, name, clock });
    }
    case "rate": {
      const { kind: _, ...options } = plan;
      return new lib.RateLimiter({ ...options, name, clock });
    }
    case "adaptive": {
      const { kind: _, ...options } = plan;
      return new lib.AdaptiveConcurrency({ ...options, name, clock });
    }
    default: {
      const { kind: _, ...options } = plan;
      return new lib.AdaptiveThrottle({ ...options, name, clock, random: () => 0.5 });
    }
  }
}

export function makePolicy(world: ModelWorld, plan: PolicyPlan, index: number): Policy<unknown, unknown> {
  const { lib, clock } = world;
  const limiters = plan.limiters.map((limiter) => world.limiters[limiter] as Limiter);
  const budget = plan.budget === null ? undefined : world.budgets[plan.budget];
  return new lib.Policy<unknown, unknown>({
    clock,
    operation: `policy ${index}`,
    random: () => 0.5,
    onHookError: (error: unknown, { name }) => void world.userCode.told.push({ policy: index, name, error }),
    circuitBreaker: plan.breaker === null ? undefined : world.breakers[plan.breaker]?.breaker,
    limiter: limiters.length > 1 ? limiters : limiters[0],
    hedge: plan.hedge === null ? undefined : new lib.Hedge({ ...plan.hedge, loadRatio: 1 }),
    discard: (value: unknown) => {
      world.discarded.set(value, (world.discarded.get(value) ?? 0) + 1);
      const { call: id = 0, attempt = 0 } = (value ?? {}) as Partial<Given>;
      if (!world.calls.has(id)) world.breaks("values", `${String(value)} is discarded, which no operation gave`);
      world.tell(() => `the value of call ${id} attempt ${attempt} is discarded`);
      world.visit(world.calls.get(id) ?? null, "discard");
      return fails(world, plan, index, "discard");
    },
    retry: plan.retry === null ? undefined : retryOf(world, plan, index, plan.retry, budget),
    fallback: plan.fallback === null ? undefined : (failure: Failure) => useFallback(world, plan, failure),
  }) as Policy<unknown, unknown>;
}

function retryOf(
  world: ModelWorld,
  plan: PolicyPlan,
  index: number,
  { delaysMs, sleep: _, ...settings }: RetryPlan,
  budget: RetryOptions["budget"],
): RetryOptions {
  const decides = (code: Decider): void => {
    const fault = world.userCode.faultOf(index, plan, code);
    if (fault === null) return;
    world.tell(() => `${code} of policy ${index} throws`);
    throw fault;
  };
  const classifier = (error: unknown): ReturnType<typeof world.lib.defaultClassifier> => {
    decides("classifier");
    return world.lib.defaultClassifier(error);
  };
  return {
    ...settings,
    budget: budget && wayTo(budget, { decides: () => decides("budget"), fails: (hook) => fails(world, plan, index, hook) }),
    classifier: plan.faulty?.code === "classifier" ? classifier : undefined,
    strategy: ({ attempt }) => {
      decides("strategy");
      return delaysMs[(attempt - 1) % delaysMs.length] ?? 0;
    },
    resultClassifier: (result) => {
      decides("resultClassifier");
      return (result as Given).failed as "UNKNOWN" | undefined;
    },
  };
}

function fails(world: ModelWorld, { failing }: PolicyPlan, index: number, hook: HookOfPolicy): unknown {
  if (failing?.hook === hook) world.tell(() => `${hook} of policy ${index} ${failing.how}`);
  return world.userCode.hookIsTold(hook, index, failing);
}

/** The policy's own way to a budget that it shares. */
const wayTo = (
  budget: RetryBudget,
  { decides, fails }: { readonly decides: () => void; readonly fails: (hook: HookOfPolicy) => unknown },
): RetryBudget => ({
  consume: (cost, failed) => {
    decides();
    return budget.consume(cost, failed);
  },
  remaining: () => budget.remaining(),
  recordSuccess: () => {
    budget.recordSuccess?.();
    return fails("budget.recordSuccess") as undefined;
  },
  recordFailure: (errorClass) => {
    budget.recordFailure?.(errorClass);
    return fails("budget.recordFailure") as undefined;
  },
});

/** Whose it is, is known by the failure: the one call that has ended and is asking. */
function useFallback(world: ModelWorld, { fallback }: PolicyPlan, failure: Failure): unknown {
  const call = world.asking;
  world.tell(() => `the fallback is asked, after ${failure.stopReason}`);
  if (call !== null) call.fellBack = true;
  world.visit(call, "fallback");
  if (fallback === "throws") throw new FallbackFailed();
  if (fallback === "returns" || call === null || world.isSync(call)) return FALLBACK_VALUE;
  return world.asks(call, "fallback", FALLBACK_VALUE, fallback === "rejects" ? new FallbackFailed() : null);
}
