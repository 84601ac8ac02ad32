/* Messengers, payments, shops and other services, by what their sources and pages list: the codes that no recording has. */
import { universalClassifier } from "redress/extras";
import { describe, expect, test } from "vitest";
import { BAILEYS_WORDS } from "../../src/extras/services/baileys.ts";
import { CONTENTFUL_NAMES } from "../../src/extras/services/contentful.ts";
import { DISCORD_GATEWAY_WORDS, DISCORD_NUMBERS, DISCORDJS_CODES } from "../../src/extras/services/discord.ts";
import { GITHUB_TYPES } from "../../src/extras/services/octokit.ts";
import { SALESFORCE_CODES, SALESFORCE_QUOTING, SALESFORCE_WORDS } from "../../src/extras/services/salesforce.ts";
import { SHOPIFY_CLASSES } from "../../src/extras/services/shopify.ts";
import { SLACK_CLIENT_CODES, SLACK_WORDS } from "../../src/extras/services/slack.ts";
import { STRIPE_CODES, STRIPE_TYPES } from "../../src/extras/services/stripe.ts";
import { TELEGRAM_CLIENT_CODES } from "../../src/extras/services/telegram.ts";
import { TWILIO_NUMBERS } from "../../src/extras/services/twilio.ts";
import type { Codes } from "../../src/extras/shared/index.ts";

const failed = (message: string, fields: object = {}, cause?: unknown): Error =>
  Object.assign(new Error(message, { cause }), fields);

/** What a table calls a kind: the class, or the word for a timeout. */
function kindOf(error: unknown): string {
  const answer = universalClassifier(error);
  if (typeof answer === "string") return answer;
  if (answer.timeout !== true) return answer.errorClass;
  return answer.errorClass === "SERVER_ERROR" ? "GATEWAY_TIMEOUT" : "TIMEOUT";
}

const ofSlack = (error: string): Error =>
  failed(`An API error occurred: ${error}`, { code: "slack_webapi_platform_error", data: { ok: false, error } });

const ofSlacksWebhook = (statusCode: number, body: string): Error =>
  failed(`An HTTP protocol error occurred: statusCode = ${statusCode}`, { code: "slack_webhook_http_error", statusCode, body });

const ofStripe = (statusCode: number, code: unknown, rawType = "invalid_request_error", headers = {}): Error =>
  failed("x", { type: "StripeInvalidRequestError", raw: { code }, rawType, headers, statusCode, code });

const ofTwilio = (status: number, code: unknown): Error =>
  failed("x", { status, code, moreInfo: `https://www.twilio.com/docs/errors/${code}` });

const ofGitHub = (status: number, message: string, headers = {}): Error =>
  failed(message, { name: "HttpError", status, request: {}, response: { status, headers, data: { message } } });

const ofGitHubsGraphql = (first: object): Error =>
  failed("Request failed due to following response errors:\n - x", {
    name: "GraphqlResponseError",
    request: {},
    headers: {},
    errors: [first],
    response: { errors: [first] },
  });

const ofTelegram = (error_code: number, description: string, parameters = {}): Error =>
  failed(`Call to 'x' failed! (${error_code}: ${description})`, { name: "GrammyError", error_code, description, parameters });

const ofDiscord = (status: number, code: unknown): Error =>
  failed("x", { name: `DiscordAPIError[${code}]`, rawError: { code }, code, status });

const ofDiscordJs = (code: unknown, message = "x"): Error => failed(message, { name: `DiscordjsError [${code}]`, code });

const ofBaileys = (message: string, statusCode = 500, data?: unknown): Error =>
  failed(message, { isBoom: true, data, output: { statusCode, payload: { statusCode }, headers: {} } });

const ofSalesforce = (errorCode: unknown, message = "x", data: unknown = { errorCode, message }): Error =>
  failed(message, { name: errorCode, errorCode, data });

const ofShopify = (name: string, message = "x", fields = {}): Error => {
  const Named = { [name]: class extends Error {} }[name] as new (message: string) => Error;
  return Object.assign(new Named(message), fields);
};

const ofShopifysGraphql = (code: string): Error =>
  ofShopify("GraphqlQueryError", "x", {
    response: { status: 200 },
    body: { errors: { graphQLErrors: [{ extensions: { code } }] } },
  });

