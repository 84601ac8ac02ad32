// ---- Connect: the calls of @connectrpc/connect under a policy

export {
  type ConnectInterceptor,
  type ConnectInterceptorOptions,
  type ConnectPolicies,
  connectInterceptor,
} from "./connect-interceptor.ts";
