import axios from "axios";
import axiosRetry from "axios-retry";
import { hang, plainUrl, say } from "../built-in-hosts.mjs";

const client = axios.create({ timeout: 300 });
axiosRetry(client, { retries: 2, retryDelay: () => 10, shouldResetTimeout: true });

export default {
  library: "axios-retry",
  packages: ["axios-retry", "axios"],
  cases: [
    {
      id: "503",
      provoked: "get, answered 503 three times, with Retry-After: 4",
      how: "provoked",
      expected: "SERVER_ERROR",
      retryAfterMs: 4000,
      because: "unavailable after its own retries; the delay is in the headers",
      run: () => {
        say(503, { message: "down" }, { "retry-after": "4" });
        return client.get(plainUrl);
      },
    },
    {
      id: "timeout",
      provoked: "get, never answered three times, timeout 300",
      how: "provoked",
      expected: "TRANSIENT",
      timeout: true,
      because: "the client gave up waiting",
      run: () => {
        hang();
        return client.get(plainUrl);
      },
    },
  ],
};
