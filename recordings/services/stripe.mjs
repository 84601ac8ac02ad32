import Stripe from "stripe";
import { answering, hanging } from "../servers.mjs";

const client = (url, more = {}) => {
  const { hostname, port } = new URL(url);
  return new Stripe("sk_test_not_a_key", {
    host: hostname,
    port,
    protocol: "http",
    maxNetworkRetries: 0,
    telemetry: false,
    ...more,
  });
};
const pay = (url, more) => client(url, more).paymentIntents.create({ amount: 2000, currency: "usd" });
const answered = (status, error, headers = {}) =>
  answering(status, { error }, { "request-id": "req_o73536", "stripe-version": "2025-03-31.basil", ...headers });

export default {
  library: "stripe",
  packages: ["stripe"],
  cases: [
    {
      id: "429.rate-limit",
      provoked: "paymentIntents.create, answered 429 rate_limit with Retry-After: 5",
      how: "provoked",
      expected: "RATE_LIMIT",
      retryAfterMs: 5_000,
      because: "too many requests for this account, and when to come back",
      run: async () =>
        pay(
          await answered(
            429,
            {
              code: "rate_limit",
              doc_url: "https://stripe.com/docs/error-codes/rate-limit",
              message: "Request rate limit exceeded. Learn more about rate limits here https://stripe.com/docs/rate-limits.",
              type: "invalid_request_error",
            },
            { "stripe-rate-limited-reason": "global-rate", "retry-after": "5" },
          ),
        ),
    },
    {
      id: "429.lock-timeout",
      provoked: "paymentIntents.create, answered 429 lock_timeout",
      how: "provoked",
      expected: "CONCURRENCY",
      because: "another request holds the lock of this object; no limit of calls was reached",
      run: async () =>
        pay(
          await answered(
            429,
            {
              code: "lock_timeout",
              doc_url: "https://stripe.com/docs/error-codes/lock-timeout",
              message:
                "This object cannot be accessed right now because another API request or Stripe process is currently accessing it. If you see this error intermittently, retry the request. If you see this error frequently and are making multiple concurrent requests to a single object, make your requests serially or at a lower rate. For more details, see https://stripe.com/docs/rate-limits#object-lock-timeouts.",
              type: "invalid_request_error",
            },
            { "stripe-should-retry": "true" },
          ),
        ),
    },
    {
      id: "402.card-declined",
      provoked: "paymentIntents.create, answered 402 card_declined for want of funds",
      how: "provoked",
      expected: "PERMANENT",
      because: "the bank declined this card, the same request will be declined again",
      run: async () =>
        pay(
          await answered(402, {
            code: "card_declined",
            decline_code: "insufficient_funds",
            doc_url: "https://stripe.com/docs/error-codes/card-declined",
            message: "Your card has insufficient funds.",
            param: "",
            charge: "ch_1NirD82eZvKYlo2C",
            type: "card_error",
          }),
        ),
    },
    {
      id: "409.idempotency-key-in-use",
      provoked: "paymentIntents.create, answered 409 idempotency_key_in_use",
      how: "provoked",
      expected: "CONCURRENCY",
      because: "the same key is being worked on by a request still under way",
      run: async () =>
        pay(
          await answered(409, {
            code: "idempotency_key_in_use",
            doc_url: "https://stripe.com/docs/error-codes/idempotency-key-in-use",
            message:
              "There is currently another in-progress request using this Idempotent Key (that probably means you submitted twice, and the other request is still going through): order-1. Please try again later.",
            type: "invalid_request_error",
          }),
        ),
    },
    {
      id: "400.idempotency-other-parameters",
      provoked: "paymentIntents.create, answered 400 idempotency_error",
      how: "provoked",
      expected: "PERMANENT",
      because: "the key was used before with other parameters, which no retry changes",
      run: async () =>
        pay(
          await answered(400, {
            message:
              "Keys for idempotent requests can only be used with the same parameters they were first used with. Try using a key other than 'order-1' if you meant to execute a different request.",
            type: "idempotency_error",
          }),
        ),
    },
    {
      id: "401.expired-key",
      provoked: "paymentIntents.create, answered 401 api_key_expired",
      how: "provoked",
      expected: "AUTH",
      because: "the key has expired",
      run: async () =>
        pay(
          await answered(401, {
            code: "api_key_expired",
            doc_url: "https://stripe.com/docs/error-codes/api-key-expired",
            message: "Expired API Key provided: sk_test_****_key",
            type: "invalid_request_error",
          }),
        ),
    },
    {
      id: "client.timeout",
      provoked: "paymentIntents.create with timeout: 50, never answered",
      how: "provoked",
      expected: "TRANSIENT",
      timeout: true,
      because: "this client gave up waiting for an answer",
      run: async () => pay(await hanging(), { timeout: 50 }),
    },
  ],
};
