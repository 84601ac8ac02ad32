import { type KeyedPolicies, keyed, type Policy, type PolicyOptions } from "../../index.ts";

/** A policy for requests: one for each origin is made of it, unless it is keyed already. */
export type HttpPolicy<Answer> =
  | Policy<Answer, Answer>
  | PolicyOptions<Answer, Answer>
  | Pick<KeyedPolicies<Answer, Answer>, "for">;

/** The policies of requests, by origin. */
export interface OriginPolicies<Answer> {
  /** The policy of an origin, such as `https://users.example`. */
  for(origin: string): Policy<Answer, Answer>;
}

/** Many more origins than a service talks to. Beyond it, those that were not used for longest go first. */
export const MAX_ORIGINS = 1_000;

/**
 * What requests go through where nobody says otherwise. A circuit opens where half of the calls fail, of those with at least twenty a minute: a number of
 * failures alone would shut off a busy server for the few that every busy server has.
 */
const DEFAULT_POLICY: PolicyOptions = {
  retry: { maxAttempts: 4, attemptTimeoutMs: 30_000, deadlineMs: 60_000 },
  circuitBreaker: { failureRate: { thresholdRatio: 0.5, minimumCalls: 20 }, recoveryTimeoutMs: 10_000 },
};

/** One circuit and one throttle for each origin, so that a dead host does not shut out the others. */
export function policiesByOrigin<Answer>(policy: HttpPolicy<Answer> | undefined, maxOrigins: number): OriginPolicies<Answer> {
  const given = policy ?? (DEFAULT_POLICY as PolicyOptions<Answer, Answer>);
  if ("for" in given && typeof given.for === "function") return given;
  return keyed(given as PolicyOptions<Answer, Answer>, { maxKeys: maxOrigins });
}
