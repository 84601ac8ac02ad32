import { isRedressError, RedressError } from "../../index.ts";

/** Whoever sent the request has gone: its connection has closed before it was answered. With it the calls of its scope abort. */
export class ClientLeftError extends RedressError {
  static {
    Object.defineProperty(ClientLeftError.prototype, "name", { value: "ClientLeftError", writable: true, configurable: true });
  }

  constructor() {
    super("ERR_REDRESS_CLIENT_LEFT", "PERMANENT", "The client has closed the connection before it had its answer.");
  }
}

/** True for every ClientLeftError, of any copy of this package. */
export const isClientLeftError = (error: unknown): error is ClientLeftError =>
  isRedressError(error) && error.code === "ERR_REDRESS_CLIENT_LEFT";
