// ---- streams under a policy

export { policyStream } from "./open-policy-stream.ts";
export type { PolicyStream } from "./policy-stream.ts";
export type { StreamEnd } from "./stream-attempt.ts";
export { isStreamCutError, isStreamStalledError, StreamCutError, StreamStalledError } from "./stream-errors.ts";
export type { PolicyStreamOptions } from "./stream-options.ts";
export type { StreamSource } from "./stream-reading.ts";
