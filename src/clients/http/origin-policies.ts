import { type KeyedPolicies, keyed, type Policy, type PolicyOptions } from "../../index.ts";
import { type OptionTable, policyTable, refuse } from "../options/index.ts";

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

/**
 * One circuit and one throttle for each origin, so that a dead host does not shut out the others.
 *
 * @param owner the function that messages speak of
 * @param beside the options that come after the policy, for those of them that are given in its place
 * @throws TypeError or RangeError for what is no policy
 */
export function policiesByOrigin<Answer>(
  owner: string,
  policy: HttpPolicy<Answer> | undefined,
  maxOrigins: number,
  beside: OptionTable,
): OriginPolicies<Answer> {
  const given = policy === undefined ? (DEFAULT_POLICY as PolicyOptions<Answer, Answer>) : policy;
  // A function is refused, too: `keyed` would ask it for policies, and a client that is given here would send requests to be asked.
  if (typeof given !== "object" || given === null) refuse(`${owner}.policy`, demandOf(beside), given, TypeError);
  if ("for" in given && typeof given.for === "function") return given;
  const misplaced = Object.keys(given).find((name) => name in beside.rules && !(name in policyTable.rules));
  if (misplaced !== undefined)
    refuse(
      `${owner}.policy`,
      `the options of a policy; \`${misplaced}\` is one of the options that come after it`,
      given,
      TypeError,
    );
  return keyed(given as PolicyOptions<Answer, Answer>, { maxKeys: maxOrigins });
}

function demandOf({ rules }: OptionTable): string {
  const ofSender = "fetch" in rules ? "; what sends the requests is an option that comes after it, `fetch`" : "";
  return `a Policy, the options of one, or policies by key${ofSender}`;
}
