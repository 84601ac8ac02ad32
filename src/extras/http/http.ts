/*
 * What an HTTP status on an error means, wherever the client put it: on the error, its `response`, its `$metadata` or a cause. Where the
 * answer itself is lost, as in a log or on the way out of a worker, most clients still say "status code 503" in words.
 * The classes of the statuses are in core/failure/http/status.ts.
 */
import type { Classifier } from "../../core/failure/classification.ts";
import { headersOf } from "../../core/failure/http/answer.ts";
import { httpStatus, kindOfHttpStatus } from "../../core/failure/http/status.ts";
import { speaksNoHttp } from "../../core/failure/other-protocols.ts";
import { refined } from "../common/index.ts";
import { classifierOfLibrary, type Library, type Link, type Meaning, type Verdict, withHeaders } from "../shared/index.ts";
import { platformRule } from "./network.ts";

// In the place of a number that means something else.
const NO_STATUS = 0;

const IN_WORDS = /status code (\d{3})/;

/** From 300 on: a redirect that is an error was one too many, or was not to be followed. */
function statusOf({ reader, error, name, message }: Link): number {
  const code = speaksNoHttp(reader, error, name) ? NO_STATUS : undefined;
  return httpStatus(reader, error, code, 300) ?? Number(IN_WORDS.exec(message)?.[1]);
}

/** The headers of the answer. A copy of Node's response has lost the getter `headers`, but not the raw ones; a wrapper, all but its cause's. */
const headersIn = (link: Link): unknown =>
  headersOf(link.reader, link.error) ??
  link.read("response", "rawHeaders") ??
  headersOf(link.reader, link.read("cause") as object);

/** The status, with what the headers of the answer say of it. */
function httpRule(link: Link): Verdict {
  const kind = kindOfHttpStatus(statusOf(link));
  return kind && withHeaders(kind, headersIn(link));
}

/** The same, by what the body of the answer says, too: for universalClassifier, which knows the words of codes. */
function httpAndBodyRule(link: Link): Verdict {
  const status = statusOf(link);
  const kind = kindOfHttpStatus(status);
  return kind && withHeaders(refined(kind, status, link), headersIn(link));
}

const meaning: Meaning = {
  rule: httpRule,
  fallbacks: [platformRule],
};

export const http: Library = {
  name: "http",
  looks: {
    fields: ["errors", "isAxiosError", "response", "status", "statusCode"],
    // As got's, ofetch's and undici's are.
    hidden: true,
  },
  meaning: { ...meaning, rule: httpAndBodyRule },
};

/**
 * Classifies errors of HTTP clients by status (axios, got, ky, ofetch, superagent, undici, the SDKs of most services), and by the codes of
 * Node and undici where there was no answer. Gives `retryAfterMs` where the answer has a `Retry-After`, or a limit that resets. What it does not know is `UNKNOWN`; `networkClassifier` knows more about the way there.
 */
export const httpClassifier: Classifier = /* @__PURE__ */ classifierOfLibrary("httpClassifier", meaning);

/** The same as `httpClassifier`, under the name that Python's redress has for it. */
export const httpRetryAfterClassifier: Classifier = /* @__PURE__ */ classifierOfLibrary("httpRetryAfterClassifier", meaning);
