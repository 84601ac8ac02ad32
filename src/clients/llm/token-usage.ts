/*
 * What an answer says that it has used. The names differ, the numbers are the same:
 *   OpenAI, chat and embeddings    usage { prompt_tokens, completion_tokens }
 *   OpenAI, responses              usage { input_tokens, output_tokens }, in streams of the `response` in the last event
 *   Anthropic                      usage { input_tokens, cache_creation_input_tokens, output_tokens }, in streams of the `message` in the first event, and
 *                                  again, as it has grown, in `message_delta`
 *   Google, contents               usageMetadata { promptTokenCount, toolUsePromptTokenCount, candidatesTokenCount, thoughtsTokenCount }
 *   Google, interactions           usage { total_input_tokens, total_output_tokens, total_thought_tokens }, in streams of the `interaction` in the last event
 *   the AI SDK                     usage { inputTokens: { total }, outputTokens: { total } }
 * Tokens read from Anthropic's cache are no part of `input_tokens`, and count towards no limit.
 * Sources: the types of openai 6, @anthropic-ai/sdk 1, @google/genai 2 and @ai-sdk/provider 3; Anthropic, "Rate limits".
 */
import { count, member } from "./members.ts";

/** Tokens of a prompt and of its answer. */
export interface TokensUsed {
  readonly inputTokens: number;
  readonly outputTokens: number;
}

/** Where events keep the answer that they tell of. */
const PLACES: readonly string[] = ["response", "message", "interaction"];

/** The names of what is counted, of which an answer has one, and of what is counted beside it. */
const INPUT: readonly string[] = ["prompt_tokens", "input_tokens", "promptTokenCount", "total_input_tokens"];
const BESIDE_INPUT: readonly string[] = ["cache_creation_input_tokens", "toolUsePromptTokenCount"];
const OUTPUT: readonly string[] = ["completion_tokens", "output_tokens", "candidatesTokenCount", "total_output_tokens"];
const BESIDE_OUTPUT: readonly string[] = ["thoughtsTokenCount", "total_thought_tokens"];

/** What a whole answer, or an event of a stream, says that was used; `undefined` where it does not. */
export function tokensIn(said: unknown): TokensUsed | undefined {
  const usage = [said, ...PLACES.map((place) => member(said, place))].map(usageIn).find((found) => found !== undefined);
  const inputTokens = firstIn(usage, INPUT) ?? count(member(usage, "inputTokens"), "total");
  const outputTokens = firstIn(usage, OUTPUT) ?? count(member(usage, "outputTokens"), "total");
  if (inputTokens === undefined && outputTokens === undefined) return undefined;
  return {
    inputTokens: (inputTokens ?? 0) + sumIn(usage, BESIDE_INPUT),
    outputTokens: (outputTokens ?? 0) + sumIn(usage, BESIDE_OUTPUT),
  };
}

function usageIn(said: unknown): object | undefined {
  const usage = member(said, "usage") ?? member(said, "usageMetadata");
  return typeof usage === "object" && usage !== null ? usage : undefined;
}

const firstIn = (usage: unknown, names: readonly string[]): number | undefined =>
  names.map((name) => count(usage, name)).find((tokens) => tokens !== undefined);

const sumIn = (usage: unknown, names: readonly string[]): number =>
  names.reduce((sum, name) => sum + (count(usage, name) ?? 0), 0);

/** The most that was said of each: what is said again has grown, or is left out. */
export const mostOf = (before: TokensUsed | undefined, now: TokensUsed): TokensUsed => ({
  inputTokens: Math.max(before?.inputTokens ?? 0, now.inputTokens),
  outputTokens: Math.max(before?.outputTokens ?? 0, now.outputTokens),
});
