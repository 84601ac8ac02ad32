import type { Classification } from "../../core/failure/classification.ts";
import { checkOptions, finiteAboveZero, trueOrFalse, wholeFrom } from "../../core/option-rules.ts";
import { buildWrapped, checkDependency, type Dependency } from "../driver/index.ts";

/** A rate limit over fixed windows. */
export interface RateLimitOptions {
  /** Requests that it lets through in a window: an integer >= 1. */
  readonly requests: number;
  /** Milliseconds, > 0. @default 1000 */
  readonly windowMs?: number | undefined;
  /** Whether its refusals say when to come back: at the end of the window. @default true */
  readonly sendsRetryAfter?: boolean | undefined;
}

/**
 * A dependency that refuses what exceeds a limit, at once and as RATE_LIMIT. The windows follow one another, as those of most public APIs do.
 *
 * @example
 * import { latency, server, withRateLimit } from "redress/simulate";
 *
 * const api = withRateLimit(server({ workers: 50, serviceMs: latency.constant(100) }), { requests: 600, windowMs: 60_000 });
 */
export function withRateLimit(dependency: Dependency, options: RateLimitOptions): Dependency {
  checkDependency("withRateLimit", dependency);
  const {
    requests,
    windowMs = 1000,
    sendsRetryAfter = true,
  } = checkOptions(
    "withRateLimit",
    options,
    { requests: wholeFrom(1), windowMs: finiteAboveZero, sendsRetryAfter: trueOrFalse },
    ["requests"],
  );
  return (world) => {
    const { service, countRequest } = buildWrapped("withRateLimit", dependency, world);
    let window = -1;
    let passed = 0;
    return (request) => {
      const nowMs = world.now();
      // A request that comes at the very beginning of a window belongs to it, whatever the rounding of `retryAfterMs` was.
      const current = Math.floor(nowMs / windowMs + 1e-6);
      if (current !== window) {
        window = current;
        passed = 0;
      }
      if (passed < requests) {
        passed++;
        service(request);
      } else {
        countRequest();
        request.respond(refusal(sendsRetryAfter ? (current + 1) * windowMs - nowMs : undefined));
      }
    };
  };
}

function refusal(retryAfterMs: number | undefined): Classification {
  return retryAfterMs === undefined ? { errorClass: "RATE_LIMIT" } : { errorClass: "RATE_LIMIT", retryAfterMs };
}
