import { ApolloClient, gql, HttpLink, InMemoryCache } from "@apollo/client";
import { answering, hanging, refusing } from "../servers.mjs";

const query = gql`query Orders { orders { id } }`;
const mutation = gql`mutation Save { save(id: 1) { id } }`;
const client = (uri, more = {}) => new ApolloClient({ link: new HttpLink({ uri, ...more }), cache: new InMemoryCache() });
const ask = (uri, more) => client(uri, more).query({ query, fetchPolicy: "network-only" });
const errors = (message, code, more = {}) => ({
  data: null,
  errors: [{ message, locations: [{ line: 1, column: 16 }], path: ["orders"], extensions: { code, ...more } }],
});

export default {
  library: "apollo-client",
  packages: ["@apollo/client"],
  cases: [
    {
      id: "429.ServerError",
      provoked: "query, answered 429 with Retry-After: 6",
      how: "provoked",
      expected: "RATE_LIMIT",
      retryAfterMs: 6_000,
      because: "the service asks for fewer calls and says when to come back",
      run: async () => ask(await answering(429, { errors: [{ message: "Too Many Requests" }] }, { "retry-after": "6" })),
    },
    {
      id: "503.ServerError",
      provoked: "query, answered 503 in plain text",
      how: "provoked",
      expected: "SERVER_ERROR",
      because: "no service behind the proxy",
      run: async () => ask(await answering(503, "no healthy upstream")),
    },
    {
      id: "200.html",
      provoked: "query, 200 with a page in place of JSON",
      how: "provoked",
      expected: "UNKNOWN",
      because: "a page with a 200 may be a maintenance page for a while, or a wrong address for ever",
      run: async () =>
        ask(
          await answering(200, "<!DOCTYPE html><html><head><title>App</title></head></html>", {
            "content-type": "application/json",
          }),
        ),
    },
    {
      id: "200.unauthenticated",
      provoked: "query, 200 with an error of the code UNAUTHENTICATED",
      how: "provoked",
      expected: "AUTH",
      because: "the token is not valid",
      run: async () => ask(await answering(200, errors("Invalid token", "UNAUTHENTICATED"))),
    },
    {
      id: "200.forbidden",
      provoked: "query, 200 with an error of the code FORBIDDEN",
      how: "provoked",
      expected: "PERMISSION",
      because: "the user is known but may not see orders",
      run: async () => ask(await answering(200, errors("Not authorized to access Query.orders", "FORBIDDEN"))),
    },
    {
      id: "200.conflict",
      provoked: "mutate, 200 with an error whose extensions.http.status is 409",
      how: "provoked",
      expected: "CONCURRENCY",
      because: "somebody else has saved a newer version",
      run: async () =>
        client(
          await answering(200, errors("Version 3 was expected, but 4 was found", "CONFLICT", { http: { status: 409 } })),
        ).mutate({ mutation }),
    },
    {
      id: "200.subgraph",
      provoked: "query through a router, 200 with an error of a subgraph that answered 503",
      how: "provoked",
      expected: "SERVER_ERROR",
      because: "a subgraph behind the router is down",
      run: async () =>
        ask(
          await answering(200, {
            data: null,
            errors: [
              {
                message: "HTTP fetch failed from 'orders': 503: Service Unavailable",
                path: [],
                extensions: {
                  code: "SUBREQUEST_HTTP_ERROR",
                  service: "orders",
                  reason: "503: Service Unavailable",
                  http: { status: 503 },
                },
              },
            ],
          }),
        ),
    },
    {
      id: "connection.refused",
      provoked: "query, nobody listens",
      how: "provoked",
      expected: "TRANSIENT",
      because: "the connection was refused",
      run: async () => ask(await refusing()),
    },
    {
      id: "abort.timeout",
      provoked: "query with AbortSignal.timeout(200) in fetchOptions, never answered",
      how: "provoked",
      expected: "TRANSIENT",
      timeout: true,
      because: "this side gave up waiting",
      run: async () => ask(await hanging(), { fetchOptions: { signal: AbortSignal.timeout(200) } }),
    },
  ],
};
