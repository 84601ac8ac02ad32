import type { Classification } from "../../core/failure/classification.ts";
import { aFunction, checkOptions } from "../../core/option-rules.ts";
import { type Dependency, requestCounterOf } from "../driver/index.ts";
import type { Latency } from "./latency.ts";

const CONFLICT: Classification = Object.freeze({ errorClass: "CONCURRENCY" });

/**
 * A row under optimistic locking, over a network: an attempt reads its version, then writes, and fails as CONCURRENCY where another
 * request has written in between. Takes four hops.
 *
 * Source: the example of the AWS Architecture Blog, "Exponential Backoff And Jitter" (2015).
 *
 * @param options.hopMs how long a message takes in one direction
 * @example
 * import { latency, optimisticLock } from "redress/simulate";
 *
 * const row = optimisticLock({ hopMs: latency.normal({ meanMs: 10, deviationMs: 2 }) });
 */
export function optimisticLock(options: { readonly hopMs: Latency }): Dependency {
  const { hopMs } = checkOptions("optimisticLock", options, { hopMs: aFunction }, ["hopMs"]);
  return (world) => {
    const countRequest = requestCounterOf(world);
    let version = 0;
    const hop = (then: () => void): void => void world.after(hopMs(world.random), then);
    return (request) => {
      countRequest();
      hop(() => {
        const versionRead = version;
        hop(() =>
          hop(() => {
            const written = versionRead === version;
            if (written) version++;
            hop(() => request.respond(written ? null : CONFLICT));
          }),
        );
      });
    };
  };
}
