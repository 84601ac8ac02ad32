import { promisify } from "node:util";
import request from "request";
import { cut, hang, plainUrl } from "../built-in-hosts.mjs";

const get = promisify(request);

export default {
  library: "request",
  packages: ["request"],
  cases: [
    {
      id: "esockettimedout",
      provoked: "get, never answered, timeout 300",
      how: "provoked",
      expected: "TRANSIENT",
      timeout: true,
      because: "the client gave up waiting",
      run: () => {
        hang();
        return get({ url: plainUrl, timeout: 300 });
      },
    },
    {
      id: "cut",
      provoked: "get, the connection cut",
      how: "provoked",
      expected: "TRANSIENT",
      because: "connection reset",
      run: () => {
        cut();
        return get({ url: plainUrl });
      },
    },
    {
      id: "invalid-uri",
      provoked: "get of an address that is none",
      how: "provoked",
      expected: "PERMANENT",
      because: "the address is wrong",
      run: () => get({ url: "not an address" }),
    },
  ],
};
