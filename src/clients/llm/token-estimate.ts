/*
 * What a request will use, before it is sent: a letter in four is a token, and an answer is as long as it may be. Too high an estimate is safe, and is
 * corrected by the answer. Of a stream the answer is not estimated: what was taken too much for it could not be given back.
 */
import { count, member } from "./members.ts";
import type { TokensUsed } from "./token-usage.ts";

const LETTERS_PER_TOKEN = 4;

/** Of an answer whose length the request does not limit. */
const USUAL_ANSWER = 1_000;

/** An image or a file in the middle of a request, whose letters say nothing. */
const TOKENS_OF_A_FILE = 1_000;
const SHORTEST_FILE = 1_000;

/** The names by which requests limit the answer, of OpenAI (chat and responses), Anthropic and Google. */
const LIMITS: readonly string[] = ["max_completion_tokens", "max_output_tokens", "max_tokens", "maxOutputTokens"];

/** Requests to models name one, or, where it stands in the path, hold contents. Others (uploads, lists) use no tokens that could be told. */
const ASKS_A_MODEL = /"(model|contents|content)"/;

/* What Google's paths end in. */
const IS_STREAM = /:streamGenerateContent$/;
const HAS_NO_ANSWER = /:(embedContent|batchEmbedContents|countTokens)$/;

/** What is estimated of a request. */
export interface Estimate extends TokensUsed {
  readonly isStream: boolean;
}

/** The user's own estimate, by what is asked. */
type OwnEstimate<Request> = ((request: Request) => TokensUsed | undefined) | undefined;

/** Of the body of a request to an HTTP API. */
export function estimateOf(path: string, body: unknown, own: OwnEstimate<unknown>): Estimate | undefined {
  const request = parsed(body);
  if (request === undefined) return undefined;
  const isStream = member(request, "stream") === true || IS_STREAM.test(path);
  return estimateOfRequest(request, own, { isStream, hasAnswer: hasAnswer(path, request) });
}

/** Of a request as an object. */
export function estimateOfRequest<Request extends object>(
  request: Request,
  own: OwnEstimate<Request>,
  { isStream, hasAnswer = true }: { readonly isStream: boolean; readonly hasAnswer?: boolean },
): Estimate {
  const { inputTokens, outputTokens } = own?.(request) ?? {
    inputTokens: Math.ceil(tokensOf(request)),
    outputTokens: longestAnswer(request) ?? (hasAnswer ? USUAL_ANSWER : 0),
  };
  return { inputTokens, outputTokens: isStream ? 0 : outputTokens, isStream };
}

/** As the request limits it. */
function longestAnswer(request: object): number | undefined {
  const places = [request, member(request, "generationConfig"), member(request, "generation_config")];
  return places.flatMap((place) => LIMITS.map((name) => count(place, name))).find((limit) => limit !== undefined);
}

/** Vectors are no tokens. */
const hasAnswer = (path: string, request: object): boolean =>
  member(request, "encoding_format") === undefined && !HAS_NO_ANSWER.test(path);

function parsed(body: unknown): object | undefined {
  if (typeof body !== "string" || !ASKS_A_MODEL.test(body)) return undefined;
  try {
    const request: unknown = JSON.parse(body);
    return typeof request === "object" && request !== null ? request : undefined;
  } catch {
    return undefined;
  }
}

function tokensOf(value: unknown): number {
  if (typeof value === "string") return isFile(value) ? TOKENS_OF_A_FILE : value.length / LETTERS_PER_TOKEN;
  if (typeof value !== "object" || value === null) return 0;
  if (ArrayBuffer.isView(value)) return TOKENS_OF_A_FILE;
  return Object.values(value).reduce<number>((sum, each) => sum + tokensOf(each), 0);
}

/** Base64: long, and without a blank. */
const isFile = (text: string): boolean => text.length > SHORTEST_FILE && /^\S{1000}/.test(text);
