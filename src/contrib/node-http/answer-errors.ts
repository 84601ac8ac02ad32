import { hasRetried, toHttpAnswer } from "../../index.ts";
import { writeAnswer } from "../../servers/request/index.ts";
import type { HttpRequest, HttpResponse } from "./shapes.ts";

/** Hears of the errors that are answered with 500, and of those that come when the answer has begun, so that nobody is told by an answer. */
export type OnError<Request> = (error: unknown, request: Request) => unknown;

const UNKNOWN = { status: 500, body: JSON.stringify({ type: "about:blank", title: "Internal Server Error", status: 500 }) };

/** Answers for what a handler has thrown: as `toHttpAnswer` says or, of an error that nobody knows, with 500. One that comes when the answer has begun closes the connection. */
export function answerError<Request extends HttpRequest>(
  error: unknown,
  {
    request,
    response,
    onError,
  }: { readonly request: Request; readonly response: HttpResponse; readonly onError: OnError<Request> },
): void {
  const answer = toHttpAnswer(error);
  // Who has left needs no answer.
  const isUnanswered = response.headersSent && answer?.status !== 499;
  if (answer === null || isUnanswered) tell(onError, error, request);
  if (response.headersSent) {
    if (response.writableEnded !== true) response.destroy();
    return;
  }
  for (const name of Object.keys(response.getHeaders())) response.removeHeader(name);
  const retried = hasRetried(error) && { "x-should-retry": "false" };
  writeAnswer(response, answer ?? { ...UNKNOWN, headers: { "content-type": "application/problem+json", ...retried } });
}

export const onConsole = (error: unknown): void => console.error(error);

/** Whatever it does, now or later, the answer goes out. */
function tell<Request>(onError: OnError<Request>, error: unknown, request: Request): void {
  const told = (async () => onError(error, request))();
  told.catch(onConsole);
}
