import { Client } from "@hubspot/api-client";
import { answering, cutting } from "../servers.mjs";

const client = (basePath) => new Client({ accessToken: "not-a-token", basePath, numberOfApiCallRetries: 0 });
const create = (url) => client(url).crm.contacts.basicApi.create({ properties: { email: "a@example.com" }, associations: [] });
const answered = (status, category, message, more = {}, headers = {}) =>
  answering(
    status,
    { status: "error", message, correlationId: "6828d000-3d2f-4701-8d90-b21e53b0d005", category, ...more },
    {
      "content-type": "application/json;charset=utf-8",
      "x-hubspot-correlation-id": "6828d000-3d2f-4701-8d90-b21e53b0d005",
      "cf-ray": "8a1",
      ...headers,
    },
  );

export default {
  library: "hubspot",
  packages: ["@hubspot/api-client"],
  cases: [
    {
      id: "429.ten-secondly",
      provoked: "contacts.create, answered 429 TEN_SECONDLY_ROLLING",
      how: "provoked",
      expected: "RATE_LIMIT",
      because: "too many requests in ten seconds; no delay is given, only the length of the window",
      run: async () =>
        create(
          await answering(
            429,
            {
              status: "error",
              message: "You have reached your ten_secondly_rolling limit.",
              errorType: "RATE_LIMIT",
              correlationId: "6828d000-3d2f-4701-8d90-b21e53b0d005",
              policyName: "TEN_SECONDLY_ROLLING",
              groupName: "publicapi:private-apps-api-calls:in-app:1",
            },
            {
              "x-hubspot-ratelimit-max": "190",
              "x-hubspot-ratelimit-remaining": "0",
              "x-hubspot-ratelimit-interval-milliseconds": "10000",
            },
          ),
        ),
    },
    {
      id: "477.migration",
      provoked: "contacts.create, answered 477 with Retry-After while the account is moved between data centers",
      how: "provoked",
      expected: "TRANSIENT",
      retryAfterMs: 120_000,
      because: "the account is being migrated, and when to come back",
      run: async () =>
        create(
          await answered(477, "MIGRATION_IN_PROGRESS", "This account is currently being migrated.", {}, { "retry-after": "120" }),
        ),
    },
    {
      id: "423.locked",
      provoked: "contacts.create, answered 423",
      how: "provoked",
      expected: "CONCURRENCY",
      because: "other requests hold the lock of the record",
      run: async () => create(await answered(423, "LOCKED", "The resource is currently locked. Please try again later.")),
    },
    {
      id: "409.already-exists",
      provoked: "contacts.create, answered 409 CONFLICT",
      how: "provoked",
      expected: "PERMANENT",
      because: "the contact is there already, and will be the next time",
      run: async () => create(await answered(409, "CONFLICT", "Contact already exists. Existing ID: 151")),
    },
    {
      id: "401.expired",
      provoked: "contacts.create, answered 401 EXPIRED_AUTHENTICATION",
      how: "provoked",
      expected: "AUTH",
      because: "the token has expired",
      run: async () =>
        create(
          await answered(401, "EXPIRED_AUTHENTICATION", "The OAuth token used to make this call expired 5 hour(s) ago.", {
            context: { "expire time": ["2025-05-27T07:02:00.000Z"] },
          }),
        ),
    },
    {
      id: "403.missing-scopes",
      provoked: "contacts.create, answered 403 MISSING_SCOPES",
      how: "provoked",
      expected: "PERMISSION",
      because: "the token is known but lacks a scope",
      run: async () =>
        create(
          await answered(
            403,
            "MISSING_SCOPES",
            "This app hasn't been granted all required scopes to make this call. Read more about required scopes here: https://developers.hubspot.com/scopes.",
            {
              errors: [
                {
                  message: "One or more of the following scopes are required.",
                  context: { requiredGranularScopes: ["crm.objects.contacts.write"] },
                },
              ],
              links: { scopes: "https://developers.hubspot.com/scopes" },
            },
          ),
        ),
    },
    {
      id: "502.html",
      provoked: "contacts.create, answered 502 with a page of the proxy",
      how: "provoked",
      expected: "SERVER_ERROR",
      because: "the service did not answer behind its gateway",
      run: async () =>
        create(
          await answering(
            502,
            "<html><head><title>502 Bad Gateway</title></head><body><center>cloudflare</center></body></html>",
            { "content-type": "text/html" },
          ),
        ),
    },
    {
      id: "connection.cut",
      provoked: "contacts.create, the connection is cut before an answer",
      how: "provoked",
      expected: "TRANSIENT",
      because: "the connection broke on the way",
      run: async () => create(await cutting()),
    },
  ],
};
