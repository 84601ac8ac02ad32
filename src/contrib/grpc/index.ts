// ---- gRPC: the calls of @grpc/grpc-js under a policy

export { type GrpcInterceptor, type GrpcInterceptorOptions, grpcInterceptor, grpcOptions } from "./grpc-interceptor.ts";
