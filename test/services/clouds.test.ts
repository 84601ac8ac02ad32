/* The SDKs of AWS, Azure and Google against a server in this process: the class of what they throw, and what a policy makes of it. */

import { DynamoDBClient, GetItemCommand, TransactWriteItemsCommand } from "@aws-sdk/client-dynamodb";
import { BlobServiceClient, StorageRetryPolicyType } from "@azure/storage-blob";
import { ApiError, GoogleGenAI } from "@google/genai";
import { Gaxios } from "gaxios";
import { GoogleError } from "google-gax";
import { type Classifier, constant, defaultClassifier, type ErrorClass, firstKnown, Policy, retryAfterOr } from "redress";
import { awsClassifier, azureClassifier, googleClassifier } from "redress/extras";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { classOf } from "../extras/recorded.ts";
import { type Answer, type AnsweringServer, answeringServer } from "./rpc-answers.ts";
import { failureOf, freePort } from "./rpc-grpc.ts";

const delays: number[] = [];
const policyOf = (classifier: Classifier): Policy => {
  delays.length = 0;
  return new Policy({
    retry: { classifier, strategy: retryAfterOr(constant(1), { jitterMs: 0 }), maxAttempts: 4 },
    hooks: { onMetric: (event, _attempt, sleepMs) => void (event === "retry" && delays.push(sleepMs)) },
  });
};

let server: AnsweringServer;
const serving = (fine: Answer): void => {
  beforeAll(async () => {
    server = await answeringServer(fine);
  });
  afterAll(() => server.close());
};

describe("AWS SDK 3", () => {
  serving({ headers: { "content-type": "application/x-amz-json-1.0" }, body: { Item: { id: { S: "1" } } } });

  const clientOf = (endpoint: string): DynamoDBClient =>
    new DynamoDBClient({
      endpoint,
      region: "eu-central-1",
      credentials: { accessKeyId: "a", secretAccessKey: "b" },
      maxAttempts: 1,
      requestHandler: { requestTimeout: 200, throwOnRequestTimeout: true },
    });
  const get = (endpoint = server.url): Promise<unknown> =>
    clientOf(endpoint).send(new GetItemCommand({ TableName: "t", Key: { id: { S: "1" } } }));
  const code = (name: string, status = 400, more: object = {}): Answer => ({
    status,
    headers: { "content-type": "application/x-amz-json-1.0", "x-amzn-requestid": "R" },
    body: { __type: `com.amazonaws.dynamodb.v20120810#${name}`, message: "m", ...more },
  });

  test.each<[ErrorClass, string, Answer]>([
    ["RATE_LIMIT", "ProvisionedThroughputExceededException", code("ProvisionedThroughputExceededException")],
    ["RATE_LIMIT", "ThrottlingException", code("ThrottlingException")],
    ["CONCURRENCY", "ConditionalCheckFailedException", code("ConditionalCheckFailedException")],
    ["AUTH", "UnrecognizedClientException", code("UnrecognizedClientException")],
    ["PERMISSION", "AccessDeniedException", code("AccessDeniedException")],
    ["PERMANENT", "ValidationException", code("ValidationException")],
    ["PERMANENT", "a code that is not modelled", code("SomethingNew")],
    ["SERVER_ERROR", "InternalServerError", code("InternalServerError", 500)],
    ["SERVER_ERROR", "a proxy's HTML", { status: 502, body: "<html>" }],
    ["RATE_LIMIT", "a gateway's 429", { status: 429, body: "{}" }],
    ["TRANSIENT", "a connection that ends", { instead: "hangup" }],
    ["TRANSIENT", "no answer in time", { instead: "silence" }],
  ])("%s: %s", async (errorClass, _what, answer) => {
    server.answer(answer);
    expect(classOf(awsClassifier, await failureOf(get()))).toBe(errorClass);
    expect(server.requests).toBe(1);
  });

  test.each<[ErrorClass, string]>([
    ["CONCURRENCY", "TransactionConflict"],
    ["RATE_LIMIT", "ThrottlingError"],
    ["PERMANENT", "ValidationError"],
  ])("%s: a transaction cancelled by %s", async (errorClass, reason) => {
    server.answer(
      code("TransactionCanceledException", 400, { CancellationReasons: [{ Code: "None" }, { Code: reason, Message: "m" }] }),
    );
    const write = clientOf(server.url).send(new TransactWriteItemsCommand({ TransactItems: [] }));
    expect(classOf(awsClassifier, await failureOf(write))).toBe(errorClass);
  });

  test("nobody listens, which passes", async () => {
    expect(classOf(awsClassifier, await failureOf(get(`http://127.0.0.1:${await freePort()}`)))).toBe("TRANSIENT");
  });

  test("an aborted request stops", async () => {
    server.answer({ instead: "silence" });
    const abort = new AbortController();
    const call = clientOf(server.url).send(new GetItemCommand({ TableName: "t", Key: { id: { S: "1" } } }), {
      abortSignal: abort.signal,
    });
    setTimeout(() => abort.abort(), 30);
    expect(classOf(awsClassifier, await failureOf(call))).toBe("PERMANENT");
  });

  test("throttled twice, then well: the call succeeds, after the delays that were asked for", async () => {
    const throttled = code("ThrottlingException");
    server.answer(
      { ...throttled, headers: { ...throttled.headers, "x-amz-retry-after": "23" } },
      { ...throttled, headers: { "retry-after": "0.01" } },
    );
    expect(await policyOf(awsClassifier).execute(() => get())).toMatchObject({ ok: true, attempts: 3 });
    expect(delays).toEqual([23, 10]);
  });

  test("what is not allowed stops", async () => {
    server.answer(code("AccessDeniedException"), code("AccessDeniedException"));
    expect(await policyOf(awsClassifier).execute(() => get())).toMatchObject({ ok: false, attempts: 1, lastClass: "PERMISSION" });
  });
});

