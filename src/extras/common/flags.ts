/* What an error says by a switch: `timedOut: true` (execa), `isCanceled`, `authenticationFailed` (imapflow). A switch that is off says nothing. */
import type { Kind } from "../../core/failure/kind.ts";
import type { Rule } from "../shared/index.ts";

const FLAGS: readonly (readonly [flag: string, kind: Kind])[] = [
  ["timedOut", "TIMEOUT"],
  ["isTimeout", "TIMEOUT"],
  ["isTimeoutError", "TIMEOUT"],
  ["isCanceled", "PERMANENT"],
  ["isCancelled", "PERMANENT"],
  ["isRateLimit", "RATE_LIMIT"],
  ["isRateLimitError", "RATE_LIMIT"],
  ["rateLimited", "RATE_LIMIT"],
  ["authenticationFailed", "AUTH"],
  ["isAuthError", "AUTH"],
  ["isNetworkError", "TRANSIENT"],
];

export const flagRule: Rule = (link) => FLAGS.find(([flag]) => link.read(flag) === true)?.[1];
