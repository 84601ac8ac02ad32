// ---- a client with a policy

export type {
  ClientOptions,
  ModelFetch,
  ModelFetchInit,
  ModelFetchInput,
  ModelOptions,
  ModelPolicy,
  ModelRequest,
} from "../../clients/llm/index.ts";
export { isStreamEnd, modelResponseClassifier, outcomeOf } from "../../clients/llm/index.ts";
export { openaiOptions } from "./openai-options.ts";

// ---- tokens

export { type ModelDimension, ModelLimiter, type ModelLimits, type TokensUsed } from "../../clients/llm/index.ts";
