import Wreck from "@hapi/wreck";
import { goneUrl, hang, plainUrl, say } from "../built-in-hosts.mjs";

export default {
  library: "hapi-wreck",
  packages: ["@hapi/wreck"],
  cases: [
    {
      id: "429",
      provoked: "get, answered 429 with Retry-After: 3",
      how: "provoked",
      expected: "RATE_LIMIT",
      retryAfterMs: 3000,
      because: "too many requests",
      run: () => {
        say(429, { message: "slow down" }, { "retry-after": "3" });
        return Wreck.get(plainUrl, { json: true });
      },
    },
    {
      id: "timeout",
      provoked: "get, never answered, timeout 300; a Boom 504",
      how: "provoked",
      expected: "TRANSIENT",
      timeout: true,
      because: "the client gave up waiting, the 504 is its own",
      run: () => {
        hang();
        return Wreck.get(plainUrl, { timeout: 300 });
      },
    },
    {
      id: "refused",
      provoked: "get where nobody listens; a Boom 502 around ECONNREFUSED",
      how: "provoked",
      expected: "TRANSIENT",
      because: "connection refused, the 502 is its own",
      run: () => Wreck.get(goneUrl),
    },
    {
      id: "502",
      provoked: "get, answered 502",
      how: "provoked",
      expected: "SERVER_ERROR",
      because: "bad gateway",
      run: () => {
        say(502, "Bad Gateway");
        return Wreck.get(plainUrl);
      },
    },
  ],
};