/** Each table, and what its library throws with one of its codes. */
const TABLES: readonly (readonly [library: string, table: Codes, make: (code: string | number) => unknown])[] = [
  ["Slack", SLACK_WORDS, (word) => ofSlack(`${word}`)],
  ["Slack's webhooks", SLACK_WORDS, (word) => ofSlacksWebhook(400, `${word}`)],
  ["Slack's client", SLACK_CLIENT_CODES, (code) => failed("x", { code })],
  ["Stripe", STRIPE_CODES, (code) => ofStripe(400, code)],
  ["Stripe, without a code", STRIPE_TYPES, (type) => ofStripe(400, undefined, `${type}`)],
  ["Twilio", TWILIO_NUMBERS, (code) => ofTwilio(400, code)],
  ["GitHub's GraphQL", GITHUB_TYPES, (type) => ofGitHubsGraphql({ type, message: "x" })],
  ["node-telegram-bot-api", TELEGRAM_CLIENT_CODES, (code) => failed("x", { name: "NetworkError", code })],
  ["Discord", DISCORD_NUMBERS, (code) => ofDiscord(400, code)],
  ["discord.js", DISCORDJS_CODES, (code) => ofDiscordJs(code)],
  ["Discord's gateway", DISCORD_GATEWAY_WORDS, (words) => failed(`${words}`)],
  ["WhatsApp", BAILEYS_WORDS, (words) => ofBaileys(`${words}`)],
  ["Salesforce", SALESFORCE_CODES, (code) => ofSalesforce(code)],
  ["jsforce", SALESFORCE_WORDS, (words) => failed(`${words}`)],
  ["Shopify", SHOPIFY_CLASSES, (name) => ofShopify(`${name}`)],
  ["Contentful", CONTENTFUL_NAMES, (name) => failed('{"status": 502}', { name })],
];

const ROWS = TABLES.flatMap(([library, table, make]) =>
  Object.entries(table).flatMap(([kind, codes]) => codes.map((code) => [library, code, kind, make] as const)),
);

test.each(ROWS)("%s: %s is %s", (_library, code, kind, make) => {
  expect(kindOf(make(code))).toBe(kind);
});

const told = (cases: readonly (readonly [what: string, kind: string, error: unknown])[]): void => {
  test.each(cases)("%s is %s", (_what, kind, error) => {
    expect(kindOf(error)).toBe(kind);
  });
};

describe("of Slack", () => {
  told([
    ["a word that blames the request", "PERMANENT", ofSlack("channel_not_found")],
    ["a limit of sizes", "PERMANENT", ofSlack("attachment_payload_limit_exceeded")],
    ["a word that only reports a failure", "UNKNOWN", ofSlack("failed_to_set_name")],
    ["a webhook's body that is no word of the table, by its status", "PERMANENT", ofSlacksWebhook(404, "no_service")],
    ["a 429 without a delay", "RATE_LIMIT", failed("Retry header did not contain a valid timeout (url: x)")],
  ]);
});

describe("of Stripe", () => {
  const lost = (code: string): Error =>
    failed("An error occurred with our connection to Stripe.", {
      type: "StripeConnectionError",
      raw: {},
      detail: failed("x", { code }),
    });
  told([
    ["a lock that another request holds, though with 429", "CONCURRENCY", ofStripe(429, "lock_timeout")],
    ["a limit of amounts", "PERMANENT", ofStripe(400, "payouts_limit_exceeded")],
    ["a card's owner who has to authenticate", "PERMANENT", ofStripe(402, "authentication_required")],
    ["a declined card", "PERMANENT", ofStripe(402, "card_declined")],
    ["a failed dependency of Stripe's", "SERVER_ERROR", ofStripe(424, undefined, "api_error")],
    ["a webhook that is not signed", "AUTH", failed("x", { type: "StripeSignatureVerificationError", raw: {} })],
    ["a timeout of the client", "TIMEOUT", lost("ETIMEDOUT")],
    ["a certificate", "PERMANENT", lost("DEPTH_ZERO_SELF_SIGNED_CERT")],
    [
      "an answer that is no JSON",
      "UNKNOWN",
      failed("Invalid JSON received from the Stripe API", { type: "StripeAPIError", raw: {} }),
    ],
  ]);

  test("an error with stripe-should-retry: false keeps its class and is not retried", () => {
    const error = ofStripe(500, undefined, "api_error", { "stripe-should-retry": "false" });
    expect(universalClassifier(error)).toEqual({ errorClass: "SERVER_ERROR", retry: false });
  });
});

