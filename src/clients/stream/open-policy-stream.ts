import type { AttemptInfo, Policy } from "../../index.ts";
import { refuse } from "../options/index.ts";
import { PolicyStream } from "./policy-stream.ts";
import { type PolicyStreamOptions, readStreamOptions } from "./stream-options.ts";
import type { StreamSource } from "./stream-reading.ts";

/** What a fallback gives in place of a stream: another one, or the items. */
type FallbackItemOf<F> = F extends AsyncIterable<infer Item> | Iterable<infer Item> ? Item : never;

/**
 * Iterates whatever is an async iterable, such as the stream of a language model, a cursor or the body of a response, under a policy: opening it is retried until the first item
 * has come, nothing is after that, and the circuit breaker hears how the stream ended. It is opened with the first `next()`. Leaving the loop closes it.
 *
 * The policy's deadline and attempt timeout bound the time to the first item, not the stream: `idleTimeoutMs` bounds each wait after that, and a `signal`, such as
 * `AbortSignal.timeout(300_000)`, all of it. The attempt's signal must reach the source: it is how a source that hangs is let go.
 *
 * @param open opens a source, once for each attempt
 * @throws TypeError or RangeError for what is no policy and no function, and for a wrong or unknown option
 * @example
 * import { policyStream } from "redress/stream";
 *
 * const stream = policyStream(policy, ({ signal }) => chatStream("Why?", { signal }));
 * for await (const word of stream) use(word);
 */
export function policyStream<T, S, F = never>(
  policy: Policy<never, F>,
  open: (attempt: AttemptInfo) => PromiseLike<S & StreamSource<T>>,
  options?: PolicyStreamOptions<T>,
): PolicyStream<T | FallbackItemOf<F>, S>;
export function policyStream<T, S, F = never>(
  policy: Policy<never, F>,
  open: (attempt: AttemptInfo) => S & StreamSource<T>,
  options?: PolicyStreamOptions<T>,
): PolicyStream<T | FallbackItemOf<F>, S>;
export function policyStream<T, S>(
  policy: Policy<never, unknown>,
  open: (attempt: AttemptInfo) => unknown,
  options: PolicyStreamOptions<T> = {},
): PolicyStream<T, S> {
  const { execute, clock } = Object(policy) as { readonly [member: string]: unknown };
  if (typeof execute !== "function" || typeof clock !== "object")
    refuse("policyStream.policy", "a Policy, such as new Policy({ retry: {} })", policy, TypeError);
  if (typeof open !== "function") refuse("policyStream.open", "a function that opens the stream", open, TypeError);
  return new PolicyStream<T, S>({ policy, open, settings: readStreamOptions(options) });
}
