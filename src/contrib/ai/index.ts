// ---- a model with a policy

export { policyMiddleware } from "./policy-middleware.ts";
export type { GenerateCall, ModelCall, OpenStream, PolicyMiddleware, StreamCall, StreamPart } from "./shapes.ts";