describe("of Twilio and SendGrid", () => {
  const ofSendGrid = (code: number, message: string): Error =>
    failed("Unauthorized", { code, response: { headers: {}, body: { errors: [{ message }] } } });
  told([
    ["a number that is in no table, by its status", "PERMANENT", ofTwilio(400, 21211)],
    [
      "an error in the form of RFC 9457",
      "RATE_LIMIT",
      failed("x", { type: "https://www.twilio.com/docs/x", title: "x", status: 400, code: 30022 }),
    ],
    ["a plan whose mails are used up", "PERMANENT", ofSendGrid(401, "Maximum credits exceeded")],
    ["a key that is not valid", "AUTH", ofSendGrid(401, "The provided authorization grant is invalid, expired, or revoked")],
  ]);
});

test("SendGrid's limit says when it resets", () => {
  const headers = { "x-ratelimit-remaining": "0", "x-ratelimit-reset": "30" };
  const error = failed("Too Many Requests", {
    code: 429,
    response: { headers, body: { errors: [{ message: "too many requests" }] } },
  });
  expect(universalClassifier(error)).toEqual({ errorClass: "RATE_LIMIT", retryAfterMs: 30_000 });
});

describe("of GitHub and GitLab", () => {
  const noAnswer = (cause: unknown): Error => failed("x", { name: "HttpError", status: 500, request: {} }, cause);
  const ofGitLab = (status: number, description: string): Error =>
    failed(description, { name: "GitbeakerRequestError" }, { description, response: new Response("", { status }) });
  told([
    ["a secondary limit without headers", "RATE_LIMIT", ofGitHub(403, "You have exceeded a secondary rate limit. Please wait.")],
    ["a 403 of a right", "PERMISSION", ofGitHub(403, "Resource not accessible by integration")],
    ["a merge whose base has moved", "CONCURRENCY", ofGitHub(405, "Base branch was modified. Review and try the merge again.")],
    ["a repository without a commit", "PERMANENT", ofGitHub(409, "Git Repository is empty.")],
    ["a failure of the server's", "SERVER_ERROR", ofGitHub(500, "Server Error")],
    [
      "a refused connection, with status 500",
      "TRANSIENT",
      noAnswer(failed("fetch failed", {}, failed("x", { code: "ECONNREFUSED" }))),
    ],
    [
      "a certificate, with status 500",
      "PERMANENT",
      noAnswer(failed("fetch failed", {}, failed("x", { code: "CERT_HAS_EXPIRED" }))),
    ],
    ["a signal's timeout, with status 500", "TIMEOUT", noAnswer(failed("x", { name: "TimeoutError" }))],
    [
      "a query that does not fit the schema",
      "PERMANENT",
      ofGitHubsGraphql({ message: "x", extensions: { code: "undefinedField" } }),
    ],
    [
      "a query that went wrong",
      "SERVER_ERROR",
      ofGitHubsGraphql({ message: "Something went wrong while executing your query on 1" }),
    ],
    ["a branch of GitLab that exists", "PERMANENT", ofGitLab(409, "Branch already exists")],
    ["a commit of GitLab that has moved", "CONCURRENCY", ofGitLab(409, "SHA does not match HEAD of source branch: a1b2")],
  ]);

  test("the delay of an answer counts that only the wrapped error has", () => {
    const cause = failed("x", { response: { status: 429, headers: { "retry-after": "7" } } });
    const error = failed("x", { name: "HttpException", status: 429, response: { status: 429 } }, cause);
    expect(universalClassifier(error)).toEqual({ errorClass: "RATE_LIMIT", retryAfterMs: 7_000 });
  });
});

