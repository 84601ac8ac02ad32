import postmark from "postmark";
import { hang, say } from "../built-in-hosts.mjs";

const client = new postmark.ServerClient("00000000-wrong", { timeout: 1 });
const send = () => client.sendEmail({ From: "a@example.com", To: "b@example.com", Subject: "s", TextBody: "t" });

export default {
  library: "postmark",
  packages: ["postmark"],
  cases: [
    {
      id: "429",
      provoked: "sendEmail, answered 429 without a body",
      how: "provoked",
      expected: "RATE_LIMIT",
      because: "429",
      run: () => {
        say(429, "");
        return send();
      },
    },
    {
      id: "422.inactive-recipient",
      provoked: "sendEmail, answered 422 with ErrorCode 406",
      how: "provoked",
      expected: "PERMANENT",
      because: "the recipient is suppressed, the same mail fails again",
      run: () => {
        say(422, {
          ErrorCode: 406,
          Message:
            "You tried to send to recipient(s) that have been marked as inactive. Found inactive addresses: b@example.com. Inactive recipients are ones that have generated a hard bounce, a spam complaint, or a manual suppression.",
        });
        return send();
      },
    },
    {
      id: "401.token",
      provoked: "sendEmail, answered 401 with ErrorCode 10",
      how: "provoked",
      expected: "AUTH",
      because: "bad or missing server token",
      run: () => {
        say(401, { ErrorCode: 10, Message: "Bad or missing Server API token." });
        return send();
      },
    },
    {
      id: "timeout",
      provoked: "sendEmail, never answered, the client's own timeout of a second",
      how: "provoked",
      expected: "TRANSIENT",
      timeout: true,
      because: "the client gave up waiting",
      run: () => {
        hang();
        return send();
      },
    },
    {
      id: "503",
      provoked: "sendEmail, answered 503",
      how: "provoked",
      expected: "SERVER_ERROR",
      because: "the service is unavailable",
      run: () => {
        say(503, "<html><body><b>Http/1.1 Service Unavailable</b></body> </html>");
        return send();
      },
    },
  ],
};
