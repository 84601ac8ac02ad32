// ---- an interceptor with a policy

export type { HttpPolicy, RequestFacts, RequestOptions, SendDeadline } from "../../clients/http/index.ts";
export { outcomeOf } from "./call-outcome.ts";
export { type PolicyInterceptor, policyInterceptor } from "./policy-interceptor.ts";
export type { ResponseHead, ResponseHeaders } from "./response-head.ts";
