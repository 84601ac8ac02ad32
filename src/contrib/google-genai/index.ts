// ---- a client with a policy

export type {
  ModelFetch,
  ModelFetchInit,
  ModelFetchInput,
  ModelOptions,
  ModelPolicy,
  ModelRequest,
} from "../../clients/llm/index.ts";
export { isStreamEnd, modelResponseClassifier } from "../../clients/llm/index.ts";
export { type GenAIClientOptions, type GenAIHttpOptions, genaiOptions } from "./genai-options.ts";
export { outcomeOf } from "./told-outcome.ts";

// ---- tokens

export { type ModelDimension, ModelLimiter, type ModelLimits, type TokensUsed } from "../../clients/llm/index.ts";
