import { ElevenLabsClient } from "@elevenlabs/elevenlabs-js";
import { answering, hanging, refusing } from "../servers.mjs";

const speak = (baseUrl, options = {}) =>
  new ElevenLabsClient({ apiKey: "test", baseUrl }).textToSpeech.convert(
    "21m00Tcm4TlvDq8ikWAM",
    { text: "hi", modelId: "eleven_multilingual_v2" },
    { maxRetries: 0, ...options },
  );

export default {
  library: "elevenlabs",
  packages: ["@elevenlabs/elevenlabs-js"],
  cases: [
    {
      id: "429.concurrent",
      provoked: "textToSpeech.convert, answered 429 too_many_concurrent_requests",
      how: "provoked",
      expected: "RATE_LIMIT",
      because: "too many requests at the same time",
      run: async () =>
        speak(
          await answering(429, {
            detail: {
              status: "too_many_concurrent_requests",
              message:
                "Too many concurrent requests. Your current subscription is associated with a maximum of 2 concurrent requests (running in parallel). This is done such that a single user does not overwhelm our systems and affect other users negatively. Please upgrade your subscription or contact sales if you want to increase this limit.",
            },
          }),
        ),
    },
    {
      id: "429.system-busy",
      provoked: "textToSpeech.convert, answered 429 system_busy",
      how: "provoked",
      expected: "RATE_LIMIT",
      because: "the service is busy and refuses with a 429",
      run: async () =>
        speak(
          await answering(429, {
            detail: {
              status: "system_busy",
              message:
                "We are sorry, the system is experiencing heavy traffic, please try again. Higher subscriptions have higher priority.",
            },
          }),
        ),
    },
    {
      id: "401.quota-exceeded",
      provoked: "textToSpeech.convert, answered 401 quota_exceeded",
      how: "provoked",
      expected: "PERMANENT",
      because: "the credits are used up; the key is fine although the status is 401",
      run: async () =>
        speak(
          await answering(401, {
            detail: {
              status: "quota_exceeded",
              message:
                "This request exceeds your quota of 10000. You have 0 credits remaining, while 91 credits are required for this request.",
            },
          }),
        ),
    },
    {
      id: "401.invalid-key",
      provoked: "textToSpeech.convert with a wrong key",
      how: "provoked",
      expected: "AUTH",
      because: "the key is not valid",
      run: async () => speak(await answering(401, { detail: { status: "invalid_api_key", message: "Invalid API key" } })),
    },
    {
      id: "client.timeout",
      provoked: "textToSpeech.convert with timeoutInSeconds 0.2, never answered",
      how: "provoked",
      expected: "TRANSIENT",
      timeout: true,
      because: "the client gave up waiting",
      run: async () => speak(await hanging(), { timeoutInSeconds: 0.2 }),
    },
    {
      id: "connection.refused",
      provoked: "textToSpeech.convert, nobody listens",
      how: "provoked",
      expected: "TRANSIENT",
      because: "the connection was refused",
      run: async () => speak(await refusing()),
    },
  ],
};
