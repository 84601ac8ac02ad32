/**
 * Where libraries that are not known keep what they wrap, besides `cause` and `errors`. What stands there counts as a cause: what the
 * error says of itself for certain comes first.
 */
export const WRAPPERS: readonly string[] = [
  "original",
  "originalError",
  "original_error",
  "sourceError",
  "innerError",
  "inner",
  "innerException",
  "wrappedError",
  "underlyingError",
  "rootCause",
  "rawError",
  "nativeError",
  "networkError",
  "previous",
  "previousError",
  "lastError",
  "error",
  "err",
  "exception",
  "reason",
  "source",
];
