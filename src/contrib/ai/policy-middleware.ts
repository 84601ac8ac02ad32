/*
 * One layer retries, and it is the policy. The AI SDK repeats a call (`maxRetries`, 2 by default) after an error that says `isRetryable: true`: the error that ends
 * the policy's call says false, so that the SDK does not. Source: ai, src/util/retry-with-exponential-backoff.ts.
 */
import type { CallOptions, Policy, PolicyOptions } from "../../index.ts";
import { aiPolicy } from "./ai-policy.ts";
import { openedStream } from "./opened-stream.ts";
import type { ModelCall, OpenStream, PolicyMiddleware } from "./shapes.ts";

/**
 * A middleware for the AI SDK's `wrapLanguageModel`, so that every request of a model goes through a policy, and is retried there alone, whatever the call's
 * `maxRetries`. Of a stream the opening is retried, until the first part of the answer has come.
 *
 * Options of a policy that are not given are those of a language model: `universalClassifier`, 3 attempts, 590 s in all, a circuit that opens where half of
 * the calls fail. A `Policy` is used as it is; give it `universalClassifier`.
 *
 * @param policy @default {}
 * @throws TypeError or RangeError for a wrong or unknown option
 * @example
 * import { policyMiddleware } from "redress/ai";
 *
 * const middleware = policyMiddleware({ retry: { maxAttempts: 4 } }); // wrapLanguageModel({ model, middleware })
 */
export function policyMiddleware(policy: Policy | PolicyOptions = {}): PolicyMiddleware {
  const used = aiPolicy(policy);
  return {
    specificationVersion: "v3",
    wrapGenerate: ({ model, params }) =>
      once(used.call(({ signal }) => model.doGenerate({ ...params, abortSignal: signal }), callOptions(params))),
    wrapStream: ({ model, params }) =>
      once(
        used.call(async ({ signal }) => openedStream(await model.doStream({ ...params, abortSignal: signal })), {
          ...callOptions(params),
          discard: (opened) => (opened as OpenStream).stream.cancel(),
        }),
      ),
  };
}

const callOptions = ({ abortSignal }: ModelCall): CallOptions => ({ signal: abortSignal });

/** What the policy gave up on is not repeated by the SDK. */
async function once<Value>(call: Promise<Value>): Promise<Value> {
  try {
    return await call;
  } catch (error) {
    if (error instanceof Error && (error as { readonly isRetryable?: unknown }).isRetryable === true)
      Reflect.defineProperty(error, "isRetryable", { value: false });
    throw error;
  }
}
