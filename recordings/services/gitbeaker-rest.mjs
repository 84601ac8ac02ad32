import { Gitlab } from "@gitbeaker/rest";
import { answering, hanging, refusing } from "../servers.mjs";

const client = (host, more = {}) => new Gitlab({ host, token: "not-a-token", ...more });
const accept = (url) => client(url).MergeRequests.merge(1, 2);
const json = { "x-gitlab-meta": '{"correlation_id":"01HZ","version":"1"}', "x-request-id": "01HZ" };

export default {
  library: "gitbeaker-rest",
  packages: ["@gitbeaker/rest", "@gitbeaker/requester-utils"],
  cases: [
    {
      id: "429.retries-used-up",
      provoked: "MergeRequests.merge, answered 429 with Retry-After ten times over",
      how: "provoked",
      expected: "RATE_LIMIT",
      because: "ten attempts met the rate limit; nothing of the answers is kept but the status in the message",
      run: async () =>
        accept(
          await answering(429, "Retry later\n", {
            "retry-after": "60",
            "ratelimit-limit": "60",
            "ratelimit-remaining": "0",
            "ratelimit-reset": "1748348520",
          }),
        ),
    },
    {
      id: "502.retries-used-up",
      provoked: "MergeRequests.merge, answered 502 ten times over",
      how: "provoked",
      expected: "SERVER_ERROR",
      because: "ten attempts met a bad gateway",
      run: async () =>
        accept(
          await answering(502, "<html><head><title>GitLab is not responding (502)</title></head></html>", {
            "content-type": "text/html",
          }),
        ),
    },
    {
      id: "503.not-retried",
      provoked: "MergeRequests.merge, answered 503 while GitLab is deployed, which the client does not retry",
      how: "provoked",
      expected: "SERVER_ERROR",
      retryAfterMs: 20_000,
      because: "GitLab is not available for now, and says when to come back",
      run: async () =>
        accept(
          await answering(
            503,
            "<html><head><title>GitLab is currently unavailable (503)</title></head><body>Deploy in progress</body></html>",
            { "content-type": "text/html", "retry-after": "20" },
          ),
        ),
    },
    {
      id: "409.sha-mismatch",
      provoked: "MergeRequests.merge, answered 409",
      how: "provoked",
      expected: "CONCURRENCY",
      because: "somebody has pushed to the branch since it was read",
      run: async () => accept(await answering(409, { message: "SHA does not match HEAD of source branch: a1b2c3d" }, json)),
    },
    {
      id: "401.token-revoked",
      provoked: "Projects.show, answered 401 invalid_token",
      how: "provoked",
      expected: "AUTH",
      because: "the token was revoked",
      run: async () =>
        client(
          await answering(
            401,
            { error: "invalid_token", error_description: "Token was revoked. You have to re-authorize from the user." },
            json,
          ),
        ).Projects.show(1),
    },
    {
      id: "403.insufficient-scope",
      provoked: "Projects.show, answered 403 insufficient_scope",
      how: "provoked",
      expected: "PERMISSION",
      because: "the token is known but lacks a scope",
      run: async () =>
        client(
          await answering(
            403,
            {
              error: "insufficient_scope",
              error_description: "The request requires higher privileges than provided by the access token.",
              scope: "api",
            },
            json,
          ),
        ).Projects.show(1),
    },
    {
      id: "client.timeout",
      provoked: "Projects.show with queryTimeout: 50, never answered",
      how: "provoked",
      expected: "TRANSIENT",
      timeout: true,
      because: "this client gave up waiting for an answer",
      run: async () => client(await hanging(), { queryTimeout: 50 }).Projects.show(1),
    },
    {
      id: "connection.refused",
      provoked: "Projects.show, nobody listens",
      how: "provoked",
      expected: "TRANSIENT",
      because: "the connection was refused",
      run: async () => client(await refusing()).Projects.show(1),
    },
  ],
};
