import { TwitterApi } from "twitter-api-v2";
import { cut, say } from "../built-in-hosts.mjs";

const twitter = new TwitterApi("wrong");

export default {
  library: "twitter-api-v2",
  packages: ["twitter-api-v2"],
  cases: [
    {
      id: "429",
      provoked: "v2.me, answered 429 with x-rate-limit-reset in the past of today",
      how: "provoked",
      expected: "RATE_LIMIT",
      because: "rate limited; its only delay is a moment in seconds since 1970, long over when this is read",
      run: () => {
        say(
          429,
          { title: "Too Many Requests", detail: "Too Many Requests", type: "about:blank", status: 429 },
          { "x-rate-limit-limit": "75", "x-rate-limit-remaining": "0", "x-rate-limit-reset": "1732800000" },
        );
        return twitter.v2.me();
      },
    },
    {
      id: "403.duplicate",
      provoked: "v2.tweet, answered 403: duplicate content",
      how: "provoked",
      expected: "PERMANENT",
      because: "the same tweet again is refused again, whoever asks",
      run: () => {
        say(403, {
          detail: "You are not allowed to create a Tweet with duplicate content.",
          type: "about:blank",
          title: "Forbidden",
          status: 403,
        });
        return twitter.v2.tweet("a");
      },
    },
    {
      id: "401",
      provoked: "v2.me, answered 401",
      how: "provoked",
      expected: "AUTH",
      because: "unauthorized",
      run: () => {
        say(401, { title: "Unauthorized", type: "about:blank", status: 401, detail: "Unauthorized" });
        return twitter.v2.me();
      },
    },
    {
      id: "cut",
      provoked: "v2.me, the connection cut",
      how: "provoked",
      expected: "TRANSIENT",
      because: "connection reset",
      run: () => {
        cut();
        return twitter.v2.me();
      },
    },
    {
      id: "503",
      provoked: "v1.verifyCredentials, answered 503 with code 130",
      how: "provoked",
      expected: "SERVER_ERROR",
      because: "over capacity",
      run: () => {
        say(503, { errors: [{ message: "Over capacity", code: 130 }] });
        return twitter.v1.verifyCredentials();
      },
    },
  ],
};
