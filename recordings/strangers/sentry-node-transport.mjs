import { makeNodeTransport } from "@sentry/node";
import { cut, refuse } from "../built-in-hosts.mjs";

const send = () =>
  makeNodeTransport({ url: "https://o1.ingest.sentry.io/api/1/envelope/", recordDroppedEvent() {}, keepAlive: false }).send([
    { event_id: "1" },
    [[{ type: "event" }, { message: "a" }]],
  ]);

export default {
  library: "sentry-node-transport",
  packages: ["@sentry/node"],
  cases: [
    {
      id: "refused",
      provoked: "the transport's send where nobody listens",
      how: "provoked",
      expected: "TRANSIENT",
      because: "connection refused",
      run: () => {
        refuse();
        return send();
      },
    },
    {
      id: "cut",
      provoked: "the transport's send, the connection cut",
      how: "provoked",
      expected: "TRANSIENT",
      because: "connection reset",
      run: () => {
        cut();
        return send();
      },
    },
  ],
};