describe("Azure Storage", () => {
  serving({ headers: { "content-length": "0", etag: '"1"', "last-modified": new Date(0).toUTCString() } });

  const properties = (endpoint = server.url, abortSignal?: AbortSignal): Promise<unknown> =>
    new BlobServiceClient(`${endpoint}/account`, undefined, {
      retryOptions: { maxTries: 1, retryPolicyType: StorageRetryPolicyType.FIXED, tryTimeoutInMs: 500 },
    })
      .getContainerClient("c")
      .getBlobClient("b")
      .getProperties({ ...(abortSignal && { abortSignal }) });
  const code = (status: number, name: string, headers: Record<string, string> = {}): Answer => ({
    status,
    headers: { "content-type": "application/xml", "x-ms-error-code": name, ...headers },
  });

  test.each<[ErrorClass, number, string]>([
    ["PERMANENT", 404, "BlobNotFound"],
    ["PERMANENT", 409, "BlobAlreadyExists"],
    ["CONCURRENCY", 409, "LeaseAlreadyPresent"],
    ["CONCURRENCY", 409, "ContainerBeingDeleted"],
    ["CONCURRENCY", 412, "ConditionNotMet"],
    ["AUTH", 403, "AuthenticationFailed"],
    ["AUTH", 401, "NoAuthenticationInformation"],
    ["PERMISSION", 403, "AuthorizationFailure"],
    ["RATE_LIMIT", 429, "TooManyRequests"],
    ["SERVER_ERROR", 503, "ServerBusy"],
    ["SERVER_ERROR", 500, "OperationTimedOut"],
  ])("%s: %i %s", async (errorClass, status, name) => {
    server.answer(code(status, name));
    expect(classOf(azureClassifier, await failureOf(properties()))).toBe(errorClass);
    expect(server.requests).toBe(1);
  });

  test("no answer and nobody who listens pass", async () => {
    server.answer({ instead: "hangup" });
    expect(classOf(azureClassifier, await failureOf(properties()))).toBe("TRANSIENT");
    expect(classOf(azureClassifier, await failureOf(properties(`http://127.0.0.1:${await freePort()}`)))).toBe("TRANSIENT");
  });

  test("an aborted request stops", async () => {
    server.answer({ instead: "silence" });
    const abort = new AbortController();
    setTimeout(() => abort.abort(), 30);
    expect(classOf(azureClassifier, await failureOf(properties(server.url, abort.signal)))).toBe("PERMANENT");
  });

  test("busy twice, then well: the call succeeds, after the delays that were asked for", async () => {
    server.answer(
      code(503, "ServerBusy", { "retry-after-ms": "17", "retry-after": "9" }),
      code(503, "ServerBusy", { "x-ms-retry-after-ms": "12" }),
    );
    expect(await policyOf(azureClassifier).execute(() => properties())).toMatchObject({ ok: true, attempts: 3 });
    expect(delays).toEqual([17, 12]);
  });
});

