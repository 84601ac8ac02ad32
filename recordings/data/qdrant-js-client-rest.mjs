import { QdrantClient } from "@qdrant/js-client-rest";
import { answering, hanging, refusing } from "../servers.mjs";

const search = (url, options = {}) =>
  new QdrantClient({ url, apiKey: "test", checkCompatibility: false, ...options }).query("events", { query: [0.1, 0.2] });
const failed = (status, error, headers) => answering(status, { status: { error }, time: 0.0004 }, headers);

export default {
  library: "qdrant-js-client-rest",
  packages: ["@qdrant/js-client-rest"],
  cases: [
    {
      id: "429.retry-after",
      provoked: "query, answered 429 with Retry-After: 7",
      how: "provoked",
      expected: "RATE_LIMIT",
      retryAfterMs: 7_000,
      because: "the collection takes so many reads in a minute; the client keeps the seconds",
      run: async () =>
        search(
          await failed(
            429,
            "Rate limiting exceeded: Read rate limit exceeded: Operation requires 10 tokens but only 3.2 were available. Retry after 7s",
            { "retry-after": "7" },
          ),
        ),
    },
    {
      id: "408.timeout",
      provoked: "query, answered 408",
      how: "provoked",
      expected: "TRANSIENT",
      timeout: true,
      because: "the server gave up waiting for its shards",
      run: async () => search(await failed(408, "Timeout error: Operation 'Query' timed out after 60 seconds")),
    },
    {
      id: "401.text",
      provoked: "query, answered 401 with text",
      how: "provoked",
      expected: "AUTH",
      because: "the key is not valid",
      run: async () => search(await answering(401, "Invalid API key or JWT")),
    },
    {
      id: "403.token",
      provoked: "query, answered 403",
      how: "provoked",
      expected: "PERMISSION",
      because: "the token is known but may not touch the collection",
      run: async () => search(await failed(403, "Forbidden: Global access is required")),
    },
    {
      id: "500.shards",
      provoked: "query, answered 500",
      how: "provoked",
      expected: "SERVER_ERROR",
      because: "the server could not read from its shards",
      run: async () =>
        search(
          await failed(500, "Service internal error: 1 of 1 read operations failed:\n  Service internal error: task 42 panicked"),
        ),
    },
    {
      id: "client.timeout",
      provoked: "query with timeout 200, never answered",
      how: "provoked",
      expected: "TRANSIENT",
      timeout: true,
      because: "the client gave up waiting",
      run: async () => search(await hanging(), { timeout: 200 }),
    },
    {
      id: "connection.refused",
      provoked: "query, nobody listens",
      how: "provoked",
      expected: "TRANSIENT",
      because: "the connection was refused",
      run: async () => search(await refusing()),
    },
  ],
};
