import type { ErrorClass } from "../core/failure/error-class.ts";
import type { StopReason } from "../core/failure/stop-reason.ts";
import { limitersOf } from "../core/limit/limiter-chain.ts";
import { type Description, descriptionOf } from "../core/part.ts";
import type { CallPlan } from "../run/call/plan.ts";

/** Plain JSON: what a policy will do. Parts and settings that were left out are absent. */
export interface PolicyDescription {
  readonly operation?: string;
  /** The parts from the outside in. */
  readonly nesting: readonly ("fallback" | "breaker" | "retry" | "limiter" | "hedge" | "attempt_timeout" | "chaos")[];
  readonly retry?: RetryDescription;
  readonly circuitBreaker?: Description;
  readonly budget?: Description;
  /** In the order in which they are asked. */
  readonly limiters?: readonly Description[];
  readonly hedge?: Description;
  /** What makes attempts fail in the place of the operation. */
  readonly chaos?: Description;
  /** Without `on`, it covers every stop but ABORTED. */
  readonly fallback?: { readonly on?: readonly (StopReason | ErrorClass)[]; readonly use: Description };
  /** What takes the values that no caller will get, where the policy says. */
  readonly discard?: Description;
  /** How many observers the policy has. */
  readonly hooks: number;
}

type Limit = number | "Infinity";

export interface RetryDescription {
  readonly maxAttempts: Limit;
  readonly maxUnknownRetries: Limit;
  readonly maxRetriesPerClass: Readonly<Partial<Record<ErrorClass, Limit>>>;
  readonly deadlineMs: Limit;
  readonly attemptTimeoutMs: Limit;
  readonly strategy?: Description;
  readonly strategies: Readonly<Partial<Record<ErrorClass, Description>>>;
  readonly classifier: Description;
  readonly resultClassifier?: Description;
  readonly sleep?: Description;
  readonly beforeSleep?: Description;
  readonly sleeper?: Description;
  readonly nested: "stop" | "retry";
  readonly onExhausted: "rethrow" | "wrap";
}

export function describePlan({
  operation,
  retry,
  breaker,
  limiter,
  hedge,
  chaos,
  fallback,
  hooks,
  discard,
}: CallPlan): PolicyDescription {
  const { budget, ...settings } = retry ?? {};
  const parts = {
    operation,
    nesting: [
      fallback && "fallback",
      breaker && "breaker",
      retry && "retry",
      limiter && "limiter",
      hedge && "hedge",
      retry && retry.attemptTimeoutMs < Infinity && "attempt_timeout",
      chaos && "chaos",
    ].filter(Boolean),
    retry: retry === null ? undefined : settings,
    circuitBreaker: breaker === null ? undefined : descriptionOf(breaker),
    budget: budget && descriptionOf(budget),
    limiters: limiter === null ? undefined : limitersOf(limiter).map(descriptionOf),
    hedge: hedge === null ? undefined : descriptionOf(hedge),
    chaos: chaos === null ? undefined : descriptionOf(chaos),
    fallback: fallback === null ? undefined : { on: fallback.on ? [...fallback.on] : undefined, use: fallback.use },
    discard,
    hooks: hooks.length,
  };
  return JSON.parse(JSON.stringify(parts, describePart));
}

/** What JSON would leave out or turn into null: functions read as their descriptions, Infinity as "Infinity". */
function describePart(_key: string, part: unknown): unknown {
  if (part === Infinity) return "Infinity";
  return typeof part === "function" ? descriptionOf(part) : part;
}
