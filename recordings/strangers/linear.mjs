import { LinearClient } from "@linear/sdk";
import { cut, say } from "../built-in-hosts.mjs";

const linear = new LinearClient({ apiKey: "lin_api_wrong" });
const errors = (message, type, code, statusCode, userPresentableMessage, more) => ({
  errors: [{ message, ...more, extensions: { type, code, statusCode, userError: true, userPresentableMessage } }],
});

export default {
  library: "linear",
  packages: ["@linear/sdk"],
  cases: [
    {
      id: "400.ratelimited",
      provoked: "viewer, answered 400 with RATELIMITED and Retry-After: 12",
      how: "provoked",
      expected: "RATE_LIMIT",
      retryAfterMs: 12_000,
      because: "the hour's requests are used up, the status is 400 nevertheless",
      run: () => {
        say(
          400,
          errors(
            "Rate limit exceeded",
            "ratelimited",
            "RATELIMITED",
            429,
            "Rate limit exceeded. Only 2500 requests are allowed per 1 hour.",
          ),
          { "retry-after": "12", "x-ratelimit-requests-limit": "2500", "x-ratelimit-requests-remaining": "0" },
        );
        return linear.viewer;
      },
    },
    {
      id: "401",
      provoked: "viewer, answered 401",
      how: "provoked",
      expected: "AUTH",
      because: "the key is wrong",
      run: () => {
        say(
          401,
          errors(
            "Authentication required, not authenticated",
            "authentication error",
            "AUTHENTICATION_ERROR",
            401,
            "You need to authenticate to access this operation.",
          ),
        );
        return linear.viewer;
      },
    },
    {
      id: "200.entity-not-found",
      provoked: "issue, answered 200 with errors",
      how: "provoked",
      expected: "PERMANENT",
      because: "there is no such issue",
      run: () => {
        say(200, {
          ...errors("Entity not found: Issue", "invalid input", "INPUT_ERROR", 400, "Could not find referenced Issue.", {
            path: ["issue"],
            locations: [{ line: 2, column: 3 }],
          }),
          data: null,
        });
        return linear.issue("ABC-1");
      },
    },
    {
      id: "cut",
      provoked: "viewer, the connection cut",
      how: "provoked",
      expected: "TRANSIENT",
      because: "the connection broke",
      run: () => {
        cut();
        return linear.viewer;
      },
    },
  ],
};
