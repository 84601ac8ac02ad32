import zendesk from "node-zendesk";
import { refuse, say } from "../built-in-hosts.mjs";

const client = zendesk.createClient({ username: "a@example.com", token: "wrong", subdomain: "acme" });
const show = () => client.tickets.show(1);

export default {
  library: "node-zendesk",
  packages: ["node-zendesk"],
  cases: [
    {
      id: "409.database-conflict",
      provoked: "tickets.update, answered 409",
      how: "provoked",
      expected: "CONCURRENCY",
      because: "the record was changed by another request",
      run: () => {
        say(409, { error: "DatabaseConflict", description: "Database collision" });
        return client.tickets.update(1, { ticket: { status: "open" } });
      },
    },
    {
      id: "401",
      provoked: "tickets.show, answered 401",
      how: "provoked",
      expected: "AUTH",
      because: "could not authenticate",
      run: () => {
        say(401, { error: "Couldn't authenticate you" });
        return show();
      },
    },
    {
      id: "500",
      provoked: "tickets.show, answered 500",
      how: "provoked",
      expected: "SERVER_ERROR",
      because: "the service failed",
      run: () => {
        say(500, { title: "Internal Server Error", message: "An unexpected error occurred" });
        return show();
      },
    },
    {
      id: "refused",
      provoked: "tickets.show where nobody listens",
      how: "provoked",
      expected: "TRANSIENT",
      because: "connection refused",
      run: () => {
        refuse();
        return show();
      },
    },
  ],
};
