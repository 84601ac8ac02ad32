// ---- axios with a policy

export type { HttpPolicy, RequestFacts, RequestOptions, SendDeadline } from "../../clients/http/index.ts";
export { FailedAnswer, outcomeOf } from "../../clients/http/index.ts";
export type { AxiosClient } from "./axios-shapes.ts";
export { axiosWithPolicy } from "./axios-with-policy.ts";
