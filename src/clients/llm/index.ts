// ---- what a model's client is made with

export { type ClientOptions, clientOptions } from "./model-fetch.ts";
export type { ModelFetch, ModelFetchInit, ModelFetchInput, ModelOptions, ModelRequest } from "./model-options.ts";
export type { ModelPolicy } from "./model-policy.ts";

// ---- answers

export { outcomeOf } from "./model-outcome.ts";
export { modelResponseClassifier } from "./model-response-classifier.ts";
export { isStreamEnd } from "./stream-end.ts";

// ---- tokens

export { type ModelDimension, ModelLimiter, type ModelLimits } from "./model-limiter.ts";
export type { TokensUsed } from "./token-usage.ts";
