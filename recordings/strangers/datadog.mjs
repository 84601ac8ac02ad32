import { client, v1 } from "@datadog/datadog-api-client";
import { refuse, say } from "../built-in-hosts.mjs";

const config = client.createConfiguration({ authMethods: { apiKeyAuth: "a", appKeyAuth: "wrong" }, enableRetry: false });
const list = () => new v1.MonitorsApi(config).listMonitors();

export default {
  library: "datadog",
  packages: ["@datadog/datadog-api-client"],
  cases: [
    {
      id: "429",
      provoked: "listMonitors, answered 429 with x-ratelimit-reset",
      how: "provoked",
      expected: "RATE_LIMIT",
      because: "rate limited; the error does not carry the headers",
      run: () => {
        say(
          429,
          { errors: ["Rate limit of 100 requests in 60 seconds reached. Please try again later."] },
          { "x-ratelimit-limit": "100", "x-ratelimit-period": "60", "x-ratelimit-remaining": "0", "x-ratelimit-reset": "22" },
        );
        return list();
      },
    },
    {
      id: "403.forbidden",
      provoked: "listMonitors, answered 403",
      how: "provoked",
      expected: "PERMISSION",
      because: "Datadog answers Forbidden for keys without the permission, and for keys that it does not know",
      run: () => {
        say(403, { errors: ["Forbidden"] });
        return list();
      },
    },
    {
      id: "refused",
      provoked: "listMonitors where nobody listens",
      how: "provoked",
      expected: "TRANSIENT",
      because: "connection refused",
      run: () => {
        refuse();
        return list();
      },
    },
    {
      id: "503",
      provoked: "listMonitors, answered 503 with a page",
      how: "provoked",
      expected: "SERVER_ERROR",
      because: "unavailable",
      run: () => {
        say(503, "<html><body><h1>503 Service Unavailable</h1>\nNo server is available to handle this request.\n</body></html>");
        return list();
      },
    },
  ],
};
