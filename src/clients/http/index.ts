// ---- requests

export { isIdempotentMethod } from "./methods.ts";
export { hasNeverLeft } from "./never-left.ts";
export { operationName } from "./operation-name.ts";
export { type HttpPolicy, MAX_ORIGINS, type OriginPolicies, policiesByOrigin } from "./origin-policies.ts";
export { repeatRule } from "./repeat-rule.ts";
export {
  IDEMPOTENCY_KEY,
  type KeyHeaders,
  nameOfRequest,
  type RequestFacts,
  type RequestOptions,
  type RequestSettings,
  readRequestOptions,
  repeatRuleOf,
  requestRules,
  requestTable,
  toRequestSettings,
} from "./request-options.ts";

// ---- what servers are told

export type { DeadlineSender, SendDeadline } from "./send-deadline.ts";

// ---- answers

export { FailedAnswer, isWorthAnotherTry } from "./failed-answer.ts";
export { errorBodyOf, HttpError, httpErrorOf, isHttpError } from "./http-error.ts";
export { keepOutcome, outcomeOf } from "./kept-outcome.ts";
export type { ProblemDetails } from "./problem.ts";
export { discardBody } from "./read-body.ts";
