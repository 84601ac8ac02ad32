/*
 * What an HTTP status on an error means, wherever the client put it: on the error, its `response`, its `$metadata` or a cause. Where the
 * answer itself is lost, as in a log or on the way out of a worker, most clients still say "status code 503" in words.
 * The classes of the statuses are in core/failure/http-status.ts.
 */
import type { Classifier } from "../../core/failure/classification.ts";
import { classOfHttpStatus, httpStatus } from "../../core/failure/http-status.ts";
import {
  connectionRule,
  judge,
  judgeAs,
  type Library,
  type Link,
  type Meaning,
  type Rule,
  type Verdict,
  withRetryAfterOrLimit,
} from "../shared/index.ts";
import { platformRule } from "./network.ts";

const IN_WORDS = /status code (\d{3})/;

/** From 300 on: a redirect that is an error was one too many, or was not to be followed. */
function statusOf({ reader, error, message }: Link): number {
  return httpStatus(reader, error, undefined, 300) ?? Number(IN_WORDS.exec(message)?.[1]);
}

const httpRule: Rule = (link) => classOfHttpStatus(statusOf(link));

/** The same, with what the answer's headers say about when to come back. */
function httpRetryAfterRule(link: Link): Verdict {
  const status = statusOf(link);
  const errorClass = classOfHttpStatus(status);
  return errorClass && withRetryAfterOrLimit(errorClass, status, headersOf(link));
}

/** Where clients keep the headers of an answer. */
function headersOf(link: Link): unknown {
  return (
    link.read("response", "headers") ??
    link.read("headers") ??
    link.read("responseHeaders") ??
    link.read("rawResponse", "headers") ??
    link.read("$response", "headers")
  );
}

const meaning: Meaning = {
  rule: httpRetryAfterRule,
  fallbacks: [platformRule],
};

export const http: Library = {
  name: "http",
  looks: {
    fields: ["errors", "isAxiosError", "response", "status", "statusCode"],
    // As got's, ofetch's and undici's are.
    hidden: true,
  },
  meaning,
};

/**
 * Classifies errors of HTTP clients by status (axios, got, ky, ofetch, superagent, undici, the SDKs of most services), and by the codes of
 * Node and undici where there was no answer. What it does not know is `UNKNOWN`; `networkClassifier` knows more about the way there.
 */
export const httpClassifier: Classifier = (error) => judge(error, [httpRule, connectionRule, platformRule]);

/** `httpClassifier`, with `retryAfterMs` where the answer has a `Retry-After`, or a limit that resets. */
export const httpRetryAfterClassifier: Classifier = (error) => judgeAs(meaning, error);
