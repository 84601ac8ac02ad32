import { auth, gmail as makeGmail } from "@googleapis/gmail";
import { hang, say } from "../built-in-hosts.mjs";

const client = new auth.OAuth2("a", "b");
client.setCredentials({ access_token: "wrong", expiry_date: Date.now() + 3_600_000 });
const gmail = makeGmail({ version: "v1", auth: client });
const list = (options) => gmail.users.messages.list({ userId: "me" }, { retry: false, retryConfig: { retry: 0 }, ...options });

export default {
  library: "googleapis-gmail",
  packages: ["@googleapis/gmail"],
  cases: [
    {
      id: "403.rate-limit",
      provoked: "messages.list, answered 403 rateLimitExceeded",
      how: "provoked",
      expected: "RATE_LIMIT",
      because: "a 403 that is the quota of a minute",
      run: () => {
        say(403, {
          error: {
            code: 403,
            message:
              "Quota exceeded for quota metric 'Queries' and limit 'Queries per minute per user' of service 'gmail.googleapis.com' for consumer 'project_number:123456789012'.",
            errors: [
              {
                message:
                  "Quota exceeded for quota metric 'Queries' and limit 'Queries per minute per user' of service 'gmail.googleapis.com' for consumer 'project_number:123456789012'.",
                domain: "usageLimits",
                reason: "rateLimitExceeded",
              },
            ],
            status: "PERMISSION_DENIED",
            details: [
              {
                "@type": "type.googleapis.com/google.rpc.ErrorInfo",
                reason: "RATE_LIMIT_EXCEEDED",
                domain: "googleapis.com",
                metadata: { service: "gmail.googleapis.com", quota_limit: "QueriesPerMinutePerUser" },
              },
            ],
          },
        });
        return list();
      },
    },
    {
      id: "400.invalid-grant",
      provoked: "a refresh of the token, answered 400 invalid_grant",
      how: "provoked",
      expected: "AUTH",
      because: "the refresh token is expired or revoked",
      run: () => {
        say(400, { error: "invalid_grant", error_description: "Token has been expired or revoked." });
        const old = new auth.OAuth2("a", "b");
        old.setCredentials({ refresh_token: "old" });
        return makeGmail({ version: "v1", auth: old }).users.messages.list({ userId: "me" });
      },
    },
    {
      id: "403.scopes",
      provoked: "messages.list, answered 403 insufficientPermissions",
      how: "provoked",
      expected: "PERMISSION",
      because: "the token lacks the scope",
      run: () => {
        say(
          403,
          {
            error: {
              code: 403,
              message: "Request had insufficient authentication scopes.",
              errors: [{ message: "Insufficient Permission", domain: "global", reason: "insufficientPermissions" }],
              status: "PERMISSION_DENIED",
              details: [
                {
                  "@type": "type.googleapis.com/google.rpc.ErrorInfo",
                  reason: "ACCESS_TOKEN_SCOPE_INSUFFICIENT",
                  domain: "googleapis.com",
                  metadata: { service: "gmail.googleapis.com", method: "caribou.api.proto.MailboxService.ListMessages" },
                },
              ],
            },
          },
          { "www-authenticate": 'Bearer realm="https://accounts.google.com/", error="insufficient_scope"' },
        );
        return list();
      },
    },
    {
      id: "timeout",
      provoked: "messages.list, never answered, timeout 400",
      how: "provoked",
      expected: "TRANSIENT",
      timeout: true,
      because: "the client gave up waiting",
      run: () => {
        hang();
        return list({ timeout: 400 });
      },
    },
  ],
};
