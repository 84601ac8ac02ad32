import Typesense from "typesense";
import { answering, hanging, refusing } from "../servers.mjs";

const at = (url, more) =>
  new Typesense.Client({
    nodes: [{ host: "127.0.0.1", port: Number(new URL(url).port), protocol: "http" }],
    apiKey: "not-a-key",
    numRetries: 0,
    retryIntervalSeconds: 0.01,
    logLevel: "silent",
    ...more,
  });
const find = (url, more) => at(url, more).collections("carts").documents().search({ q: "tea", query_by: "name" });

export default {
  library: "typesense",
  packages: ["typesense"],
  cases: [
    {
      id: "401",
      provoked: "search, answered 401",
      how: "provoked",
      expected: "AUTH",
      because: "the key is not taken",
      run: async () => find(await answering(401, { message: "Forbidden - a valid `x-typesense-api-key` header must be sent." })),
    },
    {
      id: "409.exists",
      provoked: "documents().create, answered 409",
      how: "provoked",
      expected: "PERMANENT",
      because: "the document exists, and will at the next attempt",
      run: async () =>
        at(await answering(409, { message: "A document with id 1 already exists." }))
          .collections("carts")
          .documents()
          .create({ id: "1" }),
    },
    {
      id: "429",
      provoked: "search, answered 429",
      how: "provoked",
      expected: "RATE_LIMIT",
      because: "the rate limit of this key was reached",
      run: async () => find(await answering(429, { message: "Rate limit exceeded or blocked" })),
    },
    {
      id: "503.lagging",
      provoked: "search, answered 503 Not Ready or Lagging",
      how: "provoked",
      expected: "SERVER_ERROR",
      because: "the node is not ready",
      run: async () => find(await answering(503, { message: "Not Ready or Lagging" })),
    },
    {
      id: "404",
      provoked: "search of an unknown collection, answered 404",
      how: "provoked",
      expected: "PERMANENT",
      because: "there is no such collection",
      run: async () => find(await answering(404, { message: "Not found." })),
    },
    {
      id: "refused",
      provoked: "search, connection refused",
      how: "provoked",
      expected: "TRANSIENT",
      because: "nobody listens there now",
      run: async () => find(await refusing()),
    },
    {
      id: "timeout",
      provoked: "search with a timeout of 0.05 s, never answered",
      how: "provoked",
      expected: "TRANSIENT",
      timeout: true,
      because: "this side gave up waiting",
      run: async () => find(await hanging(), { connectionTimeoutSeconds: 0.05 }),
    },
    {
      id: "import",
      provoked: "documents().import, answered 200 with a failed line",
      how: "provoked",
      expected: "PERMANENT",
      because: "the document does not fit the schema; the answer was a 200",
      run: async () =>
        at(
          await answering(
            200,
            '{"success":true}\n{"code":400,"document":"{\\"id\\":\\"2\\"}","error":"Field `name` has been declared in the schema, but is not found in the document.","success":false}',
          ),
        )
          .collections("carts")
          .documents()
          .import([{ id: "1", name: "a" }, { id: "2" }]),
    },
  ],
};
