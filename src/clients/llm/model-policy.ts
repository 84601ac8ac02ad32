/*
 * The policy of a language model's client, where the user gives none, or options: an answer without streaming takes minutes, and comes all at once.
 * The SDKs give an attempt ten minutes. A policy of the user's own is used as it is.
 */
import {
  type Classifier,
  type Description,
  Policy,
  type PolicyOptions,
  type ResultClassifier,
  Retry,
  type RetryOptions,
  retryAfterOr,
  tokenBackoff,
} from "../../index.ts";
import { isPlain, refuse } from "../options/index.ts";
import type { ModelLimiter } from "./model-limiter.ts";

/** A policy for the answers of a model's service, or what one is made of. */
export type ModelPolicy = Policy<Response, Response> | PolicyOptions<Response, Response>;

/** For a little less than the SDKs give one attempt, so that it is the policy that ends the call. */
const DEADLINE_MS = 590_000;
const ATTEMPT_TIMEOUT_MS = 570_000;

/** What the SDKs' own `timeout` is where it is not given. */
const SDK_TIMEOUT_MS = 600_000;

/** The timers of most platforms fire at once for more. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** How the failures of a client are known, where the user does not say: by what it throws, or by what it gives back. */
export interface ModelClassifiers<Answer> {
  readonly classifier?: Classifier;
  readonly resultClassifier?: ResultClassifier<Answer>;
}

/**
 * The policy for the calls of a client, with the limiter that counts its tokens.
 *
 * @throws RangeError for a `Policy` without that limiter: it cannot be given one, and a limiter that nothing asks would count nothing
 */
export function modelPolicy<Answer, Other>(
  owner: string,
  given: Policy<Answer, Other> | PolicyOptions<Answer, Other>,
  limiter: ModelLimiter | undefined,
  classifiers: ModelClassifiers<Answer>,
): Policy<Answer, Other> {
  if (given instanceof Policy) {
    if (limiter !== undefined) requireLimiter(owner, given, limiter);
    return given;
  }
  // Refuses it, and says what it must be.
  if (!isPlain(given)) return new Policy<Answer, Other>(given);
  const { retry, circuitBreaker, limiter: limiters, ...others } = given;
  if ([limiters ?? []].flat().some(isModelLimiter))
    refuse(
      `${owner}.policy.limiter`,
      "no ModelLimiter: it is given as `limiter` after the policy, since it must know the requests",
      limiters,
    );
  const { classifier } = classifiers;
  return new Policy<Answer, Other>({
    ...others,
    retry: isOptions<Answer>(retry) ? withDefaults(retry, classifiers) : retry,
    circuitBreaker: circuitBreaker ?? {
      failureRate: { thresholdRatio: 0.5, minimumCalls: 20 },
      recoveryTimeoutMs: 10_000,
      ...(classifier !== undefined && { classifier }),
    },
    limiter: limiter === undefined ? limiters : [limiter, ...[limiters ?? []].flat()],
  });
}

const isModelLimiter = (limiter: unknown): boolean => typeof (limiter as Partial<ModelLimiter>).spendTokens === "function";

function requireLimiter(owner: string, policy: Pick<Policy, "describe">, limiter: ModelLimiter): void {
  const { limiters = [] } = policy.describe();
  // As far as descriptions tell limiters apart.
  const told = ({ settings }: Description): string =>
    JSON.stringify([settings["name"], settings["limits"], settings["maxQueue"]]);
  const own = told(limiter.describe());
  if (!limiters.some((each) => told(each) === own))
    refuse(`${owner}.limiter`, "among the limiters of the Policy, too: new Policy({ limiter, ... })", limiter);
}

/** Options that may lack some. What is neither these nor a `Retry` is refused by the policy. */
const isOptions = <Answer>(retry: unknown): retry is RetryOptions<Answer> | undefined =>
  retry === undefined || (typeof retry === "object" && retry !== null && !(retry instanceof Retry));

function withDefaults<Answer>(given: RetryOptions<Answer> = {}, classifiers: ModelClassifiers<Answer>): RetryOptions<Answer> {
  const { deadlineMs = DEADLINE_MS } = given;
  const isBackoffGiven = given.strategy !== undefined || given.strategies !== undefined;
  return {
    ...given,
    classifier: given.classifier ?? classifiers.classifier,
    resultClassifier: given.resultClassifier ?? classifiers.resultClassifier,
    maxAttempts: given.maxAttempts ?? 3,
    deadlineMs,
    attemptTimeoutMs: given.attemptTimeoutMs ?? Math.min(ATTEMPT_TIMEOUT_MS, deadlineMs),
    ...(!isBackoffGiven && { strategy: retryAfterOr(tokenBackoff({ baseMs: 500 })) }),
  };
}

/**
 * The `timeout` that an SDK is to have, in milliseconds, so that it does not end the policy's calls; `undefined` for its own. The SDKs time the whole call of
 * `fetch`, which is all attempts.
 */
export function sdkTimeoutMs(policy: Policy<Response, Response>): number | undefined {
  const { deadlineMs } = policy.describe().retry ?? {};
  if (deadlineMs === undefined) return undefined;
  const ms = deadlineMs === "Infinity" ? Infinity : deadlineMs;
  return ms < SDK_TIMEOUT_MS ? undefined : Math.min(ms + 10_000, LONGEST_TIMER_MS);
}
