// ---- an interceptor with a policy

export type { HttpPolicy } from "../../clients/http/index.ts";
export { outcomeOf } from "./call-outcome.ts";
export type { InterceptorOptions, RequestFacts } from "./interceptor-options.ts";
export { type PolicyInterceptor, policyInterceptor } from "./policy-interceptor.ts";
export type { ResponseHead, ResponseHeaders } from "./response-head.ts";
