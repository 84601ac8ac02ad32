import { CohereClientV2 } from "cohere-ai";
import { answering, hanging, refusing } from "../servers.mjs";

const chat = (environment, options = {}) =>
  new CohereClientV2({ token: "test", environment }).chat(
    { model: "command-r-plus", messages: [{ role: "user", content: "hi" }] },
    { maxRetries: 0, ...options },
  );

export default {
  library: "cohere-ai",
  packages: ["cohere-ai"],
  cases: [
    {
      id: "429.trial-key",
      provoked: "chat with a trial key, answered 429",
      how: "provoked",
      expected: "RATE_LIMIT",
      because: "too many calls in this minute",
      run: async () =>
        chat(
          await answering(
            429,
            {
              id: "6f0d8f0a-0b0e-4b35-9f7c-0d6b8e1c2a11",
              message:
                "You are using a Trial key, which is limited to 20 API calls / minute. You can continue to use the Trial key for free or upgrade to a Production key with higher rate limits at 'https://dashboard.cohere.com/api-keys'. Contact us on 'https://discord.gg/XW44jPfYJu' or email us at support@cohere.com with any questions",
            },
            { "x-trial-endpoint-call-limit": "20", "x-trial-endpoint-call-remaining": "0" },
          ),
        ),
    },
    {
      id: "504",
      provoked: "chat, answered 504",
      how: "provoked",
      expected: "SERVER_ERROR",
      timeout: true,
      because: "a server on the way gave up waiting for the model",
      run: async () => chat(await answering(504, { message: "the request timed out, please try again" })),
    },
    {
      id: "498.deny-listed",
      provoked: "chat, answered 498",
      how: "provoked",
      expected: "PERMANENT",
      because: "the request has a deny-listed token in it",
      run: async () => chat(await answering(498, { data: "request contains a deny-listed token" })),
    },
    {
      id: "402.no-payment",
      provoked: "chat, answered 402",
      how: "provoked",
      expected: "PERMANENT",
      because: "nothing works until somebody pays",
      run: async () =>
        chat(
          await answering(402, {
            message: "Please add or update your payment method at https://dashboard.cohere.com/billing?tab=payment to continue",
          }),
        ),
    },
    {
      id: "client.timeout",
      provoked: "chat with timeoutInSeconds 0.2, never answered",
      how: "provoked",
      expected: "TRANSIENT",
      timeout: true,
      because: "the client gave up waiting",
      run: async () => chat(await hanging(), { timeoutInSeconds: 0.2 }),
    },
    {
      id: "connection.refused",
      provoked: "chat, nobody listens",
      how: "provoked",
      expected: "TRANSIENT",
      because: "the connection was refused",
      run: async () => chat(await refusing()),
    },
    {
      id: "401",
      provoked: "chat with a wrong key",
      how: "provoked",
      expected: "AUTH",
      because: "the token is not valid",
      run: async () => chat(await answering(401, { id: "0d2f7cbb-5a55-4a55-8f0a-1f9a5a7c1d22", message: "invalid api token" })),
    },
  ],
};
