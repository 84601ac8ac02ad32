// ---- Connect: the calls of @connectrpc/connect under a policy

export {
  type ConnectInterceptor,
  type ConnectInterceptorOptions,
  type ConnectPolicies,
  connectInterceptor,
} from "./connect-interceptor.ts";

// ---- what it shares with gRPC

export type { RpcOptions, RpcPolicy } from "../../clients/rpc/index.ts";
