import { SquareClient, SquareEnvironment } from "square";
import { hang, say } from "../built-in-hosts.mjs";

const client = new SquareClient({ token: "wrong", environment: SquareEnvironment.Sandbox });
const pay = (options) =>
  client.payments.create({ sourceId: "cnon:card-nonce-ok", idempotencyKey: "k1" }, { maxRetries: 0, ...options });
const errors = (category, code, detail, field) => ({ errors: [{ category, code, detail, field }] });

export default {
  library: "square",
  packages: ["square"],
  cases: [
    {
      id: "429",
      provoked: "payments.create, answered 429",
      how: "provoked",
      expected: "RATE_LIMIT",
      because: "rate limited",
      run: () => {
        say(429, errors("RATE_LIMIT_ERROR", "RATE_LIMITED", "Rate limited."));
        return pay();
      },
    },
    {
      id: "400.version-mismatch",
      provoked: "catalog upsert, answered 400 VERSION_MISMATCH",
      how: "provoked",
      expected: "CONCURRENCY",
      because: "somebody else changed the object since it was read",
      run: () => {
        say(
          400,
          errors(
            "INVALID_REQUEST_ERROR",
            "VERSION_MISMATCH",
            "Object version does not match latest database version.",
            "version",
          ),
        );
        return client.catalog.object.upsert(
          { idempotencyKey: "k", object: { type: "ITEM", id: "I1", version: 1n } },
          { maxRetries: 0 },
        );
      },
    },
    {
      id: "400.card-declined",
      provoked: "payments.create, answered 400 CARD_DECLINED",
      how: "provoked",
      expected: "PERMANENT",
      because: "the card was declined",
      run: () => {
        say(400, {
          ...errors("PAYMENT_METHOD_ERROR", "GENERIC_DECLINE", "Authorization error: 'GENERIC_DECLINE'"),
          payment: { id: "p1", status: "FAILED" },
        });
        return pay();
      },
    },
    {
      id: "timeout",
      provoked: "payments.create, never answered, timeoutInSeconds 1",
      how: "provoked",
      expected: "TRANSIENT",
      timeout: true,
      because: "the client gave up waiting",
      run: () => {
        hang();
        return pay({ timeoutInSeconds: 1 });
      },
    },
  ],
};
