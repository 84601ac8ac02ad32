/* The policy of a world, and the code of its user that decides. */
import { defaultClassifier, type ErrorClass, Policy, type RetryBudget, type RetryOptions, type SleepDecision } from "redress";
import type { RetryScript } from "./script.ts";
import type { World } from "./world.ts";

export const FALLBACK_VALUE = { fallback: true };
export class FallbackError extends Error {}

export function makePolicy(world: World): Policy {
  const { retry, fallback } = world.script;
  const use = (): unknown => {
    world.visit("fallback");
    const give = (): unknown => {
      if (fallback?.ends === "return" || fallback?.ends === "resolve") return FALLBACK_VALUE;
      throw new FallbackError();
    };
    if (fallback?.ends === "return" || fallback?.ends === "throw") return give();
    return new Promise((resolve) => world.alarm(fallback?.afterMs ?? 0, () => resolve(undefined))).then(give);
  };
  return new Policy<unknown, unknown>({
    // Its hooks fail on purpose.
    onHookError: () => {},
    clock: world.clock,
    random: () => 0.5,
    circuitBreaker: world.breaker ?? undefined,
    limiter: world.limits.ofPolicy,
    hedge: world.hedge ?? undefined,
    discard: (value) => {
      world.discarded.push(value);
      world.visit("discard");
    },
    retry: retry === null ? undefined : retryOptions(world, retry),
    fallback:
      fallback === null
        ? undefined
        : fallback.covers === "most"
          ? use
          : { on: ["ABORTED", "CIRCUIT_OPEN", "DEADLINE_EXCEEDED", "UNKNOWN"], use },
  }) as Policy;
}

function retryOptions(world: World, script: RetryScript): RetryOptions {
  const { delaysMs, sleep, sleeper, budget: _budget, ...given } = script;
  const settings = world.inherits ? { ...given, deadlineMs: Infinity } : given;
  let handled = 0;
  const handler = (): SleepDecision | Promise<SleepDecision> => {
    const { answer, afterMs } = sleep?.[handled++ % sleep.length] ?? { answer: "sleep", afterMs: 0 };
    world.visit("sleep");
    if (afterMs === 0) return answer;
    return new Promise((resolve) => {
      if (afterMs !== null) world.alarm(afterMs, () => resolve(answer));
      else if (!world.endsAnyway()) resolve(answer);
    });
  };
  return {
    ...settings,
    classifier: (error) => {
      world.visit("classifier");
      return defaultClassifier(error);
    },
    resultClassifier: (result) => {
      world.visit("resultClassifier");
      return (result as { failed?: ErrorClass } | null)?.failed;
    },
    strategy: ({ attempt }) => {
      world.visit("strategy");
      return delaysMs[(attempt - 1) % delaysMs.length] ?? 0;
    },
    budget: budgetOf(world),
    sleep: sleep === null ? undefined : handler,
    beforeSleep: () => world.visit("beforeSleep"),
    sleeper:
      sleeper === null
        ? undefined
        : (ms, signal) => {
            const napMs = ms + sleeper.extraMs;
            world.visit("sleeper");
            // One that heeds the signal must leave no alarm behind, so it uses the clock itself.
            if (sleeper.heedsSignal) return world.clock.sleep(napMs, signal);
            return new Promise<void>((resolve) => world.alarm(napMs, resolve));
          },
  };
}

function budgetOf(world: World): RetryBudget | undefined {
  const { budget } = world;
  if (budget === null) return undefined;
  return {
    consume: (cost) => {
      world.visit("budget");
      return budget.consume(cost);
    },
    remaining: () => budget.remaining(),
  };
}
