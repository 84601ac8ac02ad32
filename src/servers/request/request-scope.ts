import { joinedSignal } from "../../clients/signals/index.ts";
import { runInScope } from "../../scope/index.ts";
import type { Handling, Visitor } from "../shed/index.ts";
import { ClientLeftError } from "./client-left-error.ts";
import { type HeaderOf, incomingDeadlineMs } from "./incoming-deadline.ts";
import type { RequestSettings } from "./request-options.ts";

/** What of a request its scope is made of. */
export interface ScopedRequest extends Omit<Visitor, "hasLeft"> {
  readonly headerOf: HeaderOf;
  /** Aborts when the client has gone before it was answered. */
  readonly signal: AbortSignal;
  /**
   * Settles when the request is over: what goes on then is bounded no more. Where the platform does not tell, it is bounded for ever, and its place at the door is
   * free when its handler has ended.
   */
  readonly until?: PromiseLike<unknown> | undefined;
  /** What the request is about, such as `GET /orders/:id`: asked when somebody wants to know, since a route is known late. Never a path with ids. */
  readonly operationOf: () => string | undefined;
}

/** Runs what handles a request in a scope of its own, at once or when there is room. Returns what that returns. */
export function inRequestScope<T>(
  request: ScopedRequest,
  settings: RequestSettings,
  handling: Handling<T>,
): T | Promise<Awaited<T>> {
  const { headerOf, operationOf, until = new Promise(() => {}) } = request;
  const { door, shutdown } = settings;
  const signal = shutdown === null ? request.signal : joinedSignal(request.signal, shutdown.signal);
  const options = { deadlineMs: incomingDeadlineMs(headerOf, settings), signal, operation: operationOf, until };
  const given = runInScope(options, () => {
    if (door === null) return handling.enter();
    return door.pass({ ...request, hasLeft: () => request.signal.aborted }, handling);
  });
  shutdown?.enter(request.until ?? Promise.resolve(given));
  return given;
}

/** What of a response of Node's tells whether the client has gone: over HTTP/1 and, by its compatibility layer, HTTP/2. */
export interface NodeResponse {
  /** The answer has been handed over. Over HTTP/2, also one that was broken off. */
  readonly writableFinished?: boolean | undefined;
  /** The handler has ended the answer. */
  readonly writableEnded?: boolean | undefined;
  once(event: "close" | "finish", listener: () => void): unknown;
}

/** Settles when the answer is out, or never will be. */
export const untilClosed = (response: NodeResponse): Promise<void> =>
  new Promise((resolve) => response.once("close", () => resolve()));

/** Aborts when the connection closes before the answer is out. */
export function signalOfClient(response: NodeResponse): AbortSignal {
  const controller = new AbortController();
  let hasFinished = false;
  // Responses without a socket, such as those of Fastify's `inject`, say so by the event alone.
  response.once("finish", () => {
    hasFinished = true;
  });
  response.once("close", () => {
    const { writableFinished, writableEnded } = response;
    const isOut = writableEnded === true && (hasFinished || writableFinished !== false);
    if (!isOut) controller.abort(new ClientLeftError());
  });
  return controller.signal;
}

/** A header of a request of Node's. One that came more than once is joined there, and says nothing then. */
export const nodeHeaderOf =
  ({ headers }: { readonly headers: Readonly<Record<string, string | readonly string[] | undefined>> }): HeaderOf =>
  (name) =>
    headers[name];
