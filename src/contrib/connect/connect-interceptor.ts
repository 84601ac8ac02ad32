import { requireOptions, trueOrFalse } from "../../clients/options/index.ts";
import { type RpcOptions, type RpcPolicy, requirePolicy, rpcRules, rpcSettings } from "../../clients/rpc/index.ts";
import { type CallsOf, PolicyCall } from "./policy-call.ts";
import type { ConnectRequest, ConnectResponse } from "./shapes.ts";

/** What `connectInterceptor` can be told. */
export interface ConnectInterceptorOptions extends RpcOptions {
  /**
   * Tells the server for how long each attempt of a unary call may take: by `Connect-Timeout-Ms` or `Grpc-Timeout`, shortened to the policy's bounds.
   * `false` leaves these headers as the caller's `timeoutMs` made them, for browsers whose server does not allow them across origins. @default true
   */
  readonly sendTimeout?: boolean | undefined;
}

/** Policies by key, such as one for each server: `for` answers with that of an origin, `https://api.example.com`. */
export interface ConnectPolicies {
  for(origin: string): RpcPolicy;
}

/** An interceptor of `@connectrpc/connect`, for whichever version's types. */
export type ConnectInterceptor = <Request extends ConnectRequest, Response extends ConnectResponse>(
  next: (request: Request) => Promise<Response>,
) => (request: Request) => Promise<Response>;

/**
 * An interceptor that puts the calls of a transport of `@connectrpc/connect` 2 under a policy, whichever of the three protocols it speaks.
 *
 * Unary calls and the opening of server streams are retried; calls whose requests are a stream are made once, under the policy's breaker, limiter and
 * deadline. What a service declares idempotent, by `idempotency_level`, may be repeated after any failure that its class allows. A call that fails
 * throws the last `ConnectError`; `outcomeOf(error)` has the policy's reason.
 *
 * @param policy a `Policy`, or one for each server: `{ for(origin) }`
 * @throws TypeError or RangeError for what is no policy, and for a wrong or unknown option.
 * @example
 * import { connectInterceptor } from "redress/connect";
 * const policy = new Policy({ retry: { attemptTimeoutMs: 500 }, circuitBreaker: { name: "orders" } });
 * const transportOptions = { baseUrl: "https://orders.example.com", interceptors: [connectInterceptor(policy)] };
 */
export function connectInterceptor(
  policy: RpcPolicy | ConnectPolicies,
  options: ConnectInterceptorOptions = {},
): ConnectInterceptor {
  const isKeyed = isKeyedPolicy(policy);
  if (!isKeyed) requirePolicy("connectInterceptor.policy", policy);
  const rules = { ...rpcRules, sendTimeout: trueOrFalse };
  const { sendTimeout = true, ...given } = requireOptions("connectInterceptor", options, { rules });
  const policyOf = (url: string): RpcPolicy => {
    if (!isKeyed) return policy;
    const given = policy.for(originOf(url));
    requirePolicy("what connectInterceptor.policy.for() gives", given);
    return given;
  };
  const of: CallsOf = { policyOf, settings: rpcSettings(given), sendTimeout };
  return (next) => (request) => new PolicyCall(of, request, next).made();
}

const isKeyedPolicy = (policy: RpcPolicy | ConnectPolicies): policy is ConnectPolicies =>
  typeof policy === "object" && policy !== null && "for" in policy && typeof policy.for === "function";

/** What stands before the path; nothing where an address is relative to that of a page. */
const originOf = (url: string): string => /^[a-z][a-z\d+.-]*:\/\/[^/]+/i.exec(url)?.[0] ?? "";