describe("gaxios", () => {
  serving({ body: { ok: true } });

  const get = (url = server.url, signal?: AbortSignal): Promise<unknown> =>
    new Gaxios().request({ url, retry: false, ...(signal && { signal }) });
  const code = (
    status: number,
    reason: string,
    headers: Record<string, string> = {},
    details: readonly object[] = [],
  ): Answer => ({
    status,
    headers,
    body: {
      error: { code: status, message: "m", status: "X", errors: [{ reason, domain: "usageLimits", message: "m" }], details },
    },
  });

  test.each<[ErrorClass, Answer]>([
    ["RATE_LIMIT", code(403, "rateLimitExceeded")],
    ["RATE_LIMIT", code(403, "userRateLimitExceeded")],
    ["RATE_LIMIT", code(429, "rateLimitExceeded")],
    ["PERMISSION", code(403, "forbidden")],
    ["AUTH", code(401, "authError")],
    ["AUTH", code(400, "keyInvalid")],
    ["AUTH", { status: 400, body: { error: "invalid_grant", error_description: "Bad Request" } }],
    ["PERMANENT", code(404, "notFound")],
    ["PERMANENT", code(409, "alreadyExists")],
    ["CONCURRENCY", code(409, "conflict")],
    ["CONCURRENCY", code(412, "conditionNotMet")],
    ["SERVER_ERROR", code(503, "backendError")],
    ["SERVER_ERROR", { status: 502, headers: { "content-type": "text/html" }, body: "<html>" }],
    ["TRANSIENT", { instead: "hangup" }],
  ])("%s: %j", async (errorClass, answer) => {
    server.answer(answer);
    expect(classOf(googleClassifier, await failureOf(get()))).toBe(errorClass);
    expect(server.requests).toBe(1);
  });

  test("nobody listens, which passes", async () => {
    expect(classOf(googleClassifier, await failureOf(get(`http://127.0.0.1:${await freePort()}`)))).toBe("TRANSIENT");
  });

  test("an aborted request stops", async () => {
    server.answer({ instead: "silence" });
    const abort = new AbortController();
    setTimeout(() => abort.abort(), 30);
    expect(classOf(googleClassifier, await failureOf(get(server.url, abort.signal)))).toBe("PERMANENT");
  });

  test("limited twice, then well: the call succeeds, after the delays that were asked for", async () => {
    const info = { "@type": "type.googleapis.com/google.rpc.RetryInfo", retryDelay: "0.02s" };
    server.answer(
      code(403, "rateLimitExceeded", { "retry-after": "0" }),
      code(429, "rateLimitExceeded", { "retry-after": "9" }, [info]),
    );
    expect(await policyOf(googleClassifier).execute(() => get())).toMatchObject({ ok: true, attempts: 3 });
    expect(delays).toEqual([1, 20]);
  });
});

describe("google-gax", () => {
  test.each<[unknown, number, string]>([
    [{ errorClass: "RATE_LIMIT", retryAfterMs: 34_000 }, 429, "RATE_LIMIT_EXCEEDED"],
    [{ errorClass: "TRANSIENT", retryAfterMs: 34_000 }, 503, "BACKEND"],
    [{ errorClass: "CONCURRENCY", retryAfterMs: 34_000 }, 409, "CONFLICT"],
    [{ errorClass: "AUTH", retryAfterMs: 34_000 }, 401, "ACCESS_TOKEN_EXPIRED"],
    [{ errorClass: "AUTH", retryAfterMs: 34_000 }, 400, "API_KEY_INVALID"],
  ])("%j: HTTP %i, %s", (answer, status, reason) => {
    const details = [
      { "@type": "type.googleapis.com/google.rpc.ErrorInfo", reason, domain: "googleapis.com" },
      { "@type": "type.googleapis.com/google.rpc.RetryInfo", retryDelay: "34s" },
    ];
    const error = GoogleError.parseHttpError({ error: { code: status, message: "m", details } });
    expect(googleClassifier(error)).toEqual(answer);
  });
});

describe("@google/genai", () => {
  const fine: Answer = { body: { candidates: [{ content: { parts: [{ text: "hello" }], role: "model" } }] } };
  serving(fine);

  const ask = async (): Promise<string | undefined> => {
    const ai = new GoogleGenAI({ apiKey: "k", httpOptions: { baseUrl: server.url } });
    return (await ai.models.generateContent({ model: "m", contents: "hi" })).text;
  };
  const code = (status: number, name: string, details: readonly object[] = []): Answer => ({
    status,
    body: { error: { code: status, message: "m", status: name, details } },
  });
  const info = { "@type": "type.googleapis.com/google.rpc.RetryInfo", retryDelay: "0.03s" };

  test.each<[ErrorClass, Answer]>([
    ["PERMANENT", code(400, "INVALID_ARGUMENT")],
    ["AUTH", code(400, "INVALID_ARGUMENT", [{ "@type": "ErrorInfo", reason: "API_KEY_INVALID", domain: "googleapis.com" }])],
    ["PERMISSION", code(403, "PERMISSION_DENIED")],
    ["RATE_LIMIT", code(429, "RESOURCE_EXHAUSTED")],
    ["SERVER_ERROR", code(500, "INTERNAL")],
    ["SERVER_ERROR", code(503, "UNAVAILABLE")],
  ])("%s: %j", async (errorClass, answer) => {
    server.answer(answer);
    const error = await failureOf(ask());
    expect(error).toBeInstanceOf(ApiError);
    expect(classOf(googleClassifier, error)).toBe(errorClass);
  });

  test("what is left of a connection that ends is fetch's error, which the default classifier knows", async () => {
    server.answer({ instead: "hangup" });
    expect(classOf(firstKnown(googleClassifier, defaultClassifier), await failureOf(ask()))).toBe("TRANSIENT");
  });

  test("overloaded and limited, then well: the call succeeds, after the delay that was asked for", async () => {
    server.answer(code(503, "UNAVAILABLE"), code(429, "RESOURCE_EXHAUSTED", [info]));
    expect(await policyOf(googleClassifier).execute(ask)).toMatchObject({ ok: true, value: "hello", attempts: 3 });
    expect(delays).toEqual([1, 30]);
  });
});