describe("of Telegram", () => {
  const notSent = (error: unknown): Error => failed("Network request for 'getMe' failed!", { name: "HttpError", error });
  told([
    [
      "a right that is missing, with 400",
      "PERMISSION",
      ofTelegram(400, "Bad Request: not enough rights to send text messages to the chat"),
    ],
    ["a chat that is not there", "PERMANENT", ofTelegram(400, "Bad Request: chat not found")],
    ["another instance of the bot", "CONCURRENCY", ofTelegram(409, "Conflict: terminated by other getUpdates request")],
    [
      "polling while a webhook is set",
      "PERMANENT",
      ofTelegram(409, "Conflict: can't use getUpdates method while webhook is active"),
    ],
    ["a message that is too large", "PERMANENT", ofTelegram(413, "Request Entity Too Large")],
    ["a request that timed out", "TIMEOUT", notSent(failed("Request to 'getMe' timed out after 500 seconds"))],
    ["an answer that is no JSON", "TRANSIENT", notSent(failed("invalid json response body", { type: "invalid-json" }))],
    ["a certificate behind EFETCH", "PERMANENT", failed("x", { code: "EFETCH" }, failed("x", { code: "CERT_HAS_EXPIRED" }))],
    [
      "the body of node-telegram-bot-api 0",
      "PERMISSION",
      failed("x", { code: "ETELEGRAM", response: { body: { error_code: 403 } } }),
    ],
    ["telegraf's response", "AUTH", failed("x", { on: {}, response: { error_code: 401, description: "Unauthorized" } })],
  ]);

  test("the delay is in seconds", () => {
    expect(universalClassifier(ofTelegram(429, "Too Many Requests: retry after 5", { retry_after: 5 }))).toEqual({
      errorClass: "RATE_LIMIT",
      retryAfterMs: 5_000,
    });
  });
});

describe("of Discord", () => {
  const ended = (reason: string): Error =>
    ofDiscordJs("InteractionCollectorError", `Collector received no interactions before ending with reason: ${reason}`);
  told([
    ["a number that is in no table, by its status", "PERMISSION", ofDiscord(403, 50013)],
    ["a word about arguments", "PERMANENT", ofDiscordJs("InvalidType")],
    ["a collector whose time is up", "TIMEOUT", ended("time")],
    ["a collector whose message was deleted", "PERMANENT", ended("messageDelete")],
  ]);

  test("the delay of a RateLimitError is in milliseconds", () => {
    const limit = { name: "RateLimitError[/channels/:id]", timeToReset: 500, retryAfter: 450 };
    expect(universalClassifier(failed("", limit))).toEqual({ errorClass: "RATE_LIMIT", retryAfterMs: 450 });
    expect(universalClassifier(failed("", { ...limit, retryAfter: Infinity }))).toBe("RATE_LIMIT");
  });
});

test("a gateway of Discord without sessions says when there are new ones", () => {
  const words = "Not enough sessions remaining to spawn 4 shards; only 1 remaining; resets at";
  expect(universalClassifier(failed(`${words} 2020-01-01T00:00:00.000Z`))).toEqual({ errorClass: "RATE_LIMIT", retryAfterMs: 0 });
  expect(universalClassifier(failed(`${words} some time`))).toBe("RATE_LIMIT");
});

describe("of WhatsApp", () => {
  told([
    ["the status of an answer, beside hapi's 500", "RATE_LIMIT", ofBaileys("rate-overlimit", 500, 429)],
    ["a query that this session may not make", "PERMISSION", ofBaileys("not-authorized", 500, 401)],
    ["a session that was logged out", "AUTH", ofBaileys("Stream Errored (conflict)", 401, {})],
    ["a session that was opened elsewhere", "CONCURRENCY", ofBaileys("Stream Errored (conflict)", 440, {})],
    ["a server that asks to connect again", "TRANSIENT", ofBaileys("Stream Errored (restart required)", 515, {})],
    ["a closed connection", "TRANSIENT", ofBaileys("Connection Closed", 428)],
    ["a wait that was given up", "TIMEOUT", ofBaileys("Timed Out", 408)],
    ["a socket that says why", "RATE_LIMIT", ofBaileys("WebSocket Error (Unexpected server response: 429)", 429)],
    ["a socket that does not", "TRANSIENT", ofBaileys("WebSocket Error (undefined)", 500)],
  ]);

  test("another Boom keeps its status", () => {
    expect(universalClassifier(ofBaileys("no such user", 404))).toBe("PERMANENT");
    expect(universalClassifier(ofBaileys("An internal server error occurred", 500))).toBe("SERVER_ERROR");
  });
});

