import { Octokit } from "@octokit/rest";
import { answering, hanging, refusing } from "../servers.mjs";

const quiet = { debug() {}, info() {}, warn() {}, error() {} };
const client = (baseUrl, more = {}) => new Octokit({ auth: "not-a-token", baseUrl, log: quiet, ...more });
const issues = (url, request) => client(url).rest.issues.listForRepo({ owner: "o", repo: "r", ...(request && { request }) });
const json = {
  "content-type": "application/json; charset=utf-8",
  "x-github-media-type": "github.v3; format=json",
  "x-github-request-id": "C2E4:1B7F",
};
const limits = (remaining, more = {}) => ({
  ...json,
  "x-ratelimit-limit": "5000",
  "x-ratelimit-remaining": String(remaining),
  "x-ratelimit-used": String(5000 - remaining),
  "x-ratelimit-resource": "core",
  "x-ratelimit-reset": "1748348520",
  ...more,
});

export default {
  library: "octokit-rest",
  packages: ["@octokit/rest", "@octokit/request-error"],
  cases: [
    {
      id: "403.primary-limit",
      provoked: "issues.listForRepo, answered 403 with x-ratelimit-remaining: 0 and a reset that is long past",
      how: "provoked",
      expected: "RATE_LIMIT",
      retryAfterMs: 0,
      because: "nothing is left of the hour's calls, and the limit has reset by the time that this is read",
      run: async () =>
        issues(
          await answering(
            403,
            {
              message:
                "API rate limit exceeded for user ID 583231. If you reach out to GitHub Support for help, please include the request ID C2E4:1B7F.",
              documentation_url: "https://docs.github.com/rest/overview/rate-limits-for-the-rest-api",
              status: "403",
            },
            limits(0, { date: "Tue, 27 May 2025 12:02:00 GMT" }),
          ),
        ),
    },
    {
      id: "403.secondary-limit",
      provoked: "issues.listForRepo, answered 403 with Retry-After: 60 while most of the primary limit is left",
      how: "provoked",
      expected: "RATE_LIMIT",
      retryAfterMs: 60_000,
      because: "a secondary limit, and when to come back",
      run: async () =>
        issues(
          await answering(
            403,
            {
              documentation_url:
                "https://docs.github.com/free-pro-team@latest/rest/overview/rate-limits-for-the-rest-api#about-secondary-rate-limits",
              message:
                "You have exceeded a secondary rate limit. Please wait a few minutes before you try again. If you reach out to GitHub Support for help, please include the request ID C2E4:1B7F.",
            },
            limits(4712, { "retry-after": "60" }),
          ),
        ),
    },
    {
      id: "403.not-accessible",
      provoked: "issues.listForRepo, answered 403, most of the limit left",
      how: "provoked",
      expected: "PERMISSION",
      because: "the token is known but not allowed",
      run: async () =>
        issues(
          await answering(
            403,
            {
              message: "Resource not accessible by personal access token",
              documentation_url: "https://docs.github.com/rest/issues/issues#list-repository-issues",
              status: "403",
            },
            limits(4711, { "x-accepted-github-permissions": "issues=read" }),
          ),
        ),
    },
    {
      id: "409.merge-head-modified",
      provoked: "pulls.merge, answered 409",
      how: "provoked",
      expected: "CONCURRENCY",
      because: "somebody has pushed to the branch since it was read",
      run: async () =>
        client(
          await answering(
            409,
            {
              message: "Head branch was modified. Review and try the merge again.",
              documentation_url: "https://docs.github.com/rest/pulls/pulls#merge-a-pull-request",
              status: "409",
            },
            limits(4710),
          ),
        ).rest.pulls.merge({ owner: "o", repo: "r", pull_number: 1 }),
    },
    {
      id: "422.already-exists",
      provoked: "repos.createRelease, answered 422 Validation Failed",
      how: "provoked",
      expected: "PERMANENT",
      because: "the tag has a release already",
      run: async () =>
        client(
          await answering(
            422,
            {
              message: "Validation Failed",
              errors: [{ resource: "Release", code: "already_exists", field: "tag_name" }],
              documentation_url: "https://docs.github.com/rest/releases/releases#create-a-release",
              status: "422",
            },
            limits(4709),
          ),
        ).rest.repos.createRelease({ owner: "o", repo: "r", tag_name: "v1" }),
    },
    {
      id: "connection.refused",
      provoked: "issues.listForRepo, nobody listens",
      how: "provoked",
      expected: "TRANSIENT",
      because: "the connection was refused, though the error says status 500",
      run: async () => issues(await refusing()),
    },
    {
      id: "signal.timeout",
      provoked: "issues.listForRepo with AbortSignal.timeout(50), never answered",
      how: "provoked",
      expected: "TRANSIENT",
      timeout: true,
      because: "this side gave up waiting for an answer",
      run: async () => issues(await hanging(), { signal: AbortSignal.timeout(50) }),
    },
    {
      id: "signal.abort",
      provoked: "issues.listForRepo, aborted by the caller",
      how: "provoked",
      expected: "PERMANENT",
      because: "the caller's own abort, though the error says status 500",
      run: async () => {
        const controller = new AbortController();
        setTimeout(() => controller.abort(), 30);
        return issues(await hanging(), { signal: controller.signal });
      },
    },
  ],
};
