// ---- gRPC: the calls of @grpc/grpc-js under a policy

export { type GrpcInterceptor, type GrpcInterceptorOptions, grpcInterceptor, grpcOptions } from "./grpc-interceptor.ts";

// ---- what it shares with Connect

export type { RpcOptions, RpcPolicy } from "../../clients/rpc/index.ts";
