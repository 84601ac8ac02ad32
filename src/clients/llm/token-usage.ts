/*
 * What an answer says that it has used. The names differ, the numbers are the same:
 *   OpenAI, chat and embeddings    usage { prompt_tokens, completion_tokens }
 *   OpenAI, responses              usage { input_tokens, output_tokens }, in streams of the `response` in the last event
 *   Anthropic                      usage { input_tokens, cache_creation_input_tokens, output_tokens }, in streams of the `message` in the first event, and
 *                                  again, as it has grown, in `message_delta`
 *   Google                         usageMetadata { promptTokenCount, candidatesTokenCount, thoughtsTokenCount }
 * Tokens read from Anthropic's cache are no part of `input_tokens`, and count towards no limit.
 * Sources: the types of openai 6 and @anthropic-ai/sdk 1; Anthropic, "Rate limits"; Google, "GenerateContentResponse".
 */
import { count, member } from "./members.ts";

/** Tokens of a prompt and of its answer. */
export interface TokensUsed {
  readonly inputTokens: number;
  readonly outputTokens: number;
}

/** What a whole answer, or an event of a stream, says that was used; `undefined` where it does not. */
export function tokensIn(said: unknown): TokensUsed | undefined {
  const usage = usageIn(said) ?? usageIn(member(said, "response")) ?? usageIn(member(said, "message"));
  if (usage === undefined) return undefined;
  const input = count(usage, "prompt_tokens") ?? count(usage, "input_tokens") ?? count(usage, "promptTokenCount");
  const output = count(usage, "completion_tokens") ?? count(usage, "output_tokens") ?? count(usage, "candidatesTokenCount");
  if (input === undefined && output === undefined) return undefined;
  return {
    inputTokens: (input ?? 0) + (count(usage, "cache_creation_input_tokens") ?? 0),
    outputTokens: (output ?? 0) + (count(usage, "thoughtsTokenCount") ?? 0),
  };
}

function usageIn(said: unknown): object | undefined {
  const usage = member(said, "usage") ?? member(said, "usageMetadata");
  return typeof usage === "object" && usage !== null ? usage : undefined;
}

/** The most that was said of each: what is said again has grown, or is left out. */
export const mostOf = (before: TokensUsed | undefined, now: TokensUsed): TokensUsed => ({
  inputTokens: Math.max(before?.inputTokens ?? 0, now.inputTokens),
  outputTokens: Math.max(before?.outputTokens ?? 0, now.outputTokens),
});
