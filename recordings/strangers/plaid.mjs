import { Configuration, PlaidApi, PlaidEnvironments } from "plaid";
import { say } from "../built-in-hosts.mjs";

const client = new PlaidApi(
  new Configuration({
    basePath: PlaidEnvironments.sandbox,
    baseOptions: { headers: { "PLAID-CLIENT-ID": "x", "PLAID-SECRET": "wrong" } },
  }),
);
const get = () => client.transactionsSync({ access_token: "access-sandbox-1" });
const body = (error_type, error_code, error_message) => ({
  display_message: null,
  documentation_url: `https://plaid.com/docs/?ref=error#${error_type.toLowerCase().replaceAll("_", "-")}-errors`,
  error_code,
  error_message,
  error_type,
  request_id: "HNTDNrA8F1shFEW",
  suggested_action: null,
});

export default {
  library: "plaid",
  packages: ["plaid"],
  cases: [
    {
      id: "400.item-login-required",
      provoked: "transactionsSync, answered 400 ITEM_LOGIN_REQUIRED",
      how: "provoked",
      expected: "AUTH",
      because: "the person must log in at the bank again",
      run: () => {
        say(
          400,
          body(
            "ITEM_ERROR",
            "ITEM_LOGIN_REQUIRED",
            "the login details of this item have changed (credentials, MFA, or required user action) and a user login is required to update this information. use Link's update mode to restore the item to a good state",
          ),
        );
        return get();
      },
    },
    {
      id: "400.institution-down",
      provoked: "transactionsSync, answered 400 INSTITUTION_DOWN",
      how: "provoked",
      expected: "TRANSIENT",
      because: "the bank is not reachable now, whatever the status says",
      run: () => {
        say(
          400,
          body(
            "INSTITUTION_ERROR",
            "INSTITUTION_DOWN",
            "this institution is not currently responding to this request. please try again soon",
          ),
        );
        return get();
      },
    },
    {
      id: "429.transactions-limit",
      provoked: "transactionsSync, answered 429",
      how: "provoked",
      expected: "RATE_LIMIT",
      because: "429",
      run: () => {
        say(
          429,
          body(
            "RATE_LIMIT_EXCEEDED",
            "TRANSACTIONS_SYNC_LIMIT",
            "rate limit exceeded for attempts to access this item. please try again later",
          ),
        );
        return get();
      },
    },
    {
      id: "500.internal",
      provoked: "transactionsSync, answered 500",
      how: "provoked",
      expected: "SERVER_ERROR",
      because: "internal error",
      run: () => {
        say(500, body("API_ERROR", "INTERNAL_SERVER_ERROR", "an unexpected error occurred"));
        return get();
      },
    },
  ],
};
