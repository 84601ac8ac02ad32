import { isRedressError, RedressError } from "../../index.ts";

/** The server is shutting down, and has waited for its requests for as long as it does: the calls of those that are left abort with this. */
export class ShuttingDownError extends RedressError {
  static {
    Object.defineProperty(ShuttingDownError.prototype, "name", {
      value: "ShuttingDownError",
      writable: true,
      configurable: true,
    });
  }

  constructor(graceMs: number) {
    super("ERR_REDRESS_SHUTTING_DOWN", "PERMANENT", `The server is shutting down, and has waited for ${graceMs} ms.`);
  }
}

/** True for every ShuttingDownError, of any copy of this package. */
export const isShuttingDownError = (error: unknown): error is ShuttingDownError =>
  isRedressError(error) && error.code === "ERR_REDRESS_SHUTTING_DOWN";
