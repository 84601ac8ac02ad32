import { type HttpAnswer, hasRetried, toHttpAnswer } from "../../index.ts";
import { BODY_HEADERS } from "./body-headers.ts";

/** A response of Node's, or of a framework over it, as far as an answer needs it. */
export interface AnsweredResponse {
  readonly headersSent: boolean;
  readonly writableEnded?: boolean | undefined;
  statusCode: number;
  setHeader(name: string, value: string): unknown;
  removeHeader(name: string): void;
  end(body?: string): unknown;
}

/**
 * Answers for an error by which a policy has ended a call.
 *
 * @returns whether it has; false for every other error, of which callers are at least told where it need not be retried
 */
export function answerNode(response: AnsweredResponse, error: unknown): boolean {
  if (response.headersSent) return false;
  const answer = toHttpAnswer(error);
  if (answer === null) {
    if (hasRetried(error)) response.setHeader("x-should-retry", "false");
    return false;
  }
  for (const name of BODY_HEADERS) response.removeHeader(name);
  writeAnswer(response, answer);
  return true;
}

export function writeAnswer(response: AnsweredResponse, { status, headers, body }: HttpAnswer): void {
  response.statusCode = status;
  for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
  response.end(body);
}
