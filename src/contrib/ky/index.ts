// ---- ky with a policy

export type { HttpPolicy, RequestFacts, SendDeadline } from "../../clients/http/index.ts";
export { outcomeOf } from "./ky-outcome.ts";
export { type KyClient, type KyPolicyOptions, kyWithPolicy } from "./ky-with-policy.ts";
