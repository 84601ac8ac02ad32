import Pusher from "pusher";
import { hang, refuse, say } from "../built-in-hosts.mjs";

const pusher = new Pusher({ appId: "1", key: "k", secret: "s", cluster: "eu", useTLS: true, timeout: 800 });
const trigger = () => pusher.trigger("c", "e", { a: 1 });

export default {
  library: "pusher",
  packages: ["pusher"],
  cases: [
    {
      id: "401",
      provoked: "trigger, answered 401",
      how: "provoked",
      expected: "AUTH",
      because: "the signature or key is wrong",
      run: () => {
        say(401, "Unknown auth_key\n", { "content-type": "text/plain" });
        return trigger();
      },
    },
    {
      id: "413",
      provoked: "trigger, answered 413",
      how: "provoked",
      expected: "PERMANENT",
      because: "the event is too large",
      run: () => {
        say(
          413,
          "The data content of this event exceeds the allowed maximum (10240 bytes). See https://pusher.com/docs/channels/server_api/http-api#publishing-events for more info\n",
          { "content-type": "text/plain" },
        );
        return trigger();
      },
    },
    {
      id: "refused",
      provoked: "trigger where nobody listens",
      how: "provoked",
      expected: "TRANSIENT",
      because: "connection refused",
      run: () => {
        refuse();
        return trigger();
      },
    },
    {
      id: "timeout",
      provoked: "trigger, never answered, timeout 800",
      how: "provoked",
      expected: "TRANSIENT",
      timeout: true,
      because: "the client gave up waiting",
      run: () => {
        hang();
        return trigger();
      },
    },
    {
      id: "500",
      provoked: "trigger, answered 500",
      how: "provoked",
      expected: "SERVER_ERROR",
      because: "the service failed",
      run: () => {
        say(500, "Internal Server Error", { "content-type": "text/plain" });
        return trigger();
      },
    },
  ],
};
