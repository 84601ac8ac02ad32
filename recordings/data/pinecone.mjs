import { Pinecone } from "@pinecone-database/pinecone";
import { answering, refusing } from "../servers.mjs";

const pinecone = (controllerHostUrl, options = {}) => new Pinecone({ apiKey: "test", controllerHostUrl, ...options });
const index = async (host, ask = (one) => one.query({ vector: [0.1, 0.2], topK: 1 })) =>
  ask(pinecone(host, { maxRetries: 0 }).index({ host }));

export default {
  library: "pinecone",
  packages: ["@pinecone-database/pinecone"],
  cases: [
    {
      id: "429.rate",
      provoked: "query, answered 429 with Retry-After: 5",
      how: "provoked",
      expected: "RATE_LIMIT",
      because: "too many requests in this second; the client drops the header, so that only the text tells it",
      run: async () =>
        index(
          await answering(
            429,
            {
              code: 8,
              message: "Too many requests. Your request exceeded the query rate limit of this namespace. Please retry later.",
              details: [],
            },
            { "retry-after": "5" },
          ),
        ),
    },
    {
      id: "429.month",
      provoked: "upsert, answered 429 for the write units of this month",
      how: "provoked",
      expected: "PERMANENT",
      because: "the write units of this month that the plan includes are used up",
      run: async () =>
        index(
          await answering(429, {
            code: 8,
            message:
              "Request failed. You've reached your write unit limit for the current month (2000000). To continue writing data, upgrade your plan.",
            details: [],
          }),
          (one) => one.upsert({ records: [{ id: "a", values: [0.1, 0.2] }] }),
        ),
    },
    {
      id: "401",
      provoked: "listIndexes, answered 401 with text",
      how: "provoked",
      expected: "AUTH",
      because: "the key is not valid",
      run: async () => pinecone(await answering(401, "Invalid API Key")).listIndexes(),
    },
    {
      id: "403.quota",
      provoked: "createIndex, answered 403 with the code FORBIDDEN for a quota",
      how: "provoked",
      expected: "PERMANENT",
      because: "the plan allows no more indexes",
      run: async () =>
        pinecone(
          await answering(403, {
            error: {
              code: "FORBIDDEN",
              message:
                "Request failed. You've reached the max serverless indexes allowed in project Default (5). To add more serverless indexes, upgrade your plan.",
            },
            status: 403,
          }),
        ).createIndex({
          name: "events",
          dimension: 2,
          metric: "cosine",
          spec: { serverless: { cloud: "aws", region: "us-east-1" } },
        }),
    },
    {
      id: "503.retried",
      provoked: "upsert, answered 503 every time, maxRetries 1",
      how: "provoked",
      expected: "SERVER_ERROR",
      because: "the service is not available and was not at the retry either",
      run: async () => {
        const host = await answering(503, { code: 14, message: "Service unavailable", details: [] });
        return pinecone(host, { maxRetries: 1 })
          .index({ host })
          .upsert({ records: [{ id: "a", values: [0.1, 0.2] }] });
      },
    },
    {
      id: "409.exists",
      provoked: "createIndex, answered 409 with the code ALREADY_EXISTS",
      how: "provoked",
      expected: "PERMANENT",
      because: "an index of this name is there already, which no retry changes",
      run: async () =>
        pinecone(
          await answering(409, { error: { code: "ALREADY_EXISTS", message: "Resource already exists" }, status: 409 }),
        ).createIndex({
          name: "events",
          dimension: 2,
          metric: "cosine",
          spec: { serverless: { cloud: "aws", region: "us-east-1" } },
        }),
    },
    {
      id: "connection.refused",
      provoked: "query, nobody listens",
      how: "provoked",
      expected: "TRANSIENT",
      because: "the connection was refused",
      run: async () => index(await refusing()),
    },
  ],
};
