import { Client, Environment, OrdersController } from "@paypal/paypal-server-sdk";
import { cut, reply, say } from "../built-in-hosts.mjs";

const client = () =>
  new OrdersController(
    new Client({
      clientCredentialsAuthCredentials: { oAuthClientId: "a", oAuthClientSecret: "b" },
      environment: Environment.Sandbox,
      timeout: 3000,
    }),
  );
const capture = () => client().captureOrder({ id: "5O190127TN364715T", prefer: "return=minimal" });
const tokenThen = (status, body, headers = {}) =>
  reply((request, response) => {
    const token = request.url.includes("oauth2/token");
    response.writeHead(token ? 200 : status, { "content-type": "application/json", connection: "close", ...headers });
    response.end(
      JSON.stringify(
        token ? { scope: "s", access_token: "A21", token_type: "Bearer", app_id: "APP-1", expires_in: 32400 } : body,
      ),
    );
  });

export default {
  library: "paypal-server-sdk",
  packages: ["@paypal/paypal-server-sdk"],
  cases: [
    {
      id: "422.instrument-declined",
      provoked: "captureOrder, answered 422 INSTRUMENT_DECLINED",
      how: "provoked",
      expected: "PERMANENT",
      because: "the payer's instrument was declined",
      run: () => {
        tokenThen(422, {
          name: "UNPROCESSABLE_ENTITY",
          details: [
            {
              issue: "INSTRUMENT_DECLINED",
              description:
                "The instrument presented  was either declined by the processor or bank, or it can't be used for this payment.",
            },
          ],
          message: "The requested action could not be performed, semantically incorrect, or failed business validation.",
          debug_id: "f6e7c2d0d5a1b",
          links: [
            {
              href: "https://developer.paypal.com/api/rest/reference/orders/v2/errors/#INSTRUMENT_DECLINED",
              rel: "information_link",
              method: "GET",
            },
          ],
        });
        return capture();
      },
    },
    {
      id: "429",
      provoked: "captureOrder, answered 429",
      how: "provoked",
      expected: "RATE_LIMIT",
      retryAfterMs: 17_000,
      because: "rate limit reached",
      run: () => {
        tokenThen(
          429,
          {
            name: "RATE_LIMIT_REACHED",
            message: "Too many requests. Blocked due to rate limiting.",
            debug_id: "9e8ab4f27f6d1",
            links: [],
          },
          { "retry-after": "17" },
        );
        return capture();
      },
    },
    {
      id: "401.token",
      provoked: "captureOrder, the token request answered 401 invalid_client",
      how: "provoked",
      expected: "AUTH",
      because: "the client's credentials are wrong",
      run: () => {
        say(401, { error: "invalid_client", error_description: "Client Authentication failed" });
        return capture();
      },
    },
    {
      id: "cut",
      provoked: "captureOrder, the connection cut",
      how: "provoked",
      expected: "TRANSIENT",
      because: "connection reset",
      run: () => {
        cut();
        return capture();
      },
    },
  ],
};
