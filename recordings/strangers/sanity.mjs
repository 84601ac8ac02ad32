import { createClient } from "@sanity/client";
import { cut, say } from "../built-in-hosts.mjs";

const client = createClient({
  projectId: "abc123",
  dataset: "production",
  token: "wrong",
  apiVersion: "2024-01-01",
  useCdn: false,
  maxRetries: 0,
});
const patch = () => client.patch("d1").ifRevisionId("a").set({ t: 1 }).commit();

export default {
  library: "sanity",
  packages: ["@sanity/client"],
  cases: [
    {
      id: "409.revision",
      provoked: "patch.ifRevisionId.commit, answered 409",
      how: "provoked",
      expected: "CONCURRENCY",
      because: "somebody else changed the document",
      run: () => {
        say(409, {
          error: {
            description: 'The mutation(s) failed: Document "d1" has unexpected revision ID ("b"), expected "a"',
            items: [
              {
                error: {
                  currentRevisionID: "b",
                  description: 'Document "d1" has unexpected revision ID ("b"), expected "a"',
                  expectedRevisionID: "a",
                  id: "d1",
                  type: "documentRevisionIDDoesNotMatchError",
                },
                index: 0,
              },
            ],
            type: "mutationError",
          },
        });
        return patch();
      },
    },
    {
      id: "401.session",
      provoked: "fetch, answered 401",
      how: "provoked",
      expected: "AUTH",
      because: "the token is wrong",
      run: () => {
        say(401, { statusCode: 401, error: "Unauthorized", message: "Session not found" });
        return client.fetch("*[0]");
      },
    },
    {
      id: "500",
      provoked: "fetch, answered 500",
      how: "provoked",
      expected: "SERVER_ERROR",
      because: "the service failed",
      run: () => {
        say(500, { error: { description: "Internal error", type: "internalError" } });
        return client.fetch("*[0]");
      },
    },
    {
      id: "429",
      provoked: "fetch, answered 429",
      how: "provoked",
      expected: "RATE_LIMIT",
      retryAfterMs: 2000,
      because: "too many concurrent queries",
      run: () => {
        say(
          429,
          { statusCode: 429, error: "Too Many Requests", message: "Too many concurrent requests" },
          { "retry-after": "2" },
        );
        return client.fetch("*[0]");
      },
    },
    {
      id: "cut",
      provoked: "fetch, the connection cut",
      how: "provoked",
      expected: "TRANSIENT",
      because: "connection reset",
      run: () => {
        cut();
        return client.fetch("*[0]");
      },
    },
  ],
};
