import { type ClientOptions, clientOptions, type ModelOptions, type ModelPolicy } from "../../clients/llm/index.ts";
import { createFetch, outcomeOf } from "../fetch/index.ts";

/**
 * What `new OpenAI(...)` is given so that every request of the client goes through a policy, and is retried there alone: `fetch`, `maxRetries: 0` and, where the
 * policy's deadline asks for it, `timeout`.
 *
 * Options of a policy that are not given are those of a language model: 3 attempts, 590 s in all, a circuit that opens where half of the calls fail. A
 * `Policy` is used as it is; give it `modelResponseClassifier`.
 *
 * @param policy @default {}
 * @throws TypeError or RangeError for a wrong or unknown option
 * @example
 * import { openaiOptions } from "redress/openai";
 *
 * const options = openaiOptions({ retry: { maxAttempts: 4 } }); // new OpenAI({ ...options, apiKey })
 */
export function openaiOptions(policy: ModelPolicy = {}, options: ModelOptions = {}): ClientOptions {
  return clientOptions("openaiOptions", { createFetch, outcomeOf }, policy, options);
}
