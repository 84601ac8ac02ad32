/**
 * Where libraries that are not known keep what they wrap, besides `cause` and `errors`. What stands there counts as a cause: what the
 * error says of itself for certain comes first.
 */
export const WRAPPERS: readonly string[] = [
  "originalError",
  "original_error",
  "sourceError",
  "innerError",
  "innerException",
  "wrappedError",
  "underlyingError",
  "rootCause",
  "rawError",
  "nativeError",
  "networkError",
  "previousError",
  "lastError",
  "error",
  "err",
  "exception",
];

/** The same, where applications keep other things too: the text that was translated, the last version of a document, a code of theirs. */
export const WRAPPERS_OF_ERRORS: readonly string[] = ["original", "inner", "previous", "reason", "source"];
