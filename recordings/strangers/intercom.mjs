import { IntercomClient } from "intercom-client";
import { hang, refuse, say } from "../built-in-hosts.mjs";

const client = new IntercomClient({ token: "wrong" });
const find = (options) => client.contacts.find({ contact_id: "c1" }, { maxRetries: 0, ...options });
const list = (code, message) => ({ type: "error.list", request_id: "b0l6k5tq8ldvn2ct1lsg", errors: [{ code, message }] });

export default {
  library: "intercom",
  packages: ["intercom-client"],
  cases: [
    {
      id: "429",
      provoked: "contacts.find, answered 429 with x-ratelimit-reset in the past of today",
      how: "provoked",
      expected: "RATE_LIMIT",
      because: "rate limit exceeded; its only delay is a moment in seconds since 1970, long over when this is read",
      run: () => {
        say(429, list("rate_limit_exceeded", "Exceeded rate limit of 83 in 10_seconds"), {
          "x-ratelimit-limit": "83",
          "x-ratelimit-remaining": "0",
          "x-ratelimit-reset": "1732800000",
        });
        return find();
      },
    },
    {
      id: "401",
      provoked: "contacts.find, answered 401",
      how: "provoked",
      expected: "AUTH",
      because: "the token is invalid",
      run: () => {
        say(401, list("token_unauthorized", "Access Token Invalid"));
        return find();
      },
    },
    {
      id: "409.resource-conflict",
      provoked: "contacts.create, answered 409",
      how: "provoked",
      expected: "PERMANENT",
      because: "a contact with that address already exists",
      run: () => {
        say(409, list("conflict", "A contact matching those details already exists with id=5ba682d23d7cf92bef87bfd4"));
        return client.contacts.create({ email: "b@example.com" }, { maxRetries: 0 });
      },
    },
    {
      id: "timeout",
      provoked: "contacts.find, never answered, timeoutInSeconds 1",
      how: "provoked",
      expected: "TRANSIENT",
      timeout: true,
      because: "the client gave up waiting",
      run: () => {
        hang();
        return find({ timeoutInSeconds: 1 });
      },
    },
    {
      id: "refused",
      provoked: "contacts.find where nobody listens",
      how: "provoked",
      expected: "TRANSIENT",
      because: "connection refused",
      run: () => {
        refuse();
        return find();
      },
    },
  ],
};
