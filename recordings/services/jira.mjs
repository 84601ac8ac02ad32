import { Version3Client } from "jira.js";
import { answering, hanging, refusing } from "../servers.mjs";

const client = (host, more = {}) =>
  new Version3Client({ host, authentication: { basic: { email: "a@example.com", apiToken: "not-a-token" } }, ...more });
const issue = (url, more) => client(url, more).issues.getIssue({ issueIdOrKey: "TEST-1" });
const trace = { "atl-traceid": "5f2b8f0d", server: "AtlassianEdge" };

export default {
  library: "jira",
  packages: ["jira.js"],
  cases: [
    {
      id: "429.burst",
      provoked: "issues.getIssue, answered 429 with Retry-After: 45",
      how: "provoked",
      expected: "RATE_LIMIT",
      retryAfterMs: 45_000,
      because: "too many requests of this app, and when to come back",
      run: async () =>
        issue(
          await answering(
            429,
            { errorMessages: ["Rate limit exceeded."], errors: {} },
            {
              ...trace,
              "retry-after": "45",
              "x-ratelimit-nearlimit": "false",
              "ratelimit-reason": "jira-burst-based",
              "x-ratelimit-limit": "350",
              "x-ratelimit-remaining": "0",
            },
          ),
        ),
    },
    {
      id: "409.conflicting-update",
      provoked: "issues.doTransition, answered 409",
      how: "provoked",
      expected: "CONCURRENCY",
      because: "somebody else updates the issue at the same time",
      run: async () =>
        client(
          await answering(
            409,
            { errorMessages: ["The issue could not be updated due to a conflicting update."], errors: {} },
            trace,
          ),
        ).issues.doTransition({ issueIdOrKey: "TEST-1", transition: { id: "5" } }),
    },
    {
      id: "401.text",
      provoked: "issues.getIssue, answered 401 with a text",
      how: "provoked",
      expected: "AUTH",
      because: "the request came without credentials that Jira accepts",
      run: async () =>
        issue(
          await answering(401, "Client must be authenticated to access this resource.", {
            ...trace,
            "x-seraph-loginreason": "AUTHENTICATED_FAILED",
            "www-authenticate": 'OAuth realm="https%3A%2F%2Fexample.atlassian.net"',
          }),
        ),
    },
    {
      id: "400.jql",
      provoked: "issueSearch, answered 400",
      how: "provoked",
      expected: "PERMANENT",
      because: "the query names a field that does not exist",
      run: async () =>
        client(
          await answering(
            400,
            { errorMessages: ["Field 'sprnt' does not exist or you do not have permission to view it."], warningMessages: [] },
            trace,
          ),
        ).issueSearch.searchForIssuesUsingJqlEnhancedSearch({ jql: "sprnt = 1" }),
    },
    {
      id: "503.html",
      provoked: "issues.getIssue, answered 503 with Atlassian's page",
      how: "provoked",
      expected: "SERVER_ERROR",
      because: "the site is not available for now",
      run: async () =>
        issue(
          await answering(
            503,
            "<!doctype html><html><head><title>Atlassian Cloud Notifications - Page Unavailable</title></head></html>",
            { ...trace, "content-type": "text/html" },
          ),
        ),
    },
    {
      id: "host.not-a-url",
      provoked: "a client whose host is no URL",
      how: "provoked",
      expected: "PERMANENT",
      because: "the client was set up with an address that does not parse",
      run: async () => client("example.atlassian.net"),
    },
    {
      id: "client.timeout",
      provoked: "issues.getIssue with timeout: 50, never answered",
      how: "provoked",
      expected: "TRANSIENT",
      timeout: true,
      because: "this client gave up waiting for an answer",
      run: async () => issue(await hanging(), { baseRequestConfig: { timeout: 50 } }),
    },
    {
      id: "connection.refused",
      provoked: "issues.getIssue, nobody listens",
      how: "provoked",
      expected: "TRANSIENT",
      because: "the connection was refused",
      run: async () => issue(await refusing()),
    },
  ],
};
