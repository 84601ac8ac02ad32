import { hasCode, RedressError, setName } from "./redress-error.ts";

/**
 * What a call was to go on from is no progress: it is malformed, was made by something else, or by a newer version of this package. Nothing was called. A
 * call that is given `resume: { progress, otherwise: "restart" }` begins anew instead.
 */
export class InvalidProgressError extends RedressError {
  static {
    setName(InvalidProgressError, "InvalidProgressError");
  }
  /** @param why what is wrong, as the message says it: "progress.attempts must be ..." */
  constructor(why: string, options?: ErrorOptions) {
    super("ERR_REDRESS_INVALID_PROGRESS", "PERMANENT", `The call cannot be resumed: ${why}.`, options);
  }
}

export const isInvalidProgressError = (error: unknown): error is InvalidProgressError =>
  hasCode(error, "ERR_REDRESS_INVALID_PROGRESS");
