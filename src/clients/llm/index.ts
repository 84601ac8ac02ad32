// ---- what a model's client is made with

export { type ClientOptions, clientOptions, modelFetch } from "./model-fetch.ts";
export type { ModelFetch, ModelFetchInit, ModelFetchInput, ModelOptions, ModelRequest } from "./model-options.ts";
export type { ModelPolicy } from "./model-policy.ts";
export { modelRoute } from "./model-route.ts";
export { isRequest, type ModelSdk } from "./model-sdk.ts";

// ---- answers

export { keepOutcome, outcomeOf } from "./model-outcome.ts";
export { modelResponseClassifier } from "./model-response-classifier.ts";
export { sameResponse } from "./same-response.ts";
export { isStreamEnd } from "./stream-end.ts";

// ---- for clients that do not send by `fetch`

export { googleErrorIn, retryDelayMs } from "./google-error.ts";
export { modelPolicy } from "./model-policy.ts";
export { countFor, type StreamCount } from "./stream-count.ts";
export { type Estimate, estimateOfRequest } from "./token-estimate.ts";
export { saysUsedUp } from "./used-up.ts";

// ---- tokens

export { type ModelDimension, ModelLimiter, type ModelLimits } from "./model-limiter.ts";
export type { TokensUsed } from "./token-usage.ts";
