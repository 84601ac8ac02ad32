import type { Policy } from "../../index.ts";
import { type RepeatOptions, repeatUntilAnswered, requireRepeat } from "../../servers/repeat/index.ts";
import { isHttp, repeatedRequest, requestOf, responseOf, routeOf } from "./platform.ts";
import { metadataOf } from "./reflect.ts";
import type { NestContext, NestInterceptorLike, StreamLike } from "./shapes.ts";
import { derivedFrom, lastValueOf } from "./stream.ts";

/**
 * An interceptor that repeats the handler of a route by a policy where it fails before it has answered: for methods that may be repeated, or where `mayRepeat` says so.
 * Pipes, and the interceptors further in, run again with it; guards do not. Status and headers that a failed attempt has set are taken back. What is no HTTP request
 * it leaves alone.
 *
 * @throws TypeError for what is no policy, and for a wrong or unknown option; for a request of a route with `@Sse()`, whose answer has begun before anything fails
 * @example
 * import { repeatHandler } from "redress/nest";
 *
 * UseInterceptors(repeatHandler(policy));
 */
export function repeatHandler<Request = never>(
  policy: Policy<unknown, unknown>,
  options: RepeatOptions<Request> = {},
): NestInterceptorLike {
  // The handler is Nest's.
  const { mayRepeat } = requireRepeat("repeatHandler", { policy, handler: () => {}, options });
  return {
    intercept(context, next) {
      const answers = next.handle();
      if (!isHttp(context)) return answers;
      if (metadataOf("__sse__", context.getHandler()) === true)
        throw new TypeError("repeatHandler repeats routes that answer once: a route with @Sse() does not.");
      const request = requestOf(context);
      return repeated({
        policy,
        context,
        mayRepeat: mayRepeat(request as Request),
        answers,
        // Called in the attempt: it is the context of that call in which the handler runs.
        answersAgain: () => next.handle(),
      });
    },
  };
}

interface Repeated<Stream> {
  readonly policy: Policy<unknown, unknown>;
  readonly context: NestContext;
  readonly mayRepeat: boolean;
  readonly answers: Stream;
  readonly answersAgain: () => Stream;
}

function repeated<Stream extends StreamLike>({ policy, context, mayRepeat, answers, answersAgain }: Repeated<Stream>): Stream {
  return derivedFrom(answers, (observer) => {
    const request = requestOf(context);
    const response = responseOf(context);
    const leaving = new AbortController();
    let isOver = false;
    const answered = (value: unknown): void => {
      isOver = true;
      observer.next(value);
      observer.complete();
    };
    const failed = (error: unknown): void => {
      isOver = true;
      observer.error(error);
    };
    const bound: Pick<Policy, "execute"> = {
      execute: (operation, options) => policy.execute(operation, { ...options, signal: leaving.signal }) as never,
    };
    const call = { request: repeatedRequest(request), response, mayRepeat, operation: routeOf(request) };
    repeatUntilAnswered(bound, call, ({ signal }) => lastValueOf(answersAgain(), signal)).then((outcome) => {
      if (outcome.ok) answered(outcome.value);
      // An attempt that was given up may have answered nevertheless.
      else if (response.writableEnded === true) answered(undefined);
      else failed(outcome.error);
    }, failed);
    return () => {
      // Whoever waited for the answer has gone, such as an interceptor with a timeout.
      if (!isOver) leaving.abort();
    };
  });
}
