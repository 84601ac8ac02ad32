import { MilvusClient } from "@zilliz/milvus2-sdk-node";
import { refusing } from "../servers.mjs";
import { bytes, grpcServer, never, status } from "./servers/grpc.mjs";

const text = (field, value) => [(field << 3) | 2, Buffer.byteLength(value), ...Buffer.from(value)];
const number = (field, value) => [field << 3, ...(value < 128 ? [value] : [(value & 127) | 128, value >> 7])];
/** An answer of any kind, whose field 1 is a Status of Milvus that says no. */
const refused = (error_code, reason, code, retriable = 0) => {
  const inner = [...number(1, error_code), ...text(2, reason), ...number(3, code), ...number(4, retriable)];
  return bytes(
    (1 << 3) | 2,
    ...(inner.length < 128 ? [inner.length] : [(inner.length & 127) | 128, inner.length >> 7]),
    ...inner,
  );
};
const SERVICE = "/milvus.proto.milvus.MilvusService/";
const client = (address, options = {}) =>
  new MilvusClient({ address, token: "app:test", maxRetries: 0, logLevel: "error", ...options });
const milvus = async (methods, options) =>
  client(
    `127.0.0.1:${await grpcServer(Object.fromEntries(Object.entries({ Connect: bytes(), GetVersion: bytes(), ...methods }).map(([name, method]) => [SERVICE + name, method])))}`,
    options,
  );
const insert = async (method) =>
  (await milvus({ DescribeCollection: method })).insert({ collection_name: "events", data: [{ id: 1, vector: [0.1, 0.2] }] });

export default {
  library: "milvus2-sdk-node",
  packages: ["@zilliz/milvus2-sdk-node"],
  cases: [
    {
      id: "insert.rate-limit",
      provoked: "insert, whose describeCollection is answered with the code 8 of Milvus",
      how: "provoked",
      expected: "RATE_LIMIT",
      because: "the service asks for fewer calls; what is thrown is the service's own answer, a plain object",
      run: () =>
        insert(
          refused(
            49,
            "request is rejected by grpc RateLimiter middleware, please retry later: rate limit exceeded[rate=0.1]",
            8,
            1,
          ),
        ),
    },
    {
      id: "insert.not-found",
      provoked: "insert, whose describeCollection is answered with the code 100 of Milvus",
      how: "provoked",
      expected: "PERMANENT",
      because: "the collection is not there",
      run: () => insert(refused(4, "can't find collection[database=default][collection=events]", 100)),
    },
    {
      id: "grpc.unauthenticated",
      provoked: "listCollections, answered UNAUTHENTICATED",
      how: "provoked",
      expected: "AUTH",
      because: "the token is not valid",
      run: async () =>
        (await milvus({ ShowCollections: status(16, "auth check failure, please check api key is correct") })).listCollections(),
    },
    {
      id: "grpc.unavailable",
      provoked: "listCollections, answered UNAVAILABLE, without retries",
      how: "provoked",
      expected: "TRANSIENT",
      because: "the server or what is before it is not there at the moment",
      run: async () => (await milvus({ ShowCollections: status(14, "no healthy upstream") })).listCollections(),
    },
    {
      id: "grpc.deadline",
      provoked: "listCollections with timeout 200, never answered",
      how: "provoked",
      expected: "TRANSIENT",
      timeout: true,
      because: "the client gave up waiting",
      run: async () => (await milvus({ ShowCollections: never })).listCollections({ timeout: 200 }),
    },
    {
      id: "connect.refused",
      provoked: "connectPromise, nobody listens",
      how: "provoked",
      expected: "TRANSIENT",
      because: "the connection was refused",
      run: async () => client(new URL(await refusing()).host, { timeout: 2_000 }).connectPromise,
    },
    {
      id: "client.argument",
      provoked: "describeCollection without the name of a collection",
      how: "provoked",
      expected: "PERMANENT",
      because: "the call is not valid",
      run: async () => (await milvus({})).describeCollection({}),
    },
  ],
};
