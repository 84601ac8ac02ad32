import { AuthenticationClient, ManagementClient } from "auth0-legacy";
import { hang, refuse, say } from "../built-in-hosts.mjs";

const login = (more) =>
  new AuthenticationClient({ domain: "demo.eu.auth0.com", clientId: "c1", clientSecret: "not-a-secret", ...more });
const password = (more) => login(more).oauth.passwordGrant({ username: "ada@example.org", password: "not-the-password" });

export default {
  library: "auth0-legacy",
  packages: ["auth0-legacy"],
  cases: [
    {
      id: "auth.429.global-limit",
      provoked: "oauth.clientCredentialsGrant, answered 429 access_denied: Global limit has been reached",
      how: "provoked",
      expected: "RATE_LIMIT",
      because: "the limit of calls of this tenant was reached; access_denied is only the envelope",
      run: async () => {
        say(
          429,
          { error: "access_denied", error_description: "Global limit has been reached" },
          { "x-ratelimit-limit": "100", "x-ratelimit-remaining": "0" },
        );
        return login().oauth.clientCredentialsGrant({ audience: "https://shop/" });
      },
    },
    {
      id: "auth.403.invalid-grant",
      provoked: "oauth.passwordGrant, answered 403 invalid_grant",
      how: "provoked",
      expected: "AUTH",
      because: "wrong mail address or password, though the status is 403",
      run: async () => {
        say(403, { error: "invalid_grant", error_description: "Wrong email or password." });
        return password();
      },
    },
    {
      id: "auth.401.access-denied",
      provoked: "oauth.clientCredentialsGrant, answered 401 access_denied",
      how: "provoked",
      expected: "AUTH",
      because: "the secret of the client is wrong",
      run: async () => {
        say(401, { error: "access_denied", error_description: "Unauthorized" });
        return login().oauth.clientCredentialsGrant({ audience: "https://shop/" });
      },
    },
    {
      id: "auth.429.too-many-attempts",
      provoked: "oauth.passwordGrant, answered 429 too_many_attempts",
      how: "provoked",
      expected: "RATE_LIMIT",
      because: "too many failed logins by now",
      run: async () => {
        say(429, {
          error: "too_many_attempts",
          error_description:
            "Your account has been blocked after multiple consecutive login attempts. We've sent you an email with instructions on how to unblock it.",
        });
        return password();
      },
    },
    {
      id: "auth.500.no-json",
      provoked: "oauth.passwordGrant, answered 500 in plain text",
      how: "provoked",
      expected: "SERVER_ERROR",
      because: "the server failed",
      run: async () => {
        say(500, "Internal Server Error");
        return password();
      },
    },
    {
      id: "auth.timeout",
      provoked: "oauth.passwordGrant with timeoutDuration: 50, never answered",
      how: "provoked",
      expected: "TRANSIENT",
      timeout: true,
      because: "this side gave up waiting",
      run: async () => {
        hang();
        return password({ timeoutDuration: 50 });
      },
    },
    {
      id: "auth.refused",
      provoked: "oauth.passwordGrant, connection refused",
      how: "provoked",
      expected: "TRANSIENT",
      because: "a login that fails because of the network",
      run: async () => {
        refuse();
        return password();
      },
    },
    {
      id: "management.404.inexistent-user",
      provoked: "users.get, answered 404 inexistent_user",
      how: "provoked",
      expected: "PERMANENT",
      because: "there is no such user",
      run: async () => {
        say(404, { statusCode: 404, error: "Not Found", message: "The user does not exist.", errorCode: "inexistent_user" });
        return new ManagementClient({ domain: "demo.eu.auth0.com", token: "not-a-token", retry: { enabled: false } }).users.get({
          id: "auth0|1",
        });
      },
    },
  ],
};
