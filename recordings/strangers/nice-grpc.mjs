import grpc from "nice-grpc";
import { gonePort } from "../built-in-hosts.mjs";

const { createChannel, createClient, createServer, ServerError, Status } = grpc;
const codec = {
  requestSerialize: (x) => Buffer.from(JSON.stringify(x)),
  requestDeserialize: (x) => JSON.parse(x),
  responseSerialize: (x) => Buffer.from(JSON.stringify(x)),
  responseDeserialize: (x) => JSON.parse(x),
};
const definition = { pay: { path: "/shop.Shop/Pay", requestStream: false, responseStream: false, options: {}, ...codec } };
const server = createServer();
let how;
server.add(definition, { pay: (request, context) => how(request, context) });
const port = await server.listen("127.0.0.1:0");
const client = createClient(definition, createChannel(`127.0.0.1:${port}`));
const call = (answer, options) => {
  how = answer;
  return client.pay({}, options);
};
const failing = (code, text) => async () => {
  throw new ServerError(code, text);
};

export default {
  library: "nice-grpc",
  packages: ["nice-grpc"],
  cases: [
    {
      id: "unavailable",
      provoked: "a call where nobody listens",
      how: "provoked",
      expected: "TRANSIENT",
      because: "UNAVAILABLE, connection refused",
      run: () => createClient(definition, createChannel(`127.0.0.1:${gonePort}`)).pay({}),
    },
    {
      id: "resource-exhausted",
      provoked: "a call, answered RESOURCE_EXHAUSTED",
      how: "provoked",
      expected: "RATE_LIMIT",
      because: "too many calls",
      run: () => call(failing(Status.RESOURCE_EXHAUSTED, "too many calls of this tenant")),
    },
    {
      id: "unauthenticated",
      provoked: "a call, answered UNAUTHENTICATED",
      how: "provoked",
      expected: "AUTH",
      because: "no credentials",
      run: () => call(failing(Status.UNAUTHENTICATED, "token expired")),
    },
    {
      id: "aborted",
      provoked: "a call, answered ABORTED",
      how: "provoked",
      expected: "CONCURRENCY",
      because: "a transaction's conflict",
      run: () => call(failing(Status.ABORTED, "transaction was aborted, try again")),
    },
    {
      id: "internal",
      provoked: "a call whose server throws",
      how: "provoked",
      expected: "SERVER_ERROR",
      because: "an unknown error of the server",
      run: () =>
        call(async () => {
          throw new Error("bug");
        }),
    },
    {
      id: "caller-abort",
      provoked: "a call that its caller aborts",
      how: "provoked",
      expected: "PERMANENT",
      because: "the caller's own abort",
      run: () => {
        const stop = new AbortController();
        setTimeout(() => stop.abort(), 50);
        return call(() => new Promise(() => {}), { signal: stop.signal });
      },
    },
  ],
  close: () => server.forceShutdown(),
};
