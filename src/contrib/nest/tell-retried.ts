import { hasRetried } from "../../index.ts";
import { refuseRequest } from "../../servers/request/index.ts";
import { isHttp, responseOf } from "./platform.ts";
import type { NestInterceptorLike, NodeResponseLike } from "./shapes.ts";
import { derivedFrom } from "./stream.ts";

/**
 * An interceptor that tells callers where a call was retried before it was given up: `x-should-retry: false`, on whatever the application answers for its error.
 * The error goes on.
 *
 * @throws TypeError where it is installed without its parentheses
 * @example
 * import { tellRetried } from "redress/nest";
 *
 * app.useGlobalInterceptors(tellRetried());
 */
export function tellRetried(...given: []): NestInterceptorLike {
  refuseRequest("tellRetried", given);
  return {
    intercept(context, next) {
      const answers = next.handle();
      if (!isHttp(context)) return answers;
      return derivedFrom(answers, (observer) => {
        const error = (failure: unknown): void => {
          tellRetriedTo(responseOf(context), failure);
          observer.error(failure);
        };
        const subscription = answers.subscribe({
          next: (value) => observer.next(value),
          error,
          complete: () => observer.complete(),
        });
        return () => subscription.unsubscribe();
      });
    },
  };
}

export function tellRetriedTo(response: NodeResponseLike, error: unknown): void {
  if (!response.headersSent && hasRetried(error)) response.setHeader("x-should-retry", "false" as never);
}
