import { strapi } from "@strapi/client";
import { refuse, say } from "../built-in-hosts.mjs";

const client = strapi({ baseURL: "https://cms.example.com/api", auth: "wrong" });
const find = () => client.collection("articles").find();
const body = (status, name, message) => ({ data: null, error: { status, name, message, details: {} } });

export default {
  library: "strapi-client",
  packages: ["@strapi/client"],
  cases: [
    {
      id: "429",
      provoked: "find, answered 429",
      how: "provoked",
      expected: "RATE_LIMIT",
      retryAfterMs: 60_000,
      because: "too many requests",
      run: () => {
        say(429, body(429, "RateLimitError", "Too many requests, please try again later."), { "retry-after": "60" });
        return find();
      },
    },
    {
      id: "403",
      provoked: "find, answered 403",
      how: "provoked",
      expected: "PERMISSION",
      because: "the token's role may not do this",
      run: () => {
        say(403, body(403, "ForbiddenError", "Forbidden"));
        return find();
      },
    },
    {
      id: "refused",
      provoked: "find where nobody listens",
      how: "provoked",
      expected: "TRANSIENT",
      because: "connection refused",
      run: () => {
        refuse();
        return find();
      },
    },
    {
      id: "408",
      provoked: "find, answered 408",
      how: "provoked",
      expected: "TRANSIENT",
      timeout: true,
      because: "the server gave up waiting for the request",
      run: () => {
        say(408, body(408, "RequestTimeoutError", "Request Timeout"));
        return find();
      },
    },
  ],
};
