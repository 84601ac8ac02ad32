/*
 * What happens to any client on any connection: sockets, names and certificates, by the codes of the system; timeouts and aborts, by name.
 */
import { isClientTimeout, isMissingSocket, kindOfSystemCode } from "../../core/failure/error-codes.ts";
import type { Link, Verdict } from "./link.ts";

/** axios, superagent and Node say ERR_CANCELED or ABORTED, in these spellings. */
const ABORTED = /^(ERR_)?(ABORTED|CANCELED)$/;

/** An abort whose reason was a timeout is one. What else was aborted, the caller did not want any more. */
export function connectionRule(link: Link): Verdict {
  if (link.name === "TimeoutError" || isClientTimeout(link.code, link.message)) return "TIMEOUT";
  if (link.name === "AbortError" || ABORTED.test(link.code))
    return link.read("cause", "name") === "TimeoutError" ? "TIMEOUT" : "PERMANENT";
  return isMissingSocket(link.code, link.read("syscall")) ? "TRANSIENT" : kindOfSystemCode(link.code);
}
