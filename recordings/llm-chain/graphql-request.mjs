import { GraphQLClient } from "graphql-request";
import { answering, cutting, hanging } from "../servers.mjs";

const ask = (url, more) => new GraphQLClient(url, more).request("query Orders { orders(first: 10) { id } }");
const errors = (message, code, more = {}) => ({
  data: null,
  errors: [{ message, locations: [{ line: 1, column: 16 }], path: ["orders"], extensions: { code, ...more } }],
});

export default {
  library: "graphql-request",
  packages: ["graphql-request"],
  cases: [
    {
      id: "200.throttled",
      provoked: "request, 200 with an error of the code THROTTLED and Shopify's costs",
      how: "provoked",
      expected: "RATE_LIMIT",
      because: "the query costs more than is left in the bucket for now",
      run: async () =>
        ask(
          await answering(200, {
            errors: [
              {
                message: "Throttled",
                extensions: { code: "THROTTLED", documentation: "https://shopify.dev/api/usage/rate-limits" },
              },
            ],
            extensions: {
              cost: {
                requestedQueryCost: 252,
                actualQueryCost: null,
                throttleStatus: { maximumAvailable: 1000.0, currentlyAvailable: 100, restoreRate: 50.0 },
              },
            },
          }),
        ),
    },
    {
      id: "429",
      provoked: "request, answered 429 with Retry-After: 4",
      how: "provoked",
      expected: "RATE_LIMIT",
      retryAfterMs: 4_000,
      because: "the service asks for fewer calls and says when to come back",
      run: async () =>
        ask(
          await answering(
            429,
            {
              errors: [{ message: "You have exceeded a secondary rate limit. Please wait a few minutes before you try again." }],
            },
            { "retry-after": "4" },
          ),
        ),
    },
    {
      id: "200.unauthenticated",
      provoked: "request, 200 with an error of the code UNAUTHENTICATED",
      how: "provoked",
      expected: "AUTH",
      because: "the token has expired",
      run: async () => ask(await answering(200, errors("Context creation failed: token expired", "UNAUTHENTICATED"))),
    },
    {
      id: "200.internal",
      provoked: "request, 200 with an error of the code INTERNAL_SERVER_ERROR",
      how: "provoked",
      expected: "SERVER_ERROR",
      because: "a resolver of the server failed",
      run: async () => ask(await answering(200, errors("connect ECONNREFUSED 127.0.0.1:5432", "INTERNAL_SERVER_ERROR"))),
    },
    {
      id: "400.validation",
      provoked: "request, answered 400 with GRAPHQL_VALIDATION_FAILED",
      how: "provoked",
      expected: "PERMANENT",
      because: "the query does not fit the schema",
      run: async () =>
        ask(
          await answering(400, {
            errors: [
              {
                message: 'Cannot query field "id" on type "Order".',
                locations: [{ line: 1, column: 40 }],
                extensions: { code: "GRAPHQL_VALIDATION_FAILED" },
              },
            ],
          }),
        ),
    },
    {
      id: "502.html",
      provoked: "request, answered 502 with a page",
      how: "provoked",
      expected: "SERVER_ERROR",
      because: "the gateway found no service behind it",
      run: async () =>
        ask(await answering(502, "<html><head><title>502 Bad Gateway</title></head></html>", { "content-type": "text/html" })),
    },
    {
      id: "abort.timeout",
      provoked: "request with AbortSignal.timeout(200), never answered",
      how: "provoked",
      expected: "TRANSIENT",
      timeout: true,
      because: "this side gave up waiting",
      run: async () => ask(await hanging(), { signal: AbortSignal.timeout(200) }),
    },
    {
      id: "connection.cut",
      provoked: "request, the connection is cut before the answer",
      how: "provoked",
      expected: "TRANSIENT",
      because: "the other side closed the connection",
      run: async () => ask(await cutting()),
    },
  ],
};
