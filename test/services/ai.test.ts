/* The AI SDK through a policy, against a server that speaks OpenAI's wire format: requests on the wire are the policy's attempts. */
import { createOpenAI } from "@ai-sdk/openai";
import * as sdk from "ai";
import { constant, outcomeOf } from "redress";
import { policyMiddleware } from "redress/ai";
import { universalClassifier } from "redress/extras";
import { beforeAll, expect, test } from "vitest";
import { chatAnswer, events, json, type LlmServer, llmServer, openaiError, reset } from "./llm-server.ts";

let server: LlmServer;
beforeAll(async () => {
  server = await llmServer();
  return () => server.close();
});

const { APICallError, generateText, streamText, wrapLanguageModel } = sdk;
const middleware = policyMiddleware({ retry: { strategy: constant(0) } });
const model = () =>
  wrapLanguageModel({ model: createOpenAI({ apiKey: "sk-1", baseURL: `${server.url}/v1` }).chat("gpt-5"), middleware });

const classify = (error: ConstructorParameters<typeof APICallError>[0]) => universalClassifier(new APICallError(error));

const broken = json(500, openaiError(null, "server_error"));
const line = (data: unknown): string => `data: ${JSON.stringify(data)}\n\n`;
const chunk = (delta: object, finish_reason: string | null = null): string =>
  line({ id: "1", created: 1, model: "gpt-5", choices: [{ index: 0, delta, finish_reason }] });
const streamed = events([chunk({ role: "assistant", content: "hi" }), chunk({}, "stop"), "data: [DONE]\n\n"]);
const failureOf = (promise: PromiseLike<unknown>): Promise<unknown> =>
  Promise.resolve(promise).then(
    () => "no failure",
    (error: unknown) => error,
  );

test("a 500, twice, and then an answer: three requests", async () => {
  server.script(broken, broken, json(200, chatAnswer()));
  expect((await generateText({ model: model(), prompt: "Why?" })).text).toBe("hi");
  expect(server.requests).toHaveLength(3);
});

test.each([undefined, 0, 5])(
  "the SDK does not repeat what the policy gave up on, whatever maxRetries is: %s",
  async (maxRetries) => {
    server.script(broken);
    const error = await failureOf(
      generateText({ model: model(), prompt: "Why?", ...(maxRetries !== undefined && { maxRetries }) }),
    );
    expect(server.requests).toHaveLength(3);
    expect(APICallError.isInstance(error)).toBe(true);
    expect(outcomeOf(error)).toMatchObject({ ok: false, attempts: 3, stopReason: "MAX_ATTEMPTS_GLOBAL" });
  },
);

test("a quota that is used up is not retried", async () => {
  server.script(json(429, openaiError("insufficient_quota", "insufficient_quota")));
  const error = await failureOf(generateText({ model: model(), prompt: "Why?" }));
  expect(server.requests).toHaveLength(1);
  expect(outcomeOf(error)).toMatchObject({ stopReason: "NON_RETRYABLE_CLASS", lastClass: "PERMANENT" });
});

test("the opening of a stream is retried", async () => {
  server.script(broken, broken, streamed);
  expect(await streamText({ model: model(), prompt: "Why?" }).text).toBe("hi");
  expect(server.requests).toHaveLength(3);
});

test("a stream that does not open is tried as often as the policy says", async () => {
  server.script(broken);
  const errors: unknown[] = [];
  const { text } = streamText({ model: model(), prompt: "Why?", onError: ({ error }) => void errors.push(error) });
  await failureOf(text);
  expect(server.requests).toHaveLength(3);
  expect(outcomeOf(errors[0])).toMatchObject({ ok: false, attempts: 3 });
});

/** The SDK's error classes; a new one must be looked at. Beside APICallError and RetryError none is about a request that may be repeated. */
const KNOWN = [
  "AISDKError",
  "APICallError",
  "DownloadError",
  "EmptyResponseBodyError",
  "InvalidArgumentError",
  "InvalidDataContentError",
  "InvalidMessageRoleError",
  "InvalidPromptError",
  "InvalidResponseDataError",
  "InvalidStreamPartError",
  "InvalidToolApprovalError",
  "InvalidToolApprovalSignatureError",
  "InvalidToolInputError",
  "JSONParseError",
  "LoadAPIKeyError",
  "LoadSettingError",
  "MessageConversionError",
  "MissingToolResultsError",
  "NoContentGeneratedError",
  "NoImageGeneratedError",
  "NoObjectGeneratedError",
  "NoOutputGeneratedError",
  "NoSpeechGeneratedError",
  "NoSuchModelError",
  "NoSuchProviderError",
  "NoSuchToolError",
  "NoTranscriptGeneratedError",
  "NoVideoGeneratedError",
  "RetryError",
  "TooManyEmbeddingValuesForCallError",
  "ToolCallNotFoundForApprovalError",
  "ToolCallRepairError",
  "ToolChoiceViolationError",
  "TypeValidationError",
  "UIMessageStreamError",
  "UnsupportedFunctionalityError",
  "UnsupportedModelVersionError",
];

test("every error class of the SDK has been looked at", () => {
  expect(
    Object.keys(sdk)
      .filter((name) => name.endsWith("Error"))
      .sort(),
  ).toEqual(KNOWN);
});

test.each([
  [529, "SERVER_ERROR"],
  [429, "RATE_LIMIT"],
  [408, "TRANSIENT"],
  [404, "PERMANENT"],
  [403, "PERMISSION"],
  [401, "AUTH"],
])("an error of status %s is %s, and waits as long as its Retry-After says", (statusCode, errorClass) => {
  const classified = classify({ message: "no", url: "http://x", requestBodyValues: {}, statusCode });
  expect(typeof classified === "string" ? classified : classified.errorClass).toBe(errorClass);
  const headers = { "retry-after": "7" };
  if (statusCode === 429)
    expect(
      classify({ message: "no", url: "http://x", requestBodyValues: {}, statusCode, responseHeaders: headers }),
    ).toMatchObject({
      errorClass,
      retryAfterMs: 7_000,
    });
});

test("a connection that breaks is a failure that is retried", async () => {
  server.script(reset, json(200, chatAnswer()));
  expect((await generateText({ model: model(), prompt: "Why?" })).text).toBe("hi");
  expect(server.requests).toHaveLength(2);
});

test("a provider may hide that a stream was cut: OpenAI's makes a finish of its own", async () => {
  server.script(events([chunk({ role: "assistant", content: "hi" })]));
  const { text, finishReason } = streamText({ model: model(), prompt: "Why?" });
  expect(await text).toBe("hi");
  expect(await finishReason).toBe("other");
  expect(server.requests).toHaveLength(1);
});
