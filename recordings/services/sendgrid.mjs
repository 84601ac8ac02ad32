import sendgrid from "@sendgrid/client";
import mail from "@sendgrid/mail";
import { answering, cutting, hanging } from "../servers.mjs";

function send(url, more = {}) {
  const client = new sendgrid.Client();
  client.setApiKey("SG.not-a-key");
  client.setDefaultRequest({ baseUrl: `${url}/`, ...more });
  mail.setClient(client);
  return mail.send({ to: "a@example.com", from: "b@example.com", subject: "hi", text: "hi" });
}
const answered = (status, message, more = {}, headers = {}) =>
  answering(status, { errors: [{ message, field: null, help: null, ...more }] }, headers);

export default {
  library: "sendgrid",
  packages: ["@sendgrid/mail", "@sendgrid/client"],
  cases: [
    {
      id: "429.reset",
      provoked: "mail.send, answered 429 with X-RateLimit-Reset, an instant that is long past",
      how: "provoked",
      expected: "RATE_LIMIT",
      retryAfterMs: 0,
      because: "too many requests; the limit has reset by the time that this is read",
      run: async () =>
        send(
          await answered(
            429,
            "too many requests",
            {},
            {
              "x-ratelimit-limit": "600",
              "x-ratelimit-remaining": "0",
              "x-ratelimit-reset": "1748347380",
              date: "Tue, 27 May 2025 12:02:00 GMT",
            },
          ),
        ),
    },
    {
      id: "401.maximum-credits",
      provoked: "mail.send, answered 401 with Maximum credits exceeded",
      how: "provoked",
      expected: "PERMANENT",
      because: "the credits of the account are used up, though the status says unauthorized",
      run: async () => send(await answered(401, "Maximum credits exceeded")),
    },
    {
      id: "401.key-revoked",
      provoked: "mail.send, answered 401",
      how: "provoked",
      expected: "AUTH",
      because: "the key is not valid, or no longer",
      run: async () => send(await answered(401, "The provided authorization grant is invalid, expired, or revoked")),
    },
    {
      id: "403.sender-identity",
      provoked: "mail.send, answered 403",
      how: "provoked",
      expected: "PERMISSION",
      because: "this account may not send as this sender",
      run: async () =>
        send(
          await answered(
            403,
            "The from address does not match a verified Sender Identity. Mail cannot be sent until this error is resolved. Visit https://sendgrid.com/docs/for-developers/sending-email/sender-identity/ to see the Sender Identity requirements",
            { field: "from" },
          ),
        ),
    },
    {
      id: "503.html",
      provoked: "mail.send, answered 503 with a page of the proxy",
      how: "provoked",
      expected: "SERVER_ERROR",
      because: "the service is not available for now",
      run: async () =>
        send(
          await answering(503, "<html><head><title>503 Service Temporarily Unavailable</title></head></html>", {
            "content-type": "text/html",
          }),
        ),
    },
    {
      id: "client.timeout",
      provoked: "mail.send with timeout: 50, never answered",
      how: "provoked",
      expected: "TRANSIENT",
      timeout: true,
      because: "this client gave up waiting for an answer",
      run: async () => send(await hanging(), { timeout: 50 }),
    },
    {
      id: "connection.cut",
      provoked: "mail.send, the connection is cut before an answer",
      how: "provoked",
      expected: "TRANSIENT",
      because: "the connection broke on the way",
      run: async () => send(await cutting()),
    },
  ],
};
