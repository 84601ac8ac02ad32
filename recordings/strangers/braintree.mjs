import braintree from "braintree";
import { hang, say } from "../built-in-hosts.mjs";

const gateway = new braintree.BraintreeGateway({
  environment: braintree.Environment.Sandbox,
  merchantId: "m",
  publicKey: "p",
  privateKey: "wrong",
});
gateway.config.timeout = 1000;
const sale = () => gateway.transaction.sale({ amount: "10.00", paymentMethodNonce: "fake-valid-nonce" });
const after = (status) => () => {
  say(status, "", { "content-type": "application/xml; charset=utf-8" });
  return sale();
};

export default {
  library: "braintree",
  packages: ["braintree"],
  cases: [
    {
      id: "429",
      provoked: "transaction.sale, answered 429",
      how: "provoked",
      expected: "RATE_LIMIT",
      because: "too many requests",
      run: after(429),
    },
    {
      id: "403",
      provoked: "transaction.sale, answered 403",
      how: "provoked",
      expected: "PERMISSION",
      because: "the key may not do this",
      run: after(403),
    },
    {
      id: "504",
      provoked: "transaction.sale, answered 504",
      how: "provoked",
      expected: "SERVER_ERROR",
      timeout: true,
      because: "the gateway gave up waiting",
      run: after(504),
    },
    {
      id: "timeout",
      provoked: "transaction.sale, never answered, a timeout of a second",
      how: "provoked",
      expected: "TRANSIENT",
      timeout: true,
      because: "the client gave up waiting",
      run: () => {
        hang();
        return sale();
      },
    },
    {
      id: "426",
      provoked: "transaction.sale, answered 426",
      how: "provoked",
      expected: "PERMANENT",
      because: "the client library is too old for the service",
      run: after(426),
    },
  ],
};
