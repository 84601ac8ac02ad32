import { GoogleGenerativeAI } from "@google/generative-ai";
import { answering, cutting, hanging } from "../servers.mjs";

const model = (baseUrl, more = {}) =>
  new GoogleGenerativeAI("test").getGenerativeModel({ model: "gemini-2.0-flash" }, { baseUrl, ...more });
const failed = (code, status, message, details) => ({ error: { code, message, status, ...(details && { details }) } });
const quota = (quotaId, quotaValue, retryDelay) => [
  {
    "@type": "type.googleapis.com/google.rpc.QuotaFailure",
    violations: [
      {
        quotaMetric: "generativelanguage.googleapis.com/generate_content_free_tier_requests",
        quotaId,
        quotaDimensions: { location: "global", model: "gemini-2.0-flash" },
        quotaValue,
      },
    ],
  },
  {
    "@type": "type.googleapis.com/google.rpc.Help",
    links: [{ description: "Learn more about Gemini API quotas", url: "https://ai.google.dev/gemini-api/docs/rate-limits" }],
  },
  { "@type": "type.googleapis.com/google.rpc.RetryInfo", retryDelay },
];
const quotaMessage = (delay) =>
  `You exceeded your current quota, please check your plan and billing details. For more information on this error, head to: https://ai.google.dev/gemini-api/docs/rate-limits. \n* Quota exceeded for metric: generativelanguage.googleapis.com/generate_content_free_tier_requests, limit: 15, model: gemini-2.0-flash\nPlease retry in ${delay}s.`;

export default {
  library: "google-generative-ai",
  packages: ["@google/generative-ai"],
  cases: [
    {
      id: "429.retry-info",
      provoked: "generateContent, answered 429 with google.rpc.RetryInfo",
      how: "provoked",
      expected: "RATE_LIMIT",
      retryAfterMs: 47_000,
      because: "too many requests in this minute; RetryInfo says when to come back",
      run: async () =>
        model(
          await answering(
            429,
            failed(
              429,
              "RESOURCE_EXHAUSTED",
              quotaMessage("47"),
              quota("GenerateRequestsPerMinutePerProjectPerModel-FreeTier", "15", "47s"),
            ),
          ),
        ).generateContent("hi"),
    },
    {
      id: "503.overloaded",
      provoked: "generateContent, answered 503 UNAVAILABLE",
      how: "provoked",
      expected: "SERVER_ERROR",
      because: "the model is overloaded",
      run: async () =>
        model(
          await answering(503, failed(503, "UNAVAILABLE", "The model is overloaded. Please try again later.")),
        ).generateContent("hi"),
    },
    {
      id: "400.api-key",
      provoked: "generateContent with a wrong key, answered 400 INVALID_ARGUMENT with the reason API_KEY_INVALID",
      how: "provoked",
      expected: "AUTH",
      because: "the key is not valid, although the status is 400",
      run: async () =>
        model(
          await answering(
            400,
            failed(400, "INVALID_ARGUMENT", "API key not valid. Please pass a valid API key.", [
              {
                "@type": "type.googleapis.com/google.rpc.ErrorInfo",
                reason: "API_KEY_INVALID",
                domain: "googleapis.com",
                metadata: { service: "generativelanguage.googleapis.com" },
              },
              {
                "@type": "type.googleapis.com/google.rpc.LocalizedMessage",
                locale: "en-US",
                message: "API key not valid. Please pass a valid API key.",
              },
            ]),
          ),
        ).generateContent("hi"),
    },
    {
      id: "client.timeout",
      provoked: "generateContent with timeout 200, never answered",
      how: "provoked",
      expected: "UNKNOWN",
      because:
        "the SDK throws the same error for its own timeout and for the caller's abort, and keeps no cause that would tell them apart",
      run: async () => model(await hanging(), { timeout: 200 }).generateContent("hi"),
    },
    {
      id: "connection.cut",
      provoked: "generateContent, the connection is cut before the answer",
      how: "provoked",
      expected: "TRANSIENT",
      because: "the other side closed the connection",
      run: async () => model(await cutting()).generateContent("hi"),
    },
    {
      id: "blocked.safety",
      provoked: "generateContent, 200 but the prompt was blocked, then text()",
      how: "provoked",
      expected: "PERMANENT",
      because: "the same prompt is blocked again",
      run: async () =>
        (
          await model(
            await answering(200, {
              promptFeedback: {
                blockReason: "SAFETY",
                safetyRatings: [{ category: "HARM_CATEGORY_DANGEROUS_CONTENT", probability: "HIGH" }],
              },
              usageMetadata: { promptTokenCount: 3, totalTokenCount: 3 },
            }),
          ).generateContent("hi")
        ).response.text(),
    },
  ],
};
