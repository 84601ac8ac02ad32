/*
 * One layer retries, and it is the policy. The AI SDK repeats a call (`maxRetries`, 2 by default) after an error that says `isRetryable: true`: the error that ends
 * the policy's call says false, so that the SDK does not. Source: ai, src/util/retry-with-exponential-backoff.ts.
 */
import { countFor, type Estimate, estimateOfRequest, modelPolicy } from "../../clients/llm/index.ts";
import type { CallOptions, Policy, PolicyOptions } from "../../index.ts";
import { type MiddlewareOptions, type MiddlewareSettings, type NamedCall, readMiddlewareOptions } from "./middleware-options.ts";
import { modelErrorClassifier } from "./model-error-classifier.ts";
import { openModelStream } from "./model-stream.ts";
import type { ModelCall, ModelIdentity, PolicyMiddleware } from "./shapes.ts";

const OWNER = "policyMiddleware";

/**
 * A middleware for the AI SDK's `wrapLanguageModel`, so that every request of a model goes through a policy, and is retried there alone, whatever the call's
 * `maxRetries`. Of a stream the opening is retried, until the first part of the answer has come; the circuit hears how it ended.
 *
 * Options of a policy that are not given are those of a language model: `modelErrorClassifier`, 3 attempts, 590 s in all, a circuit that opens where half of
 * the calls fail. A `Policy` is used as it is; give it `modelErrorClassifier`.
 *
 * @param policy @default {}
 * @throws TypeError or RangeError for a wrong or unknown option
 * @example
 * import { policyMiddleware } from "redress/ai";
 *
 * const middleware = policyMiddleware({ retry: { maxAttempts: 4 } }); // wrapLanguageModel({ model, middleware })
 */
export function policyMiddleware(policy: Policy | PolicyOptions = {}, options: MiddlewareOptions = {}): PolicyMiddleware {
  const settings = readMiddlewareOptions(OWNER, options);
  const { limiter, idleTimeoutMs } = settings;
  const used = modelPolicy(OWNER, policy, limiter, { classifier: modelErrorClassifier });
  return {
    specificationVersion: "v3",
    wrapGenerate: ({ model, params }) => {
      const call = callOptions(settings, "generate", model, params, estimate(settings, params, false));
      return once(used.call(({ signal }) => model.doGenerate({ ...params, abortSignal: signal }), call));
    },
    wrapStream: ({ model, params }) => {
      const estimated = estimate(settings, params, true);
      return once(
        openModelStream({
          policy: used,
          open: (signal) => model.doStream({ ...params, abortSignal: signal }),
          call: callOptions(settings, "stream", model, params, estimated),
          idleTimeoutMs,
          counting: () => limiter && estimated && countFor(limiter, estimated),
        }),
      );
    },
  };
}

function callOptions(
  { limiter, operation }: MiddlewareSettings,
  kind: NamedCall["kind"],
  { provider = "", modelId = "" }: ModelIdentity,
  { abortSignal }: ModelCall,
  estimated: Estimate | undefined,
): Pick<CallOptions, "signal" | "operation" | "cost"> {
  return {
    signal: abortSignal,
    operation: operation?.({ kind, provider, modelId }) ?? (`${provider} ${modelId}`.trim() || undefined),
    cost: limiter && estimated && limiter.costOf(estimated),
  };
}

/** What is asked, without what the model is not told of. */
function estimate({ limiter, estimateTokens }: MiddlewareSettings, params: ModelCall, isStream: boolean): Estimate | undefined {
  if (limiter === undefined) return undefined;
  const { prompt, tools, maxOutputTokens } = params;
  return estimateOfRequest({ prompt, tools, maxOutputTokens }, estimateTokens && (() => estimateTokens(params)), { isStream });
}

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
