import Trello from "trello";
import { goneUrl, plainUrl, say } from "../built-in-hosts.mjs";

const trello = new Trello("k", "wrong");
trello.uri = plainUrl; // its HTTP client checks certificates, whatever the environment says
const get = () => trello.getBoards("me");

export default {
  library: "trello",
  packages: ["trello"],
  cases: [
    {
      id: "401",
      provoked: "getBoards, answered 401 with a text",
      how: "provoked",
      expected: "AUTH",
      because: "invalid token",
      run: () => {
        say(401, "invalid token", { "content-type": "text/plain" });
        return get();
      },
    },
    {
      id: "refused",
      provoked: "getBoards where nobody listens",
      how: "provoked",
      expected: "TRANSIENT",
      because: "connection refused",
      run: () => {
        const other = new Trello("k", "wrong");
        other.uri = goneUrl;
        return other.getBoards("me");
      },
    },
    {
      id: "500",
      provoked: "getBoards, answered 500 with JSON",
      how: "provoked",
      expected: "SERVER_ERROR",
      because: "the service failed",
      run: () => {
        say(500, { message: "Internal Server Error", error: "INTERNAL_ERROR" });
        return get();
      },
    },
  ],
};
