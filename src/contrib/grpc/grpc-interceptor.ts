import { oneOf, requireOptions } from "../../clients/options/index.ts";
import { type RpcOptions, type RpcPolicy, requirePolicy, rpcRules, rpcSettings } from "../../clients/rpc/index.ts";
import { PermanentError } from "../../index.ts";
import { type CallsOf, PolicyCall } from "./policy-call.ts";
import type { GrpcCall, GrpcCallOptions } from "./shapes.ts";

/** What `grpcInterceptor` can be told. */
export interface GrpcInterceptorOptions extends RpcOptions {
  /**
   * With what a stream of answers is open: with its first message, or with the metadata that a server may send before it. Until then it is under the
   * policy, and its opening is retried; after that it is the caller's alone. `"metadata"` is for subscriptions that are quiet at first, where the
   * server sends its metadata at once. @default "message"
   */
  readonly streamOpensWith?: "message" | "metadata" | undefined;
}

/** An interceptor of `@grpc/grpc-js`, for whichever version's types. */
export type GrpcInterceptor = <Options extends GrpcCallOptions, Call extends GrpcCall>(
  options: Options,
  nextCall: (options: Options) => GrpcCall,
) => Call;

/**
 * An interceptor that puts the calls of a `@grpc/grpc-js` client under a policy: each attempt is a call of its own, with the deadline that is left. Set
 * the channel's option `"grpc.enable_retries"` to 0 beside it, as `grpcOptions` does: the channel retries by its service config otherwise.
 *
 * Unary calls and the opening of server streams are retried; calls whose requests are a stream are made once, under the policy's breaker, limiter and
 * deadline. A call that fails gives its last status to the caller, with the policy's reason behind it: `outcomeOf(error)`.
 *
 * @throws TypeError or RangeError for what is no policy, and for a wrong or unknown option.
 * @example
 * import { grpcInterceptor } from "redress/grpc";
 * const policy = new Policy({ retry: { attemptTimeoutMs: 500 }, circuitBreaker: { name: "orders" } });
 * const interceptor = grpcInterceptor(policy, { idempotent: (method) => method.startsWith("/shop.Orders/Get") });
 */
export function grpcInterceptor(policy: RpcPolicy, options: GrpcInterceptorOptions = {}): GrpcInterceptor {
  return interceptorFor("grpcInterceptor", policy, options);
}

/** @param owner the function that messages speak of */
function interceptorFor(owner: string, policy: RpcPolicy, options: GrpcInterceptorOptions): GrpcInterceptor {
  requirePolicy(`${owner}.policy`, policy);
  const rules = { ...rpcRules, streamOpensWith: oneOf(["message", "metadata"]) };
  const { streamOpensWith = "message", ...given } = requireOptions(owner, options, { rules });
  const settings = rpcSettings(given);
  const of: CallsOf = { policy, settings, streamOpensWith };
  return <Options extends GrpcCallOptions, Call extends GrpcCall>(
    callOptions: Options,
    nextCall: (options: Options) => GrpcCall,
  ): Call => {
    const makeCall = (deadline: number): GrpcCall => {
      try {
        return nextCall({ ...callOptions, deadline });
      } catch (error) {
        // A channel that was closed, or options that are wrong: no attempt will do better.
        throw new PermanentError(error instanceof Error ? error.message : String(error), { cause: error });
      }
    };
    // grpc-js asks for its own class, of which it uses the methods that all calls have.
    return new PolicyCall(of, callOptions, makeCall) as GrpcCall as Call;
  };
}

/**
 * What to spread into the options of a `@grpc/grpc-js` client: the interceptor, and the channel's own retries switched off. Where a client has other
 * interceptors, too, write `interceptors: [others, grpcInterceptor(policy)]` after it: what comes before the policy's sees a call once, what comes after
 * it sees each attempt.
 *
 * @throws TypeError or RangeError for what is no policy, and for a wrong or unknown option.
 * @example
 * import { grpcOptions } from "redress/grpc";
 * const clientOptions = { ...grpcOptions(new Policy({ retry: {} })), "grpc.keepalive_time_ms": 30_000 };
 */
export function grpcOptions(
  policy: RpcPolicy,
  options: GrpcInterceptorOptions = {},
): { interceptors: GrpcInterceptor[]; "grpc.enable_retries": 0 } {
  return { interceptors: [interceptorFor("grpcOptions", policy, options)], "grpc.enable_retries": 0 };
}
