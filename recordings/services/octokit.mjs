import { generateKeyPairSync } from "node:crypto";
import { App, Octokit } from "octokit";
import { answering, httpServer } from "../servers.mjs";

const quiet = { debug() {}, info() {}, warn() {}, error() {} };
const client = (baseUrl, more = {}) =>
  new Octokit({ auth: "not-a-token", baseUrl, log: quiet, retry: { enabled: false }, throttle: { enabled: false }, ...more });
const json = {
  "content-type": "application/json; charset=utf-8",
  "x-github-media-type": "github.v4; format=json",
  "x-github-request-id": "C2E4:1B7F",
};
const limits = {
  ...json,
  "x-ratelimit-limit": "5000",
  "x-ratelimit-remaining": "0",
  "x-ratelimit-used": "5001",
  "x-ratelimit-resource": "graphql",
  "x-ratelimit-reset": "1748348520",
  date: "Tue, 27 May 2025 12:02:00 GMT",
};
const query = async (body, headers = json) => client(await answering(200, body, headers)).graphql("{ viewer { login } }");
const token = generateKeyPairSync("rsa", {
  modulusLength: 2048,
  publicKeyEncoding: { type: "spki", format: "pem" },
  privateKeyEncoding: { type: "pkcs8", format: "pem" },
}).privateKey;

export default {
  library: "octokit",
  packages: ["octokit", "@octokit/request-error"],
  cases: [
    {
      id: "graphql.rate-limited",
      provoked: "graphql, answered 200 with an error of type RATE_LIMITED and a reset that is long past",
      how: "provoked",
      expected: "RATE_LIMIT",
      because: "nothing is left of the hour's points; the instant of the reset depends on when it is read",
      run: () => query({ errors: [{ type: "RATE_LIMITED", message: "API rate limit exceeded for user ID 583231." }] }, limits),
    },
    {
      id: "graphql.forbidden",
      provoked: "graphql, answered 200 with an error of type FORBIDDEN",
      how: "provoked",
      expected: "PERMISSION",
      because: "the token is known but not allowed",
      run: () =>
        query({
          data: { viewer: null },
          errors: [
            {
              type: "FORBIDDEN",
              path: ["viewer"],
              extensions: { saml_failure: true },
              locations: [{ line: 1, column: 3 }],
              message:
                "Resource protected by organization SAML enforcement. You must grant your OAuth token access to this organization.",
            },
          ],
        }),
    },
    {
      id: "graphql.something-went-wrong",
      provoked: "graphql, answered 200 with the error of a query that took the service too long",
      how: "provoked",
      expected: "SERVER_ERROR",
      because: "the service failed to execute the query, and says it may be a timeout of its own",
      run: () =>
        query({
          data: null,
          errors: [
            {
              message:
                "Something went wrong while executing your query. This may be the result of a timeout, or it could be a GitHub bug. Please include `C2E4:1B7F` when reporting this issue.",
            },
          ],
        }),
    },
    {
      id: "502.retried",
      provoked: "rest.issues.get with one retry, answered 502 each time",
      how: "provoked",
      expected: "SERVER_ERROR",
      because: "the service failed twice in a row",
      run: async () => {
        const { url } = await httpServer((_request, response) => {
          response.writeHead(502, { ...json, "content-type": "application/json" });
          response.end(JSON.stringify({ message: "Server Error" }));
        });
        return client(url, { retry: { enabled: true, retries: 1, retryAfterBaseValue: 20 } }).rest.issues.get({
          owner: "o",
          repo: "r",
          issue_number: 1,
        });
      },
    },
    {
      id: "401.bad-credentials",
      provoked: "rest.users.getAuthenticated, answered 401 Bad credentials",
      how: "provoked",
      expected: "AUTH",
      because: "the token is wrong or was revoked",
      run: async () =>
        client(
          await answering(
            401,
            { message: "Bad credentials", documentation_url: "https://docs.github.com/rest", status: "401" },
            json,
          ),
        ).rest.users.getAuthenticated(),
    },
    {
      id: "app.clock-skew",
      provoked: "a GitHub App whose clock goes ahead asks for a token of its installation, answered 401",
      how: "provoked",
      expected: "AUTH",
      because: "the token that the app made of its key is not accepted",
      run: async () => {
        const url = await answering(
          401,
          {
            message: "'Expiration time' claim ('exp') is too far in the future",
            documentation_url: "https://docs.github.com/rest",
            status: "401",
          },
          { ...json, date: new Date().toUTCString() },
        );
        const app = new App({
          appId: 1,
          privateKey: token,
          log: quiet,
          Octokit: Octokit.defaults({ baseUrl: url, retry: { enabled: false }, throttle: { enabled: false } }),
        });
        return (await app.getInstallationOctokit(1)).rest.issues.get({ owner: "o", repo: "r", issue_number: 1 });
      },
    },
  ],
};
