/* The integrations of servers without a server: what is refused when they are installed. */
import { Bulkhead, Policy, RateLimiter } from "redress";
import { answerErrors, repeatHandler, requestScope, Shutdown } from "redress/express";
import { redressPlugin } from "redress/fastify";
import * as hono from "redress/hono";
import * as koa from "redress/koa";
import { expect, test } from "vitest";

const request = { headers: { host: "a" }, method: "GET" };

test.each<[string, () => unknown, string]>([
  [
    "an unknown option",
    () => requestScope({ deadline: 5 } as never),
    "requestScope.deadline is not an option; did you mean `deadlineMs`?",
  ],
  [
    "what is no name of a header",
    () => requestScope({ deadlineHeader: "a b" }),
    'the name of a header, an array of them, or false, got "a b"',
  ],
  [
    "a name that is too long",
    () => requestScope({ deadlineHeader: ["a".repeat(300)] }),
    "requestScope.deadlineHeader must be the name of",
  ],
  ["no name at all", () => requestScope({ deadlineHeader: [] }), "requestScope.deadlineHeader must be the name of"],
  [
    "a deadline in words",
    () => requestScope({ maxDeadlineMs: "60s" as never }),
    "requestScope.maxDeadlineMs must be a number > 0",
  ],
  [
    "requestScope that is installed without its parentheses",
    () => requestScope(request as never),
    "requestScope.headers is not an option",
  ],
  [
    "answerErrors that is installed without its parentheses",
    () => (answerErrors as (...given: unknown[]) => unknown)(request, {}, () => {}),
    "answerErrors makes what is installed, and takes nothing: write answerErrors(), with its parentheses.",
  ],
  [
    "redressPlugin that is called",
    () => (redressPlugin as (...given: unknown[]) => unknown)({ maxDeadlineMs: 5 }),
    "redressPlugin is the plugin itself: write app.register(redressPlugin, options).",
  ],
  [
    "answerErrors of Koa, without its parentheses",
    () => (koa.answerErrors as (...given: unknown[]) => unknown)({}),
    "takes nothing",
  ],
  ["what is no handler of errors", () => hono.answerErrors(new Error("a") as never), "answerErrors.otherwise must be a function"],
  [
    "the options of a limiter",
    () => requestScope({ limiter: { max: 200 } as never }),
    "requestScope.limiter must be a limiter, such as new AdaptiveConcurrency(), got an object with max.",
  ],
  [
    "a priority without a limiter",
    () => requestScope({ priority: () => "low" }),
    "requestScope.priority must be left out where limiter is not given",
  ],
  [
    "a priority for a limiter without places",
    () => requestScope({ limiter: new RateLimiter({ limit: 10, intervalMs: 1_000 }), priority: () => "low" }),
    "requestScope.priority must be left out where limiter has no places, as a RateLimiter",
  ],
  [
    "a path that is none",
    () => koa.requestScope({ limiter: new Bulkhead({ maxConcurrent: 1 }), exemptPaths: ["health"] }),
    'a path that begins with "/", without a query',
  ],
  ["a grace without end", () => new Shutdown({ graceMs: Infinity }), "shutdown.graceMs must be a number > 0 and <= 3600000"],
  [
    "a signal for a Shutdown",
    () => requestScope({ shutdown: new AbortController().signal as never }),
    "requestScope.shutdown must be a Shutdown, got an instance of AbortSignal",
  ],
  [
    "an application for a server",
    () => new Shutdown().close((() => {}) as never),
    "shutdown.close.server must be a server of Node's, got a function",
  ],
  ["no policy", () => repeatHandler(undefined as never, () => {}), "repeatHandler.policy must be a Policy"],
  ["the options of a policy", () => repeatHandler({ retry: {} } as never, () => {}), "repeatHandler.policy must be a Policy"],
  ["no handler", () => repeatHandler(new Policy(), undefined as never), "repeatHandler.handler must be a function"],
  [
    "an option of another name",
    () => repeatHandler(new Policy(), () => {}, { repeat: true } as never),
    "repeatHandler.repeat is not an option",
  ],
])("%s is refused", (_what, install, message) => {
  expect(install).toThrow(message);
});
