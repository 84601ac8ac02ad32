/*
 * Shopify (`@shopify/shopify-api`): the names of the classes, for the errors are all named Error. What has an answer keeps it in `response`, with the
 * status as its `code`, and is told by the general rules; so is a query, by the code of the first error in its body.
 */
import { kindOfWord, passingIn } from "../common/index.ts";
import { GRAPHQL_CODES } from "../rpc/graphql.ts";
import { asText, type Codes, kindOfCode, type Library, type Link, type Verdict } from "../shared/index.ts";

/* Source: shopify-api-js packages/apps/shopify-api/lib/error.ts. */
export const SHOPIFY_CLASSES: Codes = {
  AUTH: ["InvalidHmacError", "InvalidJwtError", "MissingJwtTokenError", "InvalidOAuthError", "InvalidSession", "CookieNotFound"],
  PERMISSION: ["BotActivityDetected"],
  PERMANENT: [
    "BillingError",
    "FeatureDeprecatedError",
    "InvalidDeliveryMethodError",
    "InvalidHostError",
    "InvalidRequestError",
    "InvalidShopError",
    "InvalidWebhookError",
    "MissingRequiredArgument",
    "MissingWebhookCallbackError",
    "PrivateAppError",
    "RestResourceError",
    "SafeCompareError",
    "UnsupportedClientType",
  ],
};

/* There was no answer, and the message ends with why. */
const NO_ANSWER = "Http request error, no response available: ";

/* Of an AbortSignal. */
const TIMED_OUT = /due to timeout/;

function shopifyRule(link: Link): Verdict {
  const { message } = link;
  if (message.startsWith(NO_ANSWER)) return TIMED_OUT.test(message) ? "TIMEOUT" : (passingIn(message) ?? "TRANSIENT");
  const code = codeOfQuery(link);
  if (code !== "") return kindOfCode(GRAPHQL_CODES, code) ?? kindOfWord(code);
  return link.name === "Error" ? kindOfCode(SHOPIFY_CLASSES, link.text("constructor", "name")) : undefined;
}

/** Of the first error in the body of a GraphqlQueryError. */
function codeOfQuery({ reader, error }: Link): string {
  const errors = reader.read(reader.read(reader.read(error, "body"), "errors"), "graphQLErrors");
  return asText(reader.read(reader.read(reader.read(errors, 0), "extensions"), "code"));
}

export const shopify: Library = {
  name: "shopify",
  // The name of a class cannot be looked up, so its errors are asked about where nothing else is known of them.
  looks: {},
  meaning: { fallbacks: [shopifyRule] },
};
