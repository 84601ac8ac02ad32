import mondaySdk from "monday-sdk-js";
import { cut, say } from "../built-in-hosts.mjs";

const monday = mondaySdk();
monday.setToken("wrong");
const query = async () => {
  const answer = await monday.api("query { boards { id } }");
  // The SDK gives GraphQL errors back like data; what people write is this.
  if (answer.errors || answer.error_code) throw answer;
};

export default {
  library: "monday",
  packages: ["monday-sdk-js"],
  cases: [
    {
      id: "200.complexity",
      provoked: "api, answered 200 with COMPLEXITY_BUDGET_EXHAUSTED; the body thrown by the caller",
      how: "provoked",
      expected: "RATE_LIMIT",
      retryAfterMs: 60_000,
      because: "the complexity of a minute is used up, retry_in_seconds says for how long",
      run: () => {
        say(200, {
          errors: [
            {
              message: "Complexity budget exhausted",
              extensions: {
                code: "COMPLEXITY_BUDGET_EXHAUSTED",
                complexity: 6182,
                complexity_budget_left: 100,
                complexity_budget_limit: 5000000,
                retry_in_seconds: 60,
                status_code: 429,
              },
            },
          ],
          account_id: 123456,
        });
        return query();
      },
    },
    {
      id: "200.unauthorized",
      provoked: "api, answered 200 with UserUnauthorizedException; the body thrown by the caller",
      how: "provoked",
      expected: "PERMISSION",
      because: "the user is known but may not do this",
      run: () => {
        say(200, {
          data: [],
          errors: [
            {
              message: "User unauthorized to perform action",
              locations: [{ line: 2, column: 3 }],
              path: ["me"],
              extensions: { code: "UserUnauthorizedException", error_data: {}, status_code: 403 },
            },
          ],
          account_id: 123456,
        });
        return query();
      },
    },
    {
      id: "cut",
      provoked: "api, the connection cut",
      how: "provoked",
      expected: "TRANSIENT",
      because: "connection reset",
      run: () => {
        cut();
        return query();
      },
    },
    {
      id: "504.html",
      provoked: "api, answered 504 with a page; the SDK's own sentence",
      how: "provoked",
      expected: "SERVER_ERROR",
      timeout: true,
      because: "the service gave up waiting",
      run: () => {
        say(504, "<html>504</html>");
        return query();
      },
    },
  ],
};
