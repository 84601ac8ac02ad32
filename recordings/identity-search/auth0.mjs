import { ManagementClient } from "auth0";
import { hang, refuse, say } from "../built-in-hosts.mjs";
import { badGateway } from "../servers.mjs";

const users = (more) => new ManagementClient({ domain: "demo.eu.auth0.com", token: "not-a-token", maxRetries: 0, ...more }).users;
const get = (more, request) => users(more).get("auth0|1", undefined, { maxRetries: 0, ...request });

export default {
  library: "auth0",
  packages: ["auth0"],
  cases: [
    {
      id: "management.429",
      provoked: "users.get, answered 429 too_many_requests with Retry-After: 7",
      how: "provoked",
      expected: "RATE_LIMIT",
      retryAfterMs: 7_000,
      because: "the limit of calls of this tenant was reached",
      run: async () => {
        say(
          429,
          {
            statusCode: 429,
            error: "Too Many Requests",
            message: "Global limit has been reached",
            errorCode: "too_many_requests",
          },
          { "x-ratelimit-limit": "10", "x-ratelimit-remaining": "0", "retry-after": "7" },
        );
        return get();
      },
    },
    {
      id: "management.401.expired",
      provoked: "users.get, answered 401",
      how: "provoked",
      expected: "AUTH",
      because: "the token of the API has expired",
      run: async () => {
        say(401, {
          statusCode: 401,
          error: "Unauthorized",
          message: "Expired token received for JSON Web Token validation",
          attributes: { error: "Expired token received for JSON Web Token validation" },
        });
        return get();
      },
    },
    {
      id: "management.403.scope",
      provoked: "users.create, answered 403 insufficient_scope",
      how: "provoked",
      expected: "PERMISSION",
      because: "the token lacks a scope",
      run: async () => {
        say(403, {
          statusCode: 403,
          error: "Forbidden",
          message: "Insufficient scope, expected any of: create:users",
          errorCode: "insufficient_scope",
        });
        return users().create({ connection: "db", email: "ada@example.org" }, { maxRetries: 0 });
      },
    },
    {
      id: "management.409.user-exists",
      provoked: "users.create, answered 409 auth0_idp_error",
      how: "provoked",
      expected: "PERMANENT",
      because: "the user exists already, and will at the next attempt",
      run: async () => {
        say(409, { statusCode: 409, error: "Conflict", message: "The user already exists.", errorCode: "auth0_idp_error" });
        return users().create({ connection: "db", email: "ada@example.org" }, { maxRetries: 0 });
      },
    },
    {
      id: "management.502.html",
      provoked: "users.get, answered 502 in HTML",
      how: "provoked",
      expected: "SERVER_ERROR",
      because: "a gateway found no server behind it",
      run: async () => {
        say(502, badGateway);
        return get();
      },
    },
    {
      id: "management.timeout",
      provoked: "users.get with a timeout of 0.1 s, never answered",
      how: "provoked",
      expected: "TRANSIENT",
      timeout: true,
      because: "this side gave up waiting",
      run: async () => {
        hang();
        return get({}, { timeoutInSeconds: 0.1 });
      },
    },
    {
      id: "management.refused",
      provoked: "users.get, connection refused",
      how: "provoked",
      expected: "TRANSIENT",
      because: "nobody listens there now",
      run: async () => {
        refuse();
        return get();
      },
    },
  ],
};
