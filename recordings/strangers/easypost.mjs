import EasyPost from "@easypost/api";
import { refuse, say } from "../built-in-hosts.mjs";

const easypost = new EasyPost("wrong", { timeout: 500 });
const get = () => easypost.Shipment.retrieve("shp_1");
const body = (code, message, errors = []) => ({ error: { code, message, errors } });

export default {
  library: "easypost",
  packages: ["@easypost/api"],
  cases: [
    {
      id: "429",
      provoked: "Shipment.retrieve, answered 429",
      how: "provoked",
      expected: "RATE_LIMIT",
      because: "rate limited",
      run: () => {
        say(
          429,
          body(
            "RATE_LIMITED",
            "You are being rate limited. Please refer to our rate limits: https://support.easypost.com/hc/en-us/articles/360042404932-Rate-Limits",
          ),
        );
        return get();
      },
    },
    {
      id: "402.funds",
      provoked: "Shipment.buy, answered 402",
      how: "provoked",
      expected: "PERMANENT",
      because: "the wallet is empty",
      run: () => {
        say(402, body("INSUFFICIENT_FUNDS", "Insufficient funds to purchase postage. Please add funds to your wallet."));
        return easypost.Shipment.buy("shp_1", "rate_1");
      },
    },
    {
      id: "504.html",
      provoked: "Shipment.retrieve, answered 504 with a page; the SDK fails over the missing error in it",
      how: "provoked",
      expected: "UNKNOWN",
      because: "the SDK's own TypeError hides what happened",
      run: () => {
        say(504, "<html><head><title>504 Gateway Time-out</title></head></html>");
        return get();
      },
    },
    {
      id: "refused",
      provoked: "Shipment.retrieve where nobody listens",
      how: "provoked",
      expected: "TRANSIENT",
      because: "connection refused",
      run: () => {
        refuse();
        return get();
      },
    },
  ],
};
