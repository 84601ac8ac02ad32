import { Shippo } from "shippo";
import { hang, refuse, say } from "../built-in-hosts.mjs";

const shippo = new Shippo({ apiKeyHeader: "wrong", shippoApiVersion: "2018-02-08" });
const get = (options) => shippo.shipments.get("s1", { retries: { strategy: "none" }, ...options });

export default {
  library: "shippo",
  packages: ["shippo"],
  cases: [
    {
      id: "429",
      provoked: "shipments.get, answered 429 with Retry-After: 2",
      how: "provoked",
      expected: "RATE_LIMIT",
      retryAfterMs: 2000,
      because: "throttled",
      run: () => {
        say(429, { detail: "Request was throttled. Expected available in 2 seconds." }, { "retry-after": "2" });
        return get();
      },
    },
    {
      id: "401",
      provoked: "shipments.get, answered 401",
      how: "provoked",
      expected: "AUTH",
      because: "the token is wrong",
      run: () => {
        say(401, { detail: "Token does not exist" });
        return get();
      },
    },
    {
      id: "timeout",
      provoked: "shipments.get, never answered, timeoutMs 400",
      how: "provoked",
      expected: "TRANSIENT",
      timeout: true,
      because: "the client gave up waiting",
      run: () => {
        hang();
        return get({ timeoutMs: 400 });
      },
    },
    {
      id: "refused",
      provoked: "shipments.get where nobody listens",
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
