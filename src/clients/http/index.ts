// ---- requests

export { isIdempotentMethod } from "./methods.ts";
export { hasNeverLeft } from "./never-left.ts";
export { operationName } from "./operation-name.ts";
export { type HttpPolicy, MAX_ORIGINS, type OriginPolicies, policiesByOrigin } from "./origin-policies.ts";
export { type RepeatableRequest, repeatRule } from "./repeat-rule.ts";

// ---- answers

export { HttpError, httpErrorOf, isHttpError } from "./http-error.ts";
export type { ProblemDetails } from "./problem.ts";
export { discardBody } from "./read-body.ts";
