// ---- a model with a policy

export type { MiddlewareOptions, NamedCall } from "./middleware-options.ts";
export { modelErrorClassifier } from "./model-error-classifier.ts";
export { policyMiddleware } from "./policy-middleware.ts";
export type {
  GenerateCall,
  ModelCall,
  ModelIdentity,
  OpenStream,
  PolicyMiddleware,
  StreamCall,
  StreamPart,
} from "./shapes.ts";

// ---- tokens

export { type ModelDimension, ModelLimiter, type ModelLimits, type TokensUsed } from "../../clients/llm/index.ts";
