import { refuse } from "../../clients/options/index.ts";
import { hasRetried, toHttpAnswer } from "../../index.ts";
import { BODY_HEADERS } from "../../servers/request/index.ts";
import type { HonoContext } from "./shapes.ts";

/** What Hono is told of an error by: a handler of `app.onError`. */
export type HonoErrorHandler<Context extends HonoContext> = (error: Error, context: Context) => Response | Promise<Response>;

/**
 * A handler for `app.onError`: it answers errors by which a policy has ended a call, as `toHttpAnswer` says. All others go to `otherwise`, and what that answers
 * has `x-should-retry: false` where the call was retried. Headers that middlewares have set by `c.header()`, such as the id of the request, are on the answer.
 *
 * @param otherwise @default what Hono does by itself: the response of an error that has one, else 500, and the error on the console
 * @throws TypeError for what is no function
 * @example
 * import { answerErrors } from "redress/hono";
 *
 * const onError = answerErrors((error) => new Response(error.name, { status: 500 }));
 */
export function answerErrors<Context extends HonoContext>(
  otherwise: HonoErrorHandler<Context> = asHonoDoes,
): HonoErrorHandler<Context> {
  if (typeof otherwise !== "function")
    refuse("answerErrors.otherwise", "a function of the error and the context", otherwise, TypeError);
  return async (error, context) => {
    const answer = answerFor(error, context);
    if (answer !== null) return answer;
    const response = await otherwise(error, context);
    return hasRetried(error) ? withWord(response) : response;
  };
}

/** `null` for every error but those by which a policy has ended a call. */
export function answerFor(error: unknown, context: HonoContext): Response | null {
  const answer = toHttpAnswer(error);
  if (answer === null) return null;
  for (const name of BODY_HEADERS) context.header(name);
  const { status, headers, body } = answer;
  return context.newResponse(body, { status, headers });
}

function asHonoDoes(error: Error, context: HonoContext): Response {
  const { getResponse } = error as { readonly getResponse?: () => Response };
  if (typeof getResponse === "function") {
    const response = getResponse.call(error);
    return context.newResponse(response.body, response);
  }
  console.error(error);
  return context.newResponse("Internal Server Error", { status: 500, headers: { "content-type": "text/plain; charset=UTF-8" } });
}

/** The headers of some responses cannot be changed. */
function withWord(response: Response): Response {
  const headers = new Headers(response.headers);
  headers.set("x-should-retry", "false");
  return new Response(response.body, { status: response.status, statusText: response.statusText, headers });
}
