import { createClient } from "contentful";
import { answering, hanging, refusing } from "../servers.mjs";

const entries = (url, more = {}) =>
  createClient({
    space: "s",
    accessToken: "not-a-token",
    host: new URL(url).host,
    insecure: true,
    retryOnError: false,
    logHandler: () => {},
    ...more,
  }).getEntries();
const answered = (status, id, message, headers = {}, details) =>
  answering(
    status,
    { sys: { type: "Error", id }, message, ...(details && { details }), requestId: "ad0687bd-f17e-4fb1-bdbc-e461faf0b3a3" },
    {
      "content-type": "application/vnd.contentful.delivery.v1+json",
      "x-contentful-request-id": "ad0687bd-f17e-4fb1-bdbc-e461faf0b3a3",
      ...headers,
    },
  );

export default {
  library: "contentful",
  packages: ["contentful", "contentful-sdk-core"],
  cases: [
    {
      id: "429.rate-limit",
      provoked: "getEntries, answered 429 with X-Contentful-RateLimit-Reset: 4",
      how: "provoked",
      expected: "RATE_LIMIT",
      because: "too many requests; the delay is in a header that the error does not carry",
      run: async () =>
        entries(
          await answered(
            429,
            "RateLimitExceeded",
            "You have exceeded the rate limit of the Organization this Space belongs to by making too many API requests within a short timespan. Please wait a moment before trying the request again.",
            { "x-contentful-ratelimit-reset": "4", "x-contentful-ratelimit-second-limit": "78" },
          ),
        ),
    },
    {
      id: "401.access-token-invalid",
      provoked: "getEntries, answered 401",
      how: "provoked",
      expected: "AUTH",
      because: "the token is not accepted",
      run: async () =>
        entries(await answered(401, "AccessTokenInvalid", "The access token you sent could not be found or is invalid.")),
    },
    {
      id: "400.invalid-query",
      provoked: "getEntries, answered 400 InvalidQuery",
      how: "provoked",
      expected: "PERMANENT",
      because: "the query names what does not exist",
      run: async () =>
        entries(
          await answered(
            400,
            "InvalidQuery",
            "The query you sent was invalid. Probably a filter or ordering specification is not applicable to the type of a field.",
            {},
            { errors: [{ name: "unknownContentType", value: "DOESNOTEXIST" }] },
          ),
        ),
    },
    {
      id: "500.server-error",
      provoked: "getEntries, answered 500 ServerError",
      how: "provoked",
      expected: "SERVER_ERROR",
      because: "the service itself failed",
      run: async () => entries(await answered(500, "ServerError", "Internal server error")),
    },
    {
      id: "503.html",
      provoked: "getEntries, answered 503 with a page of the CDN",
      how: "provoked",
      expected: "SERVER_ERROR",
      because: "the service is not available for now",
      run: async () =>
        entries(
          await answering(
            503,
            "<html><head><title>503 first byte timeout</title></head><body><h1>Error 503 first byte timeout</h1></body></html>",
            { "content-type": "text/html" },
          ),
        ),
    },
    {
      id: "client.timeout",
      provoked: "getEntries with timeout: 50, never answered",
      how: "provoked",
      expected: "TRANSIENT",
      timeout: true,
      because: "this client gave up waiting for an answer",
      run: async () => entries(await hanging(), { timeout: 50 }),
    },
    {
      id: "connection.refused",
      provoked: "getEntries, nobody listens",
      how: "provoked",
      expected: "TRANSIENT",
      because: "the connection was refused",
      run: async () => entries(await refusing()),
    },
  ],
};
