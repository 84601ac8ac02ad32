import * as meili from "meilisearch";
import { answering, hanging, refusing } from "../servers.mjs";

const Client = meili.Meilisearch ?? meili.MeiliSearch;
const at = (url, more) => new Client({ host: url, apiKey: "not-a-key", ...more });
const says = (status, code, type, message, headers) =>
  answering(status, { message, code, type, link: `https://docs.meilisearch.com/errors#${code}` }, headers);
const find = (url, more) => at(url, more).index("carts").search("tea");

export default {
  library: "meilisearch",
  packages: ["meilisearch"],
  cases: [
    {
      id: "503.too-many-search-requests",
      provoked: "search, answered 503 too_many_search_requests with Retry-After: 10",
      how: "provoked",
      expected: "RATE_LIMIT",
      retryAfterMs: 10_000,
      because: "too many searches at the same time, and when to come back",
      run: async () =>
        find(
          await says(
            503,
            "too_many_search_requests",
            "system",
            "Too many search requests running at the same time: 1000. Retry after 10s.",
            { "retry-after": "10" },
          ),
        ),
    },
    {
      id: "403.invalid-api-key",
      provoked: "search, answered 403 invalid_api_key",
      how: "provoked",
      expected: "AUTH",
      because: "the key is wrong, though the status is 403",
      run: async () => find(await says(403, "invalid_api_key", "auth", "The provided API key is invalid.")),
    },
    {
      id: "404.index-not-found",
      provoked: "search, answered 404 index_not_found",
      how: "provoked",
      expected: "PERMANENT",
      because: "there is no such index",
      run: async () => find(await says(404, "index_not_found", "invalid_request", "Index `carts` not found.")),
    },
    {
      id: "request.refused",
      provoked: "search, connection refused",
      how: "provoked",
      expected: "TRANSIENT",
      because: "nobody listens there now",
      run: async () => find(await refusing()),
    },
    {
      id: "request.timeout",
      provoked: "search with timeout: 50, never answered",
      how: "provoked",
      expected: "TRANSIENT",
      timeout: true,
      because: "this side gave up waiting",
      run: async () => find(await hanging(), { timeout: 50 }),
    },
    {
      id: "task.timeout",
      provoked: "waitForTask with timeout: 60 of a task that stays in the queue",
      how: "provoked",
      expected: "TRANSIENT",
      timeout: true,
      because: "this side gave up waiting for the task",
      run: async () =>
        at(
          await answering(200, {
            uid: 1,
            taskUid: 1,
            indexUid: "carts",
            status: "enqueued",
            type: "documentAdditionOrUpdate",
            enqueuedAt: "2026-11-28T14:00:00Z",
          }),
        ).tasks.waitForTask(1, { timeout: 60, interval: 20 }),
    },
    {
      id: "502.html",
      provoked: "search, answered 502 in HTML",
      how: "provoked",
      expected: "PERMANENT",
      because: "all that is left is a parser's error, which is PERMANENT wherever it comes from",
      run: async () =>
        find(await answering(502, "<html><body><h1>502 Bad Gateway</h1></body></html>", { "content-type": "text/html" })),
    },
  ],
};
