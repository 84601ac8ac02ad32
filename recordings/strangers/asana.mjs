import Asana from "asana";
import { refuse, say } from "../built-in-hosts.mjs";

Asana.ApiClient.instance.authentications.token.accessToken = "wrong";
const task = () => new Asana.TasksApi().getTask("1", {});
const errors = (message) => ({
  errors: [
    {
      message,
      help: "For more information on API status codes and how to handle them, read the docs on errors: https://developers.asana.com/docs/errors",
    },
  ],
});

export default {
  library: "asana",
  packages: ["asana"],
  cases: [
    {
      id: "429",
      provoked: "getTask, answered 429 with Retry-After: 30",
      how: "provoked",
      expected: "RATE_LIMIT",
      retryAfterMs: 30_000,
      because: "too many requests",
      run: () => {
        say(429, errors("You have made too many requests recently. Please, be chill."), { "retry-after": "30" });
        return task();
      },
    },
    {
      id: "412.sync-token",
      provoked: "getEvents, answered 412 with a new sync token",
      how: "provoked",
      expected: "PERMANENT",
      because: "the sync token is too old: the same request fails again, another one with the new token does not",
      run: () => {
        say(412, {
          ...errors(
            "Sync token invalid or too old. If you are attempting to keep resources in sync, you must fetch the full dataset for this query now and use the new sync token for the next sync.",
          ),
          sync: "de4774f6915eae04714ca93bb2f5ee81",
        });
        return new Asana.EventsApi().getEvents("1", { sync: "old" });
      },
    },
    {
      id: "402.premium",
      provoked: "getTask, answered 402",
      how: "provoked",
      expected: "PERMANENT",
      because: "the workspace's plan does not have this",
      run: () => {
        say(402, errors("Search is only available to premium users."));
        return task();
      },
    },
    {
      id: "refused",
      provoked: "getTask where nobody listens",
      how: "provoked",
      expected: "TRANSIENT",
      because: "connection refused",
      run: () => {
        refuse();
        return task();
      },
    },
  ],
};
