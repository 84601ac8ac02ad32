import Ably from "ably";
import { refuse, say } from "../built-in-hosts.mjs";

const rest = () =>
  new Ably.Rest({ key: "app.key:secret", httpMaxRetryCount: 0, httpRequestTimeout: 1000, useBinaryProtocol: false });
const publish = () => rest().channels.get("c").publish("e", "data");
const error = (statusCode, code, message) => ({
  error: { message, code, statusCode, nonfatal: false, href: `https://help.ably.io/error/${code}`, serverId: "frontend.1" },
});

export default {
  library: "ably",
  packages: ["ably"],
  cases: [
    {
      id: "429.42911",
      provoked: "publish, answered 429",
      how: "provoked",
      expected: "RATE_LIMIT",
      because: "the account's rate of messages is exceeded",
      run: () => {
        say(
          429,
          error(
            429,
            42911,
            "Rate limit exceeded; request rejected (nonfatal); metric = channel.maxRate; interval = 2020-07-06:14:25:50; permitted rate = 50",
          ),
          { "x-ably-errorcode": "42911" },
        );
        return publish();
      },
    },
    {
      id: "401.40101",
      provoked: "publish, answered 401 with code 40101: invalid credentials",
      how: "provoked",
      expected: "AUTH",
      because: "the key is wrong",
      run: () => {
        say(401, error(401, 40101, "Invalid credentials"), { "x-ably-errorcode": "40101" });
        return publish();
      },
    },
    {
      id: "refused",
      provoked: "publish where nobody listens",
      how: "provoked",
      expected: "TRANSIENT",
      because: "no host of the service could be reached",
      run: () => {
        refuse();
        return publish();
      },
    },
    {
      id: "401.40160",
      provoked: "publish, answered 401 with code 40160: not permitted by the capability",
      how: "provoked",
      expected: "PERMISSION",
      because: "the key is good, its capability does not allow this, whatever the status says",
      run: () => {
        say(401, error(401, 40160, "action not permitted, app = app"), { "x-ably-errorcode": "40160" });
        return publish();
      },
    },
  ],
};
