import { member } from "./members.ts";

/**
 * What ends a stream, in each vendor's word: of OpenAI's responses, of Anthropic's messages, of Google's interactions. `response.failed` is an end: it says so itself. OpenAI's chat ends with a
 * `finish_reason`, and with the usage after it where that was asked for.
 */
const ENDS: ReadonlySet<unknown> = new Set([
  "response.completed",
  "response.incomplete",
  "response.failed",
  "message_stop",
  "interaction.completed",
]);

/**
 * Whether an event is what a model's stream ends with: a `finish_reason` of OpenAI's chat, `response.completed`, `.incomplete` or `.failed` of its Responses API,
 * `message_stop` of Anthropic, a `finishReason` or `blockReason` of Google's, its `interaction.completed`. A stream that is over without one was cut: the SDKs end their loop without a word.
 *
 * @example
 * import { isStreamEnd } from "redress/openai";
 *
 * let hasEnded = false;
 * for await (const event of await chatStream("Why?")) hasEnded ||= isStreamEnd(event);
 * if (!hasEnded) log.warn("The answer was cut.");
 */
export function isStreamEnd(event: unknown): boolean {
  if (ENDS.has(member(event, "type")) || ENDS.has(member(event, "event_type"))) return true;
  if (typeof member(member(event, "promptFeedback"), "blockReason") === "string") return true;
  return has(member(event, "choices"), "finish_reason") || has(member(event, "candidates"), "finishReason");
}

const has = (answers: unknown, reason: string): boolean =>
  Array.isArray(answers) && answers.some((answer) => typeof member(answer, reason) === "string");
