// ---- what the clients of remote procedure calls share: gRPC and Connect

export { Answers } from "./answers.ts";
export { attemptBoundMs, GRACE_MS, type RpcPolicy, requirePolicy } from "./policy.ts";
export { refusalOf } from "./repeats.ts";
export { type RpcOptions, type RpcSettings, rpcRules, rpcSettings } from "./settings.ts";
export { nameOfStatus, RPC_STATUS } from "./status.ts";
export { type RpcStop, stopOf, wasAborted } from "./stops.ts";
