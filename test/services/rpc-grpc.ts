/* A gRPC server in this process, without protobuf: its one method takes what to do, as JSON. */
import { type AddressInfo, createServer } from "node:net";
import * as grpc from "@grpc/grpc-js";

const bytes = {
  serialize: (value: unknown): Buffer => Buffer.from(JSON.stringify(value)),
  deserialize: (data: Buffer): unknown => JSON.parse(data.toString()),
};

const method = (path: string, responseStream: boolean) => ({
  path,
  requestStream: false,
  responseStream,
  requestSerialize: bytes.serialize,
  requestDeserialize: bytes.deserialize,
  responseSerialize: bytes.serialize,
  responseDeserialize: bytes.deserialize,
});

/** What the server does to one call. `undefined`: it succeeds; `"hang"`: it never answers. */
type Behaviour =
  | { readonly code: number; readonly details?: string; readonly metadata?: Readonly<Record<string, string>> }
  | "hang"
  | undefined;

export interface GrpcServer {
  readonly port: number;
  /** How many calls reached a handler. */
  calls: number;
  /** What the next calls meet, in order; after that they succeed. */
  behave(...behaviours: readonly Behaviour[]): void;
  close(): Promise<void>;
}

export async function grpcServer(port = 0): Promise<GrpcServer> {
  const server = new grpc.Server();
  let next: Behaviour[] = [];
  const self: GrpcServer = {
    port: 0,
    calls: 0,
    behave: (...behaviours) => {
      self.calls = 0;
      next = [...behaviours];
    },
    close: async () => server.forceShutdown(),
  };
  const failing = ({
    code,
    details = "d",
    metadata = {},
  }: Exclude<Behaviour, "hang" | undefined>): Partial<grpc.StatusObject> => {
    const carried = new grpc.Metadata();
    for (const [key, value] of Object.entries(metadata)) carried.set(key, value);
    return { code, details, metadata: carried };
  };
  server.addService(
    { call: method("/eco.Echo/Call", false), stream: method("/eco.Echo/Stream", true) },
    {
      call: (call: grpc.ServerUnaryCall<unknown, unknown>, answer: grpc.sendUnaryData<unknown>) => {
        self.calls++;
        const behaviour = next.shift();
        if (behaviour === "hang") return;
        if (behaviour) answer(failing(behaviour));
        else answer(null, call.request);
      },
      stream: (call: grpc.ServerWritableStream<unknown, unknown>) => {
        self.calls++;
        const behaviour = next.shift();
        call.write(1);
        if (behaviour && behaviour !== "hang") call.emit("error", failing(behaviour));
        else call.end();
      },
    },
  );
  const bound = await new Promise<number>((resolve, reject) =>
    server.bindAsync(`127.0.0.1:${port}`, grpc.ServerCredentials.createInsecure(), (error, at) =>
      error ? reject(error) : resolve(at),
    ),
  );
  return Object.assign(self, { port: bound });
}

export interface GrpcClient {
  call(
    request?: unknown,
    options?: grpc.CallOptions & { readonly cancelAfterMs?: number; readonly path?: string },
  ): Promise<unknown>;
  /** All that the stream brings, before it ends or fails. */
  stream(): Promise<unknown[]>;
  waitForReady(ms: number): Promise<void>;
  close(): void;
}

export function grpcClient(port: number, options: grpc.ChannelOptions = {}): GrpcClient {
  const client = new grpc.Client(`127.0.0.1:${port}`, grpc.credentials.createInsecure(), {
    "grpc.initial_reconnect_backoff_ms": 20,
    "grpc.min_reconnect_backoff_ms": 20,
    "grpc.max_reconnect_backoff_ms": 50,
    // Each client its own connection.
    "grpc.use_local_subchannel_pool": 1,
    ...options,
  });
  return {
    call: (request = {}, { cancelAfterMs, path = "/eco.Echo/Call", ...rest } = {}) =>
      new Promise((resolve, reject) => {
        const metadata = new grpc.Metadata();
        const call = client.makeUnaryRequest(path, bytes.serialize, bytes.deserialize, request, metadata, rest, (error, value) =>
          error ? reject(error) : resolve(value),
        );
        if (cancelAfterMs !== undefined) setTimeout(() => call.cancel(), cancelAfterMs);
      }),
    stream: () =>
      new Promise((resolve, reject) => {
        const got: unknown[] = [];
        client
          .makeServerStreamRequest("/eco.Echo/Stream", bytes.serialize, bytes.deserialize, {})
          .on("data", (value) => got.push(value))
          .on("error", reject)
          .on("end", () => resolve(got));
      }),
    waitForReady: (ms) =>
      new Promise((resolve, reject) => client.waitForReady(Date.now() + ms, (error) => (error ? reject(error) : resolve()))),
    close: () => client.close(),
  };
}

/** A port that was free a moment ago. */
export async function freePort(): Promise<number> {
  const server = createServer();
  const port = await new Promise<number>((resolve) =>
    server.listen(0, "127.0.0.1", () => resolve((server.address() as AddressInfo).port)),
  );
  await new Promise((closed) => server.close(closed));
  return port;
}

export async function failureOf(call: Promise<unknown>): Promise<unknown> {
  try {
    await call;
  } catch (error) {
    return error;
  }
  throw new Error("The call succeeded.");
}
