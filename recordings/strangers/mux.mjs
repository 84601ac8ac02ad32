import Mux from "@mux/mux-node";
import { hang, say } from "../built-in-hosts.mjs";

const mux = new Mux({ tokenId: "a", tokenSecret: "b", maxRetries: 0, timeout: 800 });
const get = () => mux.video.assets.retrieve("a1");

export default {
  library: "mux",
  packages: ["@mux/mux-node"],
  cases: [
    {
      id: "429",
      provoked: "assets.retrieve, answered 429 with retry-after: 5",
      how: "provoked",
      expected: "RATE_LIMIT",
      retryAfterMs: 5000,
      because: "too many requests",
      run: () => {
        say(429, { error: { type: "rate_limit", messages: ["Too many requests"] } }, { "retry-after": "5" });
        return get();
      },
    },
    {
      id: "timeout",
      provoked: "assets.retrieve, never answered, timeout 800",
      how: "provoked",
      expected: "TRANSIENT",
      timeout: true,
      because: "the client gave up waiting",
      run: () => {
        hang();
        return get();
      },
    },
    {
      id: "401",
      provoked: "assets.retrieve, answered 401",
      how: "provoked",
      expected: "AUTH",
      because: "the token is wrong",
      run: () => {
        say(401, { error: { type: "unauthorized", messages: ["Unauthorized request"] } });
        return get();
      },
    },
  ],
};
