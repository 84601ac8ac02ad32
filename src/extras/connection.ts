/*
 * What happens to any client on any connection: sockets, names and certificates, by the codes of the system; timeouts and aborts, by name.
 */
import { classOfSystemCode } from "../core/failure/error-codes.ts";
import { type Link, read, type Verdict } from "./judge.ts";

const ABORTED = /^(ERR_)?(ABORTED|CANCELED)$/;

/** An abort whose reason was a timeout is one. What else was aborted, somebody did not want any more. */
export function connectionRule({ error, name, code }: Link): Verdict {
  if (name === "TimeoutError") return "TRANSIENT";
  if (name === "AbortError" || ABORTED.test(code))
    return read(read(error, "cause"), "name") === "TimeoutError" ? "TRANSIENT" : "PERMANENT";
  return classOfSystemCode(code);
}
