import needle from "needle";
import { goneUrl, hang, plainUrl, reply } from "../built-in-hosts.mjs";

export default {
  library: "needle",
  packages: ["needle"],
  cases: [
    {
      id: "response-timeout",
      provoked: "get, never answered, response_timeout 300",
      how: "provoked",
      expected: "TRANSIENT",
      because: "the client gave up waiting; its error looks like a reset",
      run: () => {
        hang();
        return needle("get", plainUrl, { response_timeout: 300 });
      },
    },
    {
      id: "read-timeout",
      provoked: "get, half an answer, read_timeout 300",
      how: "provoked",
      expected: "TRANSIENT",
      timeout: true,
      because: "the client gave up waiting",
      run: () => {
        reply((_q, s) => {
          s.writeHead(200, { "content-length": 10 });
          s.write("half");
        });
        return needle("get", plainUrl, { read_timeout: 300 });
      },
    },
    {
      id: "refused",
      provoked: "get where nobody listens",
      how: "provoked",
      expected: "TRANSIENT",
      because: "connection refused",
      run: () => needle("get", goneUrl),
    },
  ],
};
