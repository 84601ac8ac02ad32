/**
 * A response with another body, or other headers, that is otherwise the same: what a constructed response cannot be given (its URL, type, whether it was
 * redirected) is taken over.
 */
export function sameResponse(response: Response, body: BodyInit | null, headers: Headers = response.headers): Response {
  const { status, statusText, url, redirected, type } = response;
  const same = new Response(body, { status, statusText, headers });
  for (const [name, value] of Object.entries({ url, redirected, type }))
    Object.defineProperty(same, name, { value, enumerable: true, configurable: true });
  return same;
}

/** Whether a body is JSON, by its media type. */
export const isJson = ({ headers }: Pick<Response, "headers">): boolean =>
  /^application\/([\w.-]+\+)?json\b/i.test(headers.get("content-type") ?? "");

/** Whether the body of a response is a stream of events, by its media type. */
export const isEvents = ({ headers }: Response): boolean => /^text\/event-stream\b/i.test(headers.get("content-type") ?? "");
