import twilio from "twilio";
import { answering, hanging } from "../servers.mjs";

/** Twilio's own client, that sends what is for Twilio to a server of ours. */
class Local extends twilio.RequestClient {
  constructor(url, more) {
    super(more);
    this.url = url;
  }
  request(options) {
    return super.request({ ...options, uri: this.url + new URL(options.uri).pathname });
  }
}
const client = (url, more = {}) =>
  twilio("AC00000000000000000000000000000000", "not-a-token", { httpClient: new Local(url, more) });
const send = (url, more) => client(url, more).messages.create({ to: "+15005550009", from: "+15005550006", body: "hi" });
const answered = (status, code, message, headers = {}) =>
  answering(status, { code, message, more_info: `https://www.twilio.com/docs/errors/${code}`, status }, headers);

export default {
  library: "twilio",
  packages: ["twilio"],
  cases: [
    {
      id: "429.20429",
      provoked: "messages.create, answered 429 with code 20429",
      how: "provoked",
      expected: "RATE_LIMIT",
      because: "too many requests at once for this account; the error carries no headers",
      run: async () =>
        send(await answered(429, 20429, "Too Many Requests", { "retry-after": "1", "twilio-concurrent-requests": "101" })),
    },
    {
      id: "401.20003",
      provoked: "messages.create, answered 401 with code 20003",
      how: "provoked",
      expected: "AUTH",
      because: "the account's credentials are wrong",
      run: async () => send(await answered(401, 20003, "Authenticate")),
    },
    {
      id: "400.21610",
      provoked: "messages.create, answered 400 with code 21610",
      how: "provoked",
      expected: "PERMANENT",
      because: "the recipient has unsubscribed from this sender",
      run: async () => send(await answered(400, 21610, "Attempt to send to unsubscribed recipient")),
    },
    {
      id: "412.54103",
      provoked: "sync document update with ifMatch, answered 412 with code 54103",
      how: "provoked",
      expected: "CONCURRENCY",
      because: "somebody else has changed the document since it was read",
      run: async () =>
        client(await answered(412, 54103, "The revision of the Document does not match the expected revision"))
          .sync.v1.services("IS00000000000000000000000000000000")
          .documents("d")
          .update({ ifMatch: "1a", data: { a: 1 } }),
    },
    {
      id: "500.problem-details",
      provoked: "messages.create, answered 500 with a body of RFC 9457",
      how: "provoked",
      expected: "SERVER_ERROR",
      because: "the service itself failed",
      run: async () =>
        send(
          await answering(
            500,
            {
              type: "https://www.twilio.com/docs/errors/20500",
              title: "Internal Server Error",
              status: 500,
              code: 20500,
              detail: "An internal server error has occurred",
              instance: "/2010-04-01/Accounts/AC/Messages.json",
            },
            { "content-type": "application/problem+json" },
          ),
        ),
    },
    {
      id: "503.html",
      provoked: "messages.create, answered 503 with a page of the proxy",
      how: "provoked",
      expected: "SERVER_ERROR",
      because: "the service is not available for now",
      run: async () =>
        send(await answering(503, "<html><body>upstream connect error</body></html>", { "content-type": "text/html" })),
    },
    {
      id: "client.timeout",
      provoked: "messages.create with timeout: 50, never answered",
      how: "provoked",
      expected: "TRANSIENT",
      timeout: true,
      because: "this client gave up waiting for an answer",
      run: async () => send(await hanging(), { timeout: 50 }),
    },
  ],
};
