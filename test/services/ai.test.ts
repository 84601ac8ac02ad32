/* The AI SDK through a policy, against a server that speaks OpenAI's wire format: requests on the wire are the policy's attempts. */
import { createOpenAI } from "@ai-sdk/openai";
import * as sdk from "ai";
import type * as sdk7 from "ai7";
import type { ErrorClass } from "redress";
import { modelErrorClassifier, type PolicyMiddleware, policyMiddleware } from "redress/ai";
import { universalClassifier } from "redress/extras";
import { beforeAll, describe, expect, expectTypeOf, test } from "vitest";
import { scenarios } from "./ai-scenarios.ts";
import { chat, events, type LlmServer, llmServer } from "./llm-server.ts";
import { onNode24 } from "./node24.ts";
import type { Printed } from "./print-scenarios.ts";

const { APICallError, streamText, wrapLanguageModel } = sdk;

let server: LlmServer;
beforeAll(async () => {
  server = await llmServer();
  return () => server.close();
});

describe("ai 6", () => {
  test.each(Object.entries(scenarios))("%s", (_title, scenario) => scenario({ ai: sdk, createOpenAI, server }), 60_000);
});

describe("ai 7, on Node 24", () => {
  let printed: Printed = { ended: {}, unhandled: [] };
  beforeAll(async () => {
    printed = await onNode24("ai-on-node24.ts");
  }, 120_000);

  test.each(Object.keys(scenarios))("%s", (title) => {
    expect(printed.ended[title]).toBe("well");
  });
  test("no rejection is unhandled", () => {
    expect(printed.unhandled).toEqual([]);
  });
});

test("each version takes the middleware, without a cast", () => {
  expectTypeOf<PolicyMiddleware>().toExtend<sdk.LanguageModelMiddleware>();
  expectTypeOf<PolicyMiddleware>().toExtend<sdk7.LanguageModelMiddleware>();
});

/**
 * The SDK's error classes, and what each is to a policy by its name; a new one must be looked at. UNKNOWN are those that their status (APICallError, DownloadError) or what they
 * wrap (RetryError) tells apart, and those of answers that lack something, above the middleware: another try may mend these.
 */
const KNOWN: Readonly<Record<string, ErrorClass>> = {
  AISDKError: "UNKNOWN",
  APICallError: "UNKNOWN",
  DownloadError: "UNKNOWN",
  EmptyResponseBodyError: "TRANSIENT",
  InvalidArgumentError: "PERMANENT",
  InvalidDataContentError: "PERMANENT",
  InvalidMessageRoleError: "PERMANENT",
  InvalidPromptError: "PERMANENT",
  InvalidResponseDataError: "PERMANENT",
  InvalidStreamPartError: "PERMANENT",
  InvalidToolApprovalError: "PERMANENT",
  InvalidToolApprovalSignatureError: "PERMANENT",
  InvalidToolInputError: "PERMANENT",
  JSONParseError: "PERMANENT",
  LoadAPIKeyError: "AUTH",
  LoadSettingError: "PERMANENT",
  MessageConversionError: "PERMANENT",
  MissingToolResultsError: "PERMANENT",
  NoContentGeneratedError: "UNKNOWN",
  NoImageGeneratedError: "UNKNOWN",
  NoObjectGeneratedError: "UNKNOWN",
  NoOutputGeneratedError: "UNKNOWN",
  NoSpeechGeneratedError: "UNKNOWN",
  NoSuchModelError: "PERMANENT",
  NoSuchProviderError: "PERMANENT",
  NoSuchToolError: "PERMANENT",
  NoTranscriptGeneratedError: "UNKNOWN",
  NoVideoGeneratedError: "UNKNOWN",
  RetryError: "UNKNOWN",
  TooManyEmbeddingValuesForCallError: "PERMANENT",
  ToolCallNotFoundForApprovalError: "PERMANENT",
  ToolCallRepairError: "UNKNOWN",
  ToolChoiceViolationError: "UNKNOWN",
  TypeValidationError: "PERMANENT",
  UIMessageStreamError: "UNKNOWN",
  UnsupportedFunctionalityError: "PERMANENT",
  UnsupportedModelVersionError: "PERMANENT",
};

const classOf = (error: unknown): ErrorClass => {
  const classified = modelErrorClassifier(error);
  return typeof classified === "string" ? classified : classified.errorClass;
};

/** An error of a class of the SDK's, by its name, which is what is read. */
const named = (name: string): Error => Object.assign(new Error("no"), { name: `AI_${name}` });

test("every error class of the SDK has been looked at", () => {
  const classes = Object.keys(sdk).filter((name) => name.endsWith("Error"));
  expect(Object.fromEntries(classes.map((name) => [name, classOf(named(name))]))).toEqual(KNOWN);
});

type CallErrorFacts = Partial<ConstructorParameters<typeof APICallError>[0]>;
const errorOf = (facts: CallErrorFacts) => new APICallError({ message: "no", url: "http://x", requestBodyValues: {}, ...facts });

test.each([
  [529, "SERVER_ERROR"],
  [429, "RATE_LIMIT"],
  [408, "TRANSIENT"],
  [404, "PERMANENT"],
  [403, "PERMISSION"],
  [401, "AUTH"],
])("an error of status %s is %s, and waits as long as its Retry-After says", (statusCode, errorClass) => {
  expect(classOf(errorOf({ statusCode }))).toBe(errorClass);
  const headers = { "retry-after": "7" };
  if (statusCode === 429)
    for (const classifier of [modelErrorClassifier, universalClassifier])
      expect(classifier(errorOf({ statusCode, responseHeaders: headers }))).toMatchObject({ errorClass, retryAfterMs: 7_000 });
});

test("a provider may hide that a stream was cut: OpenAI's makes a finish of its own", async () => {
  server.script(events(chat.words("hi")));
  const openai = createOpenAI({ apiKey: "sk-1", baseURL: `${server.url}/v1` });
  const model = wrapLanguageModel({ model: openai.chat("gpt-5"), middleware: policyMiddleware() });
  const { text, finishReason } = streamText({ model, prompt: "Why?" });
  expect(await text).toBe("hi");
  expect(await finishReason).toBe("other");
  expect(server.requests).toHaveLength(1);
});
