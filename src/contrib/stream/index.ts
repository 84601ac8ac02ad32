// ---- streams under a policy

export {
  type PolicyStream,
  type PolicyStreamOptions,
  policyStream,
  type StreamEnd,
  type StreamSource,
} from "../../clients/stream/index.ts";

// ---- errors

export { isStreamCutError, isStreamStalledError, StreamCutError, StreamStalledError } from "../../clients/stream/index.ts";
