// ---- what a model's client is made with

export { type ClientOptions, clientOptions, type FetchDoor, modelFetch } from "./model-fetch.ts";
export type { ModelFetch, ModelFetchInit, ModelFetchInput, ModelOptions, ModelRequest } from "./model-options.ts";
export { type ModelPolicy, modelPolicy } from "./model-policy.ts";

// ---- answers

export { outcomeOf } from "./model-outcome.ts";
export { modelResponseClassifier } from "./model-response-classifier.ts";
export { isStreamEnd } from "./stream-end.ts";

// ---- tokens

export { type ModelDimension, ModelLimiter, type ModelLimits } from "./model-limiter.ts";
export { type TokensUsed, tokensIn } from "./token-usage.ts";

// ---- for other libraries

export { count, member } from "./members.ts";
export { jsonOf, readAhead } from "./read-ahead.ts";
