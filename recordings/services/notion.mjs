import { Client } from "@notionhq/client";
import { answering, hanging, refusing } from "../servers.mjs";

const page = "b55c9c91-384d-452b-81db-d1ef79372b75";
const client = (baseUrl, more = {}) => new Client({ auth: "not-a-token", baseUrl, logger: () => {}, retry: false, ...more });
const update = (url, more) => client(url, more).pages.update({ page_id: page, properties: {} });
const answered = (status, code, message, headers = {}) =>
  answering(
    status,
    { object: "error", status, code, message, request_id: "9d7fa281-af34-4c5c-b7d6-000000000000" },
    { "x-notion-request-id": "9d7fa281-af34-4c5c-b7d6-000000000000", "cf-ray": "8a1", ...headers },
  );

export default {
  library: "notion",
  packages: ["@notionhq/client"],
  cases: [
    {
      id: "429.rate-limited",
      provoked: "pages.update, answered 429 rate_limited with Retry-After: 12",
      how: "provoked",
      expected: "RATE_LIMIT",
      retryAfterMs: 12_000,
      because: "too many requests of this integration, and when to come back",
      run: async () =>
        update(
          await answered(429, "rate_limited", "You have been rate limited. Please try again in a few minutes.", {
            "retry-after": "12",
          }),
        ),
    },
    {
      id: "409.conflict",
      provoked: "pages.update, answered 409 conflict_error",
      how: "provoked",
      expected: "CONCURRENCY",
      because: "somebody else changes the page at the same time",
      run: async () => update(await answered(409, "conflict_error", "Conflict occurred while saving. Please try again.")),
    },
    {
      id: "504.gateway-timeout",
      provoked: "pages.update, answered 504 gateway_timeout",
      how: "provoked",
      expected: "SERVER_ERROR",
      timeout: true,
      because: "the service gave up waiting for its own answer",
      run: async () => update(await answered(504, "gateway_timeout", "Gateway timeout. Please try again later.")),
    },
    {
      id: "401.unauthorized",
      provoked: "pages.update, answered 401 unauthorized",
      how: "provoked",
      expected: "AUTH",
      because: "the token is wrong or was revoked",
      run: async () => update(await answered(401, "unauthorized", "API token is invalid.")),
    },
    {
      id: "404.not-shared",
      provoked: "pages.update, answered 404 object_not_found",
      how: "provoked",
      expected: "PERMANENT",
      because: "the page is not there, or was not shared",
      run: async () =>
        update(
          await answered(
            404,
            "object_not_found",
            `Could not find page with ID: ${page}. Make sure the relevant pages and databases are shared with your integration.`,
          ),
        ),
    },
    {
      id: "502.html",
      provoked: "pages.update, answered 502 with a page of the proxy before it came to the API",
      how: "provoked",
      expected: "SERVER_ERROR",
      because: "the service did not answer behind its gateway",
      run: async () =>
        update(
          await answering(502, "<!DOCTYPE html><html><head><title>502 Bad gateway</title></head></html>", {
            "content-type": "text/html",
            "cf-ray": "8a1",
          }),
        ),
    },
    {
      id: "client.timeout",
      provoked: "pages.update with timeoutMs: 50, never answered",
      how: "provoked",
      expected: "TRANSIENT",
      timeout: true,
      because: "this client gave up waiting for an answer",
      run: async () => update(await hanging(), { timeoutMs: 50 }),
    },
    {
      id: "connection.refused",
      provoked: "pages.update, nobody listens",
      how: "provoked",
      expected: "TRANSIENT",
      because: "the connection was refused",
      run: async () => update(await refusing()),
    },
  ],
};
