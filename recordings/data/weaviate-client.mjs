import weaviate from "weaviate-client";
import { answering, refusing } from "../servers.mjs";
import { grpcServer, never, status } from "./servers/grpc.mjs";

const portOf = (url) => Number(new URL(url).port);
const connect = async (url, grpcPort = 1, options = {}) =>
  weaviate.connectToCustom({
    httpHost: "127.0.0.1",
    httpPort: portOf(url),
    grpcHost: "127.0.0.1",
    grpcPort,
    skipInitChecks: true,
    authCredentials: new weaviate.ApiKey("test"),
    ...options,
  });
const rest = async (code, body) =>
  (await connect(await answering(code, body))).collections.use("Events").data.insert({ properties: { n: 1 } });
const meta = () => answering(200, { version: "1.33.0", hostname: "http://127.0.0.1" });
const search = async (method, options) =>
  (await connect(await meta(), await grpcServer({ "/weaviate.v1.Weaviate/Search": method }), options)).collections
    .use("Events")
    .query.fetchObjects({ limit: 1 });

export default {
  library: "weaviate-client",
  packages: ["weaviate-client"],
  cases: [
    {
      id: "500.vectorizer-429",
      provoked: "insert, answered 500 because the vectorizer's own service answered 429",
      how: "provoked",
      expected: "RATE_LIMIT",
      retryAfterMs: 20,
      because: "the service that makes the vectors asks for fewer calls; the 500 is only how the database passes it on",
      run: () =>
        rest(500, {
          error: [
            {
              message:
                "vectorize target vector : update vector: connection to: OpenAI API failed with status: 429 error: Rate limit reached for text-embedding-3-small in organization org-test on requests per min (RPM): Limit 3000, Used 3000, Requested 1. Please try again in 20ms.",
            },
          ],
        }),
    },
    {
      id: "401",
      provoked: "insert, answered 401",
      how: "provoked",
      expected: "AUTH",
      because: "the key is not valid",
      run: () => rest(401, { code: 401, message: "unauthorized: invalid api key, please provide a valid api key" }),
    },
    {
      id: "grpc.permission",
      provoked: "a query over gRPC, answered PERMISSION_DENIED",
      how: "provoked",
      expected: "PERMISSION",
      because: "the user is known but may not read the collection",
      run: () =>
        search(
          status(
            7,
            "rbac: authorization, forbidden action: user 'app' has insufficient permissions to read_data [[Domain: data, Collection: Events, Tenant: *]]",
          ),
        ),
    },
    {
      id: "grpc.not-found",
      provoked: "a query over gRPC of a collection that is not there, answered UNKNOWN",
      how: "provoked",
      expected: "PERMANENT",
      because: "the collection is not there",
      run: () => search(status(2, "could not find class Events in schema")),
    },
    {
      id: "grpc.timeout",
      provoked: "a query over gRPC with timeout 1, never answered",
      how: "provoked",
      expected: "TRANSIENT",
      timeout: true,
      because: "the client gave up waiting",
      run: () => search(never, { timeout: { query: 1 } }),
    },
    {
      id: "grpc.message-size",
      provoked: "a query over gRPC, answered RESOURCE_EXHAUSTED for the size of the message",
      how: "provoked",
      expected: "PERMANENT",
      because: "the answer is larger than a message may be and will be so again; it is no rate limit",
      run: () => search(status(8, "grpc: trying to send message larger than max (104862011 vs. 104858000)")),
    },
    {
      id: "startup.refused",
      provoked: "connectToCustom, nobody listens",
      how: "provoked",
      expected: "TRANSIENT",
      because: "the connection was refused; only the texts tell it",
      run: async () => connect(await refusing(), 1, { skipInitChecks: false }),
    },
  ],
};
