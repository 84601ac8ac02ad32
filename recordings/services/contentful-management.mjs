import { createClient } from "contentful-management";
import { answering, cutting } from "../servers.mjs";

const client = (url, more = {}) =>
  createClient(
    {
      accessToken: "CFPAT-not-a-token",
      host: new URL(url).host,
      insecure: true,
      retryOnError: false,
      logHandler: () => {},
      ...more,
    },
    { type: "plain", defaults: { spaceId: "s", environmentId: "master" } },
  );
const entry = { sys: { id: "e", version: 3, type: "Entry" }, fields: {}, metadata: { tags: [] } };
const update = (url, more) => client(url, more).entry.update({ entryId: "e" }, entry);
const answered = (status, id, message, headers = {}, details) =>
  answering(
    status,
    {
      sys: { type: "Error", id },
      ...(message && { message }),
      ...(details && { details }),
      requestId: "ad0687bd-f17e-4fb1-bdbc-e461faf0b3a3",
    },
    { "content-type": "application/vnd.contentful.management.v1+json", ...headers },
  );

export default {
  library: "contentful-management",
  packages: ["contentful-management", "contentful-sdk-core"],
  cases: [
    {
      id: "409.version-mismatch",
      provoked: "entry.update, answered 409 VersionMismatch",
      how: "provoked",
      expected: "CONCURRENCY",
      because: "somebody else has changed the entry since it was read",
      run: async () => update(await answered(409, "VersionMismatch", "")),
    },
    {
      id: "429.rate-limit",
      provoked: "entry.update, answered 429 with X-Contentful-RateLimit-Reset: 1",
      how: "provoked",
      expected: "RATE_LIMIT",
      because: "too many requests; the delay is in a header that the error does not carry",
      run: async () =>
        update(
          await answered(
            429,
            "RateLimitExceeded",
            "You have exceeded the rate limit of this Space by making too many API requests within a short timespan. Please wait a moment before trying the request again.",
            { "x-contentful-ratelimit-reset": "1", "x-contentful-ratelimit-second-remaining": "0" },
          ),
        ),
    },
    {
      id: "422.validation-failed",
      provoked: "entry.update, answered 422 ValidationFailed",
      how: "provoked",
      expected: "PERMANENT",
      because: "a field does not hold what its content type asks for",
      run: async () =>
        update(
          await answered(
            422,
            "ValidationFailed",
            "Validation error",
            {},
            { errors: [{ name: "required", details: 'The property "title" is required here', path: ["fields", "title"] }] },
          ),
        ),
    },
    {
      id: "403.access-denied",
      provoked: "entry.update, answered 403 AccessDenied",
      how: "provoked",
      expected: "PERMISSION",
      because: "the token is known but not allowed",
      run: async () => update(await answered(403, "AccessDenied", "", {}, { reasons: "You are not allowed to update entries" })),
    },
    {
      id: "502.html",
      provoked: "entry.update, answered 502 with a page",
      how: "provoked",
      expected: "SERVER_ERROR",
      because: "the service did not answer behind its gateway",
      run: async () =>
        update(await answering(502, "<html><head><title>502 Bad Gateway</title></head></html>", { "content-type": "text/html" })),
    },
    {
      id: "connection.cut",
      provoked: "entry.update, the connection is cut before an answer",
      how: "provoked",
      expected: "TRANSIENT",
      because: "the connection broke on the way",
      run: async () => update(await cutting()),
    },
  ],
};