describe("of Salesforce", () => {
  told([
    ["a word that blames the request", "PERMANENT", ofSalesforce("MALFORMED_QUERY")],
    ["a limit of sizes", "PERMANENT", ofSalesforce("STORAGE_LIMIT_EXCEEDED")],
    ["a word of SOAP", "AUTH", ofSalesforce("sf:INVALID_SESSION_ID")],
    ["a body that was no JSON, by its status", "SERVER_ERROR", ofSalesforce("ERROR_HTTP_503")],
    ["a token endpoint's, which has a name only", "SERVER_ERROR", failed("<html>", { name: "ERROR_HTTP_503" })],
    ["a token endpoint's word", "AUTH", failed("x", { name: "invalid_client_id" })],
    ["the first of several", "CONCURRENCY", ofSalesforce("MULTIPLE_API_ERRORS", "x", [{ errorCode: "UNABLE_TO_LOCK_ROW" }])],
    ["a refused refresh", "AUTH", failed("Unable to refresh session due to: expired access/refresh token")],
    ["a refresh that did not arrive", "TRANSIENT", failed("Unable to refresh session due to: connect ECONNREFUSED 127.0.0.1:1")],
    ["a word that it has not in capitals", "UNKNOWN", ofSalesforce("soapenv:Client")],
  ]);

  test.each(SALESFORCE_QUOTING)("%s counts as what it quotes, where that passes", (code) => {
    expect(universalClassifier(ofSalesforce(code, "AfterUpdate caused by: UNABLE_TO_LOCK_ROW, unable to obtain"))).toBe(
      "CONCURRENCY",
    );
    expect(universalClassifier(ofSalesforce(code, "AfterUpdate caused by: FIELD_CUSTOM_VALIDATION_EXCEPTION"))).toBe("PERMANENT");
  });

  test("an `errorCode` of another library is left alone", () => {
    expect(universalClassifier(failed("x", { errorCode: "MALFORMED_SOMETHING" }))).toBe("UNKNOWN");
  });
});

describe("of Shopify", () => {
  told([
    ["a query that was throttled", "RATE_LIMIT", ofShopifysGraphql("THROTTLED")],
    ["a query that costs too much", "PERMANENT", ofShopifysGraphql("MAX_COST_EXCEEDED")],
    ["a query that does not fit the schema", "PERMANENT", ofShopifysGraphql("undefinedField")],
    ["a locked shop", "CONCURRENCY", ofShopify("HttpResponseError", "x", { response: { code: 423, headers: {} } })],
    [
      "a request without an answer",
      "TRANSIENT",
      ofShopify("HttpRequestError", "Http request error, no response available: fetch failed"),
    ],
    [
      "a request whose signal timed out",
      "TIMEOUT",
      ofShopify("HttpRequestError", "Http request error, no response available: The operation was aborted due to timeout"),
    ],
    [
      "tries that were used up",
      "UNKNOWN",
      ofShopify("HttpMaxRetriesError", "Attempted the maximum number of retries for HTTP request."),
    ],
  ]);
});

describe("of Airtable, HubSpot, Notion and Contentful", () => {
  const ofAirtable = (error: string, message: string, statusCode: number | null): object => ({ error, message, statusCode });
  const ofHubSpot = (code: number, body: object): Error => failed(`HTTP-Code: ${code}`, { code, body, headers: {} });
  told([
    ["Airtable's own timeout", "TIMEOUT", ofAirtable("CONNECTION_ERROR", "The user aborted a request.", null)],
    [
      "a certificate on the way to Airtable",
      "PERMANENT",
      ofAirtable("CONNECTION_ERROR", "reason: self-signed certificate", null),
    ],
    ["a lost connection to Airtable", "TRANSIENT", ofAirtable("CONNECTION_ERROR", "x", null)],
    [
      "Airtable's answer that is no JSON",
      "TRANSIENT",
      ofAirtable("UNEXPECTED_ERROR", "The response from Airtable was invalid JSON. Please", 200),
    ],
    ["a HubSpot account that is being moved", "TRANSIENT", ofHubSpot(477, {})],
    ["a refresh token that HubSpot does not take", "AUTH", ofHubSpot(400, { status: "BAD_REFRESH_TOKEN" })],
    ["an id that Notion's client does not take", "PERMANENT", failed("x", { code: "notionhq_client_invalid_path_parameter" })],
    ["a version of Contentful's that has moved", "CONCURRENCY", failed('{"status": 409}', { name: "VersionMismatch" })],
  ]);
});
