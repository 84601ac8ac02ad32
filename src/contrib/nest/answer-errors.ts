import { toHttpAnswer } from "../../index.ts";
import { BODY_HEADERS, refuseRequest, writeAnswer } from "../../servers/request/index.ts";
import { isHttp, responseOf } from "./platform.ts";
import { defineMetadata } from "./reflect.ts";
import type { NestFilterLike, NestHost } from "./shapes.ts";
import { tellRetriedTo } from "./tell-retried.ts";

/**
 * A filter that answers for errors by which a policy has ended a call, as `toHttpAnswer` says. It catches no others: they go to the filters of the application, or to
 * Nest, and so does every `HttpException`, whatever has caused it. What comes when the answer has begun closes the connection.
 *
 * @throws TypeError where it is installed without its parentheses, and where Nest has not been imported yet
 * @example
 * import { answerErrors } from "redress/nest";
 *
 * app.useGlobalFilters(answerErrors());
 */
export function answerErrors(...given: []): NestFilterLike {
  refuseRequest("answerErrors", given);
  catchOnly("answerErrors", AnswerErrors, [PolicyStop]);
  return new AnswerErrors();
}

/**
 * Answers an error by which a policy has ended a call: for a filter of the application that catches everything, which Nest asks before `answerErrors()`.
 *
 * @returns whether it has. False for every other error, of which the caller is at least told where it need not be retried, and when the answer has begun
 * @example
 * import { answerError } from "redress/nest";
 *
 * const isAnswered = answerError(new TypeError("a mistake"), host);
 */
export function answerError(error: unknown, host: NestHost): boolean {
  if (!isHttp(host)) return false;
  const response = responseOf(host);
  if (response.headersSent) return false;
  const answer = isHttpException(error) ? null : toHttpAnswer(error);
  if (answer === null) {
    tellRetriedTo(response, error);
    return false;
  }
  for (const name of BODY_HEADERS) response.removeHeader(name);
  writeAnswer(response, answer);
  return true;
}

class AnswerErrors implements NestFilterLike {
  catch(error: unknown, host: NestHost): void {
    // With nothing returned, Nest goes on by itself where this is a message, or a resolver of GraphQL.
    if (!isHttp(host) || answerError(error, host)) return;
    const response = responseOf(host);
    if (response.writableEnded !== true) response.destroy();
  }
}

/** By this a filter says what it catches: a filter that was asked cannot pass on, so that Nest must not ask it for any other error. */
const PolicyStop = {
  [Symbol.hasInstance]: (error: unknown): boolean => !isHttpException(error) && toHttpAnswer(error) !== null,
};

/** What the application answers on purpose. */
const isHttpException = (error: unknown): boolean =>
  typeof error === "object" && error !== null && typeof (error as { readonly getStatus?: unknown }).getStatus === "function";

/** What the decorator `@Catch()` does. Not when this module is imported: that may be before Nest is. */
function catchOnly(owner: string, filter: { readonly prototype: object }, kinds: readonly object[]): void {
  defineMetadata(owner, { key: "__catch__", value: true, targets: [filter] });
  defineMetadata(owner, { key: "__filterCatchExceptions__", value: kinds, targets: [filter, filter.prototype] });
}
