/*
 * What an HTTP status on an error means, wherever the client put it: on the error, its `response`, its `$metadata` or a cause. Where the answer
 * itself is lost, as in a log or on the way out of a worker, most clients still say "status code 503" in words.
 */
import type { Classifier } from "../core/failure/classification.ts";
import { httpStatus } from "../core/failure/http-status.ts";
import { connectionRule } from "./connection.ts";
import { classOfHttpStatus } from "./http-status.ts";
import { judge, type Link, type Rule, read, type Verdict } from "./judge.ts";
import { platformRule } from "./network.ts";
import { withRetryAfter } from "./retry-after.ts";

const IN_WORDS = /status code (\d{3})/;

/** From 300 on: a redirect that is an error was one too many, or was not to be followed. */
function statusOf({ error, text }: Link): number {
  return httpStatus(error, undefined, 300) ?? Number(IN_WORDS.exec(text)?.[1]);
}

const httpRule: Rule = (link) => classOfHttpStatus(statusOf(link));

/** The same, with what the answer's headers say about when to come back. */
export function httpRetryAfterRule(link: Link): Verdict {
  const status = statusOf(link);
  const errorClass = classOfHttpStatus(status);
  return errorClass && withRetryAfter(errorClass, status, headersOf(link.error));
}

/** Where clients keep the headers of an answer. */
function headersOf(error: object): unknown {
  return (
    read(read(error, "response"), "headers") ??
    read(error, "headers") ??
    read(error, "responseHeaders") ??
    read(read(error, "rawResponse"), "headers") ??
    read(read(error, "$response"), "headers")
  );
}

/**
 * Classifies errors of HTTP clients by status (axios, got, ky, ofetch, superagent, undici, the SDKs of most services), and by the codes of
 * Node and undici where there was no answer. What it does not know is `UNKNOWN`; `networkClassifier` knows more about the way there.
 */
export const httpClassifier: Classifier = (error) => judge(error, [httpRule, connectionRule, platformRule]);

/** `httpClassifier`, with `retryAfterMs` where the answer has a `Retry-After`, or a limit that resets. */
export const httpRetryAfterClassifier: Classifier = (error) => judge(error, [httpRetryAfterRule, connectionRule, platformRule]);
