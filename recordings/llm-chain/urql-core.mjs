import { Client, fetchExchange, gql } from "@urql/core";
import { answering, hanging, refusing } from "../servers.mjs";

const query = gql`query Orders { orders { id } }`;
async function ask(url, more = {}) {
  const { error } = await new Client({ url, exchanges: [fetchExchange], preferGetMethod: false, ...more })
    .query(query, {})
    .toPromise();
  throw error;
}
const errors = (message, code, more = {}) => ({
  data: null,
  errors: [{ message, path: ["orders"], extensions: { code, ...more } }],
});

export default {
  library: "urql-core",
  packages: ["@urql/core"],
  cases: [
    {
      id: "429",
      provoked: "query, answered 429 in plain text with Retry-After: 9; what the result has as its error",
      how: "provoked",
      expected: "RATE_LIMIT",
      retryAfterMs: 9_000,
      because: "the service asks for fewer calls and says when to come back",
      run: async () => ask(await answering(429, "Too Many Requests", { "retry-after": "9" })),
    },
    {
      id: "503.json",
      provoked: "query, answered 503 with errors in JSON",
      how: "provoked",
      expected: "SERVER_ERROR",
      because: "the service is not available",
      run: async () => ask(await answering(503, { errors: [{ message: "Service Unavailable" }] })),
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
      id: "200.hasura-constraint",
      provoked: "query, 200 with Hasura's error of a violated constraint",
      how: "provoked",
      expected: "PERMANENT",
      because: "the row exists already",
      run: async () =>
        ask(
          await answering(200, {
            errors: [
              {
                message: 'Uniqueness violation. duplicate key value violates unique constraint "users_email_key"',
                extensions: { code: "constraint-violation", path: "$.selectionSet.insert_users.args.objects" },
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
      provoked: "query with a fetch that has AbortSignal.timeout(200), never answered",
      how: "provoked",
      expected: "TRANSIENT",
      timeout: true,
      because: "this side gave up waiting",
      run: async () => ask(await hanging(), { fetch: (url, init) => fetch(url, { ...init, signal: AbortSignal.timeout(200) }) }),
    },
  ],
};
