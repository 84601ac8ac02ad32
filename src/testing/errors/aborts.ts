import { checkOptions, text } from "../../core/option-rules.ts";

export interface AbortDetails {
  /** @default what the platform says */
  readonly message?: string | undefined;
}

const domError = (owner: string, name: string, otherwise: string, details: AbortDetails): Error => {
  const { message = otherwise } = checkOptions(owner, details, { message: text });
  return new DOMException(message, name) as Error;
};

/** What `AbortSignal.timeout` aborts with, and fetch rejects with then. */
export const timeout = (details: AbortDetails = {}): Error =>
  domError("errors.timeout", "TimeoutError", "The operation was aborted due to timeout", details);

/** What `AbortController.abort` aborts with, and fetch rejects with then. */
export const abort = (details: AbortDetails = {}): Error =>
  domError("errors.abort", "AbortError", "This operation was aborted", details);
