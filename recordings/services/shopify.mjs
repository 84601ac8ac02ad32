import { ApiVersion, LogSeverity, Session, shopifyApi } from "@shopify/shopify-api";
import { answering, cutting } from "../servers.mjs";
import "@shopify/shopify-api/adapters/node";
import { setAbstractFetchFunc } from "@shopify/shopify-api/runtime";
import { SignJWT } from "jose";

const secret = "not-a-secret-but-long-enough-for-hs256";
const shopify = shopifyApi({
  apiKey: "key",
  apiSecretKey: secret,
  scopes: ["read_products"],
  hostName: "localhost",
  apiVersion: Object.values(ApiVersion).at(-2),
  isEmbeddedApp: true,
  logger: { level: LogSeverity.Error, log: () => {} },
});
const session = new Session({
  id: "offline_test-shop.myshopify.com",
  shop: "test-shop.myshopify.com",
  state: "s",
  isOnline: false,
  accessToken: "not-a-token",
});
/** What is for the shop goes to a server of ours. */
function through(url) {
  setAbstractFetchFunc((wanted, init) => fetch(url + new URL(wanted).pathname, init));
  return { rest: new shopify.clients.Rest({ session }), graphql: new shopify.clients.Graphql({ session }) };
}
const id = { "x-request-id": "7ac1b0e2-7a8b-4d5e-8a6e-1f1c8f0e9a10" };
const products = async (url, tries = 1) => through(await url).rest.get({ path: "products", tries });
const query = async (body) => through(await answering(200, body, id)).graphql.request("{ shop { name } }");

export default {
  library: "shopify",
  packages: ["@shopify/shopify-api"],
  cases: [
    {
      id: "429.rest",
      provoked: "rest.get, answered 429 with Retry-After: 2.0",
      how: "provoked",
      expected: "RATE_LIMIT",
      retryAfterMs: 2_000,
      because: "the bucket of this shop is full, and when to come back",
      run: () =>
        products(
          answering(
            429,
            { errors: "Exceeded 2 calls per second for api client. Reduce request rates to resume uninterrupted service." },
            { ...id, "retry-after": "2.0", "x-shopify-shop-api-call-limit": "40/40" },
          ),
        ),
    },
    {
      id: "graphql.throttled",
      provoked: "graphql.request, answered 200 with an error THROTTLED",
      how: "provoked",
      expected: "RATE_LIMIT",
      because: "the query costs more points than are left for now",
      run: () =>
        query({
          errors: [
            {
              message: "Throttled",
              extensions: { code: "THROTTLED", documentation: "https://shopify.dev/api/usage/rate-limits" },
            },
          ],
          extensions: {
            cost: {
              requestedQueryCost: 502,
              actualQueryCost: null,
              throttleStatus: { maximumAvailable: 1000, currentlyAvailable: 402, restoreRate: 50 },
            },
          },
        }),
    },
    {
      id: "graphql.access-denied",
      provoked: "graphql.request, answered 200 with an error ACCESS_DENIED",
      how: "provoked",
      expected: "PERMISSION",
      because: "the app lacks a scope",
      run: () =>
        query({
          data: { shop: null },
          errors: [
            {
              message: "Access denied for customers field. Required access: `read_customers` access scope.",
              locations: [{ line: 1, column: 3 }],
              path: ["customers"],
              extensions: {
                code: "ACCESS_DENIED",
                documentation: "https://shopify.dev/api/usage/access-scopes",
                requiredAccess: "`read_customers` access scope.",
              },
            },
          ],
        }),
    },
    {
      id: "503.rest",
      provoked: "rest.get, answered 503",
      how: "provoked",
      expected: "SERVER_ERROR",
      because: "the service is not available for now",
      run: () => products(answering(503, { errors: "Service Unavailable" }, id)),
    },
    {
      id: "retries-used-up",
      provoked: "rest.get with two tries, answered 429 both times",
      how: "provoked",
      expected: "UNKNOWN",
      because:
        "says only that the tries were used up; they may have met a limit or a failed server, and nothing of the answers is kept",
      run: () =>
        products(
          answering(
            429,
            { errors: "Exceeded 2 calls per second for api client. Reduce request rates to resume uninterrupted service." },
            { ...id, "retry-after": "0.02" },
          ),
          2,
        ),
    },
    {
      id: "401.rest",
      provoked: "rest.get, answered 401",
      how: "provoked",
      expected: "AUTH",
      because: "the access token is wrong, or the app was uninstalled",
      run: () =>
        products(answering(401, { errors: "[API] Invalid API key or access token (unrecognized login or wrong password)" }, id)),
    },
    {
      id: "session-token.expired",
      provoked: "session.decodeSessionToken of a token that has expired",
      how: "provoked",
      expected: "AUTH",
      because: "the token of the page has expired",
      run: async () => {
        const past = Math.floor(Date.now() / 1000) - 3_600;
        const token = await new SignJWT({
          dest: "https://test-shop.myshopify.com",
          iss: "https://test-shop.myshopify.com/admin",
          sub: "1",
          aud: "key",
        })
          .setProtectedHeader({ alg: "HS256" })
          .setIssuedAt(past - 60)
          .setNotBefore(past - 60)
          .setExpirationTime(past)
          .sign(new TextEncoder().encode(secret));
        return shopify.session.decodeSessionToken(token);
      },
    },
    {
      id: "connection.cut",
      provoked: "graphql.request, the connection is cut before an answer",
      how: "provoked",
      expected: "TRANSIENT",
      because: "the connection broke on the way",
      run: async () => through(await cutting()).graphql.request("{ shop { name } }"),
    },
  ],
};
