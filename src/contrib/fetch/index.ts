// ---- a fetch with a policy

export type { HttpPolicy, OriginPolicies, RequestFacts, RequestOptions, SendDeadline } from "../../clients/http/index.ts";
export { createFetch, type PolicyFetch } from "./create-fetch.ts";
export type { FetchOptions } from "./fetch-options.ts";
export { outcomeOf } from "./fetch-outcome.ts";
export type { FetchCallOptions, FetchInit, FetchInput, FetchWithOptions } from "./fetch-types.ts";

// ---- errors

export { HttpError, isHttpError, type ProblemDetails } from "../../clients/http/index.ts";
export { BodyTimeoutError } from "./body-timeout.ts";

// ---- for clients of your own

export { discardBody, isIdempotentMethod, operationName, repeatRule } from "../../clients/http/index.ts";
