import { PostHog } from "posthog-node";
import { refuse, say } from "../built-in-hosts.mjs";

const flush = async () => {
  const posthog = new PostHog("phc_wrong", {
    host: "https://us.i.posthog.com",
    flushAt: 100,
    fetchRetryCount: 0,
    fetchRetryDelay: 10,
    requestTimeout: 500,
    disableGeoip: true,
  });
  posthog.capture({ distinctId: "u", event: "e" });
  await new Promise((done) => setTimeout(done, 50));
  await posthog.flush();
};

export default {
  library: "posthog-node",
  packages: ["posthog-node"],
  cases: [
    {
      id: "401",
      provoked: "flush, answered 401",
      how: "provoked",
      expected: "AUTH",
      because: "the project's key is wrong",
      run: () => {
        say(401, {
          type: "authentication_error",
          code: "invalid_api_key",
          detail: "Project API key invalid. You can find your project API key in PostHog project settings.",
          attr: null,
        });
        return flush();
      },
    },
    {
      id: "429",
      provoked: "flush, answered 429",
      how: "provoked",
      expected: "RATE_LIMIT",
      retryAfterMs: 9000,
      because: "throttled",
      run: () => {
        say(
          429,
          {
            type: "throttled_error",
            code: "throttled",
            detail: "Request was throttled. Expected available in 9 seconds.",
            attr: null,
          },
          { "retry-after": "9" },
        );
        return flush();
      },
    },
    {
      id: "refused",
      provoked: "flush where nobody listens",
      how: "provoked",
      expected: "TRANSIENT",
      because: "connection refused",
      run: () => {
        refuse();
        return flush();
      },
    },
  ],
};
