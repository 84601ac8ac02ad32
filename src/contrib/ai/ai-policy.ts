/* The policy of the AI SDK's models, where the user gives options; a policy of the user's own is used as it is. */
import { universalClassifier } from "../../extras/index.ts";
import { Policy, type PolicyOptions, Retry, type RetryOptions, retryAfterOr, tokenBackoff } from "../../index.ts";

const DEADLINE_MS = 590_000;

/** The policy, with the defaults of a language model. */
export function aiPolicy(given: Policy | PolicyOptions): Policy {
  if (given instanceof Policy) return given;
  // Refuses it, and says what it must be.
  if (typeof given !== "object" || given === null) return new Policy(given);
  const { retry, circuitBreaker, ...others } = given;
  return new Policy({
    ...others,
    retry: isOptions(retry) ? withDefaults(retry) : retry,
    circuitBreaker: circuitBreaker ?? {
      failureRate: { thresholdRatio: 0.5, minimumCalls: 20 },
      recoveryTimeoutMs: 10_000,
      classifier: universalClassifier,
    },
  });
}

/** Options that may lack some. What is neither these nor a `Retry` is refused by the policy. */
const isOptions = (retry: unknown): retry is RetryOptions | undefined =>
  retry === undefined || (typeof retry === "object" && retry !== null && !(retry instanceof Retry));

function withDefaults(given: RetryOptions = {}): RetryOptions {
  const isBackoffGiven = given.strategy !== undefined || given.strategies !== undefined;
  return {
    ...given,
    classifier: given.classifier ?? universalClassifier,
    maxAttempts: given.maxAttempts ?? 3,
    deadlineMs: given.deadlineMs ?? DEADLINE_MS,
    ...(!isBackoffGiven && { strategy: retryAfterOr(tokenBackoff({ baseMs: 500 })) }),
  };
}
