import { Resend } from "resend";
import { refuse, say } from "../built-in-hosts.mjs";

const resend = new Resend("re_wrong");
// The client does not throw; it answers { data, error }. What people write is "if (error) throw error".
const send = async () => {
  const { error } = await resend.emails.send({ from: "a@example.com", to: "b@example.com", subject: "s", text: "t" });
  if (error) throw error;
};
const after = (status, body, headers) => () => {
  say(status, body, headers);
  return send();
};

export default {
  library: "resend",
  packages: ["resend"],
  cases: [
    {
      id: "429.rate-limit",
      provoked: "emails.send, answered 429 with retry-after: 1; the error of { data, error } thrown",
      how: "provoked",
      expected: "RATE_LIMIT",
      because: "too many requests in a second; the delay is in headers that the error does not carry",
      run: after(
        429,
        {
          statusCode: 429,
          name: "rate_limit_exceeded",
          message:
            "Too many requests. You can only make 2 requests per second. See rate limit response headers for more information. Or contact support to increase rate limit.",
        },
        { "retry-after": "1", "ratelimit-limit": "2", "ratelimit-remaining": "0", "ratelimit-reset": "1" },
      ),
    },
    {
      id: "429.monthly-quota",
      provoked: "emails.send, answered 429 monthly_quota_exceeded; the error thrown",
      how: "provoked",
      expected: "PERMANENT",
      because: "the month's quota that was paid for is used up, waiting a little does not help",
      run: after(429, {
        statusCode: 429,
        name: "monthly_quota_exceeded",
        message: "You have reached your monthly email sending quota.",
      }),
    },
    {
      id: "401.restricted-key",
      provoked: "emails.send, answered 401 restricted_api_key; the error thrown",
      how: "provoked",
      expected: "PERMISSION",
      because: "the key is known, but may only send",
      run: after(401, { statusCode: 401, name: "restricted_api_key", message: "This API key is restricted to only send emails" }),
    },
    {
      id: "refused",
      provoked: "emails.send where nobody listens; the error thrown",
      how: "provoked",
      expected: "TRANSIENT",
      because: "the request did not reach the service",
      run: () => {
        refuse();
        return send();
      },
    },
    {
      id: "409.concurrent-idempotent",
      provoked: "emails.send, answered 409 concurrent_idempotent_requests; the error thrown",
      how: "provoked",
      expected: "CONCURRENCY",
      because: "the same request is being worked on by another call",
      run: after(409, {
        statusCode: 409,
        name: "concurrent_idempotent_requests",
        message: "Same idempotency key used while original request is still in progress. Try again later.",
      }),
    },
  ],
};
