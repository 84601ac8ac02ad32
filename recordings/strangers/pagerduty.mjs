import pd from "@pagerduty/pdjs";
import { refuse, say } from "../built-in-hosts.mjs";
import { badGateway } from "../servers.mjs";

const api = pd.api({ token: "wrong" });
const list = () => api.get("/incidents");

export default {
  library: "pagerduty",
  packages: ["@pagerduty/pdjs"],
  cases: [
    {
      id: "refused",
      provoked: "get /incidents where nobody listens",
      how: "provoked",
      expected: "TRANSIENT",
      because: "connection refused",
      run: () => {
        refuse();
        return list();
      },
    },
    {
      id: "502.html",
      provoked: "get /incidents, answered 502 with a page that is no JSON; the client rejects with its response",
      how: "provoked",
      expected: "SERVER_ERROR",
      because: "bad gateway",
      run: () => {
        say(502, badGateway);
        return list();
      },
    },
  ],
};
