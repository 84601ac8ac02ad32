import { BoxClient, BoxDeveloperTokenAuth } from "box-node-sdk";
import { BoxRetryStrategy, NetworkSession } from "box-node-sdk/networking";
import { cut, say } from "../built-in-hosts.mjs";

const client = new BoxClient({
  auth: new BoxDeveloperTokenAuth({ token: "wrong" }),
  networkSession: new NetworkSession({ retryStrategy: new BoxRetryStrategy({ maxAttempts: 1 }) }),
});
const folder = () => client.folders.createFolder({ name: "a", parent: { id: "0" } });
const body = (status, code, message, context_info) => ({
  type: "error",
  status,
  code,
  context_info,
  help_url: "http://developers.box.com/docs/#errors",
  message,
  request_id: "abcdef123456",
});

export default {
  library: "box",
  packages: ["box-node-sdk"],
  cases: [
    {
      id: "429",
      provoked: "createFolder, answered 429 with Retry-After: 100",
      how: "provoked",
      expected: "RATE_LIMIT",
      retryAfterMs: 100_000,
      because: "rate limited",
      run: () => {
        say(429, body(429, "rate_limit_exceeded", "Request rate limit exceeded, please try again later"), {
          "retry-after": "100",
        });
        return folder();
      },
    },
    {
      id: "409.name-reserved",
      provoked: "createFolder, answered 409 name_temporarily_reserved",
      how: "provoked",
      expected: "CONCURRENCY",
      because: "another request is making an item of that name just now",
      run: () => {
        say(
          409,
          body(
            409,
            "name_temporarily_reserved",
            "The item name is reserved by another processing item. Please wait and try again.",
          ),
        );
        return folder();
      },
    },
    {
      id: "409.name-in-use",
      provoked: "createFolder, answered 409 item_name_in_use",
      how: "provoked",
      expected: "PERMANENT",
      because: "already exists",
      run: () => {
        say(
          409,
          body(409, "item_name_in_use", "Item with the same name already exists", {
            conflicts: [{ type: "folder", id: "11446498", name: "a" }],
          }),
        );
        return folder();
      },
    },
    {
      id: "cut",
      provoked: "createFolder, the connection cut",
      how: "provoked",
      expected: "TRANSIENT",
      because: "connection reset",
      run: () => {
        cut();
        return folder();
      },
    },
  ],
};
