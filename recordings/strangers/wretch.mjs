import wretch from "wretch";
import { hang, say } from "../built-in-hosts.mjs";

const api = wretch("https://api.example.com").options({});

export default {
  library: "wretch",
  packages: ["wretch"],
  cases: [
    {
      id: "429",
      provoked: "get().json(), answered 429 with Retry-After: 7",
      how: "provoked",
      expected: "RATE_LIMIT",
      retryAfterMs: 7000,
      because: "too many requests",
      run: () => {
        say(429, { message: "slow down" }, { "retry-after": "7" });
        return api.get("/a").json();
      },
    },
    {
      id: "503",
      provoked: "get().res(), answered 503",
      how: "provoked",
      expected: "SERVER_ERROR",
      because: "unavailable",
      run: () => {
        say(503, "upstream connect error or disconnect/reset before headers. reset reason: connection failure", {
          "content-type": "text/plain",
        });
        return api.get("/a").res();
      },
    },
    {
      id: "timeout",
      provoked: "get() with AbortSignal.timeout(300), never answered",
      how: "provoked",
      expected: "TRANSIENT",
      timeout: true,
      because: "the caller's time limit has passed",
      run: () => {
        hang();
        return api
          .options({ signal: AbortSignal.timeout(300) })
          .get("/a")
          .res();
      },
    },
  ],
};
