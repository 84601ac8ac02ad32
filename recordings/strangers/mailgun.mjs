import FormData from "form-data";
import Mailgun from "mailgun.js";
import { refuse, say } from "../built-in-hosts.mjs";
import { badGateway } from "../servers.mjs";

const client = new Mailgun(FormData).client({ username: "api", key: "wrong" });
const send = () =>
  client.messages.create("mg.example.com", { from: "a@example.com", to: ["b@example.com"], subject: "s", text: "t" });

export default {
  library: "mailgun",
  packages: ["mailgun.js"],
  cases: [
    {
      id: "420.recipient-limit",
      provoked: "messages.create, answered 420",
      how: "provoked",
      expected: "RATE_LIMIT",
      because: "the domain's recipients of this hour are used up, the text says until when",
      run: () => {
        say(420, {
          message:
            "Domain mg.example.com is not allowed to send: recipient limit exceeded, try again after Mon, 25 Aug 2025 07:00:31 UTC",
        });
        return send();
      },
    },
    {
      id: "401.forbidden",
      provoked: "messages.create, answered 401 Forbidden",
      how: "provoked",
      expected: "AUTH",
      because: "Mailgun answers a wrong key with 401 and the word Forbidden",
      run: () => {
        say(401, "Forbidden", { "content-type": "text/plain" });
        return send();
      },
    },
    {
      id: "refused",
      provoked: "messages.create where nobody listens",
      how: "provoked",
      expected: "TRANSIENT",
      because: "connection refused",
      run: () => {
        refuse();
        return send();
      },
    },
    {
      id: "502.html",
      provoked: "messages.create, answered 502 with a proxy's page",
      how: "provoked",
      expected: "SERVER_ERROR",
      because: "bad gateway",
      run: () => {
        say(502, badGateway);
        return send();
      },
    },
  ],
};
