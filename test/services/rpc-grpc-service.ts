/* A gRPC service of all four kinds, which does what the next call is told to, and remembers what reached it. */
import { type AddressInfo, connect, createServer, type Socket } from "node:net";
import * as grpc from "@grpc/grpc-js";

const bytes = {
  serialize: (value: unknown): Buffer => Buffer.from(JSON.stringify(value)),
  deserialize: (data: Buffer): unknown => JSON.parse(data.toString()),
};

const method = (name: string, requestStream: boolean, responseStream: boolean): grpc.MethodDefinition<unknown, unknown> => ({
  path: `/shop.Orders/${name}`,
  requestStream,
  responseStream,
  requestSerialize: bytes.serialize,
  requestDeserialize: bytes.deserialize,
  responseSerialize: bytes.serialize,
  responseDeserialize: bytes.deserialize,
});

export const Orders = {
  get: method("Get", false, false),
  watch: method("Watch", false, true),
  upload: method("Upload", true, false),
  chat: method("Chat", true, true),
};

/** What a call meets: a status, a hang, or messages and then a status. */
export interface Meets {
  readonly code?: number;
  readonly details?: string;
  readonly metadata?: Readonly<Record<string, string>>;
  /** Sent at once, before anything else. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly messages?: readonly unknown[];
  readonly hang?: boolean;
  /** The connection is cut when the messages have been sent. */
  readonly cut?: boolean;
}

/** What reached the server of one call. */
export interface Reached {
  readonly path: string;
  readonly request: unknown;
  readonly previousAttempts: string | undefined;
  readonly leftMs: number;
  readonly metadata: grpc.Metadata;
  cancelled: boolean;
}

const metadataOf = (entries: Readonly<Record<string, string>> = {}): grpc.Metadata => {
  const metadata = new grpc.Metadata();
  for (const [key, value] of Object.entries(entries)) metadata.set(key, value);
  return metadata;
};

const statusOf = ({ code = 0, details = "d", metadata }: Meets): Partial<grpc.StatusObject> => ({
  code,
  details,
  metadata: metadataOf(metadata),
});

type AnyCall =
  | grpc.ServerUnaryCall<unknown, unknown>
  | grpc.ServerWritableStream<unknown, unknown>
  | grpc.ServerReadableStream<unknown, unknown>
  | grpc.ServerDuplexStream<unknown, unknown>;

/** A server on a port, and what reached it. */
export class OrdersServer {
  readonly reached: Reached[] = [];
  port = 0;
  #next: Meets[] = [];
  #server = new grpc.Server();

  static async listening(port = 0): Promise<OrdersServer> {
    const self = new OrdersServer();
    await self.listen(port);
    return self;
  }

  /** What the next calls meet, in order; after that they succeed. */
  meets(...next: readonly Meets[]): void {
    this.reached.length = 0;
    this.#next = [...next];
  }

  async listen(port: number): Promise<void> {
    this.#server = new grpc.Server();
    this.#server.addService(Orders, {
      get: (call: grpc.ServerUnaryCall<unknown, unknown>, answer: grpc.sendUnaryData<unknown>) => {
        const meets = this.#reach(call, "/shop.Orders/Get", call.request);
        if (meets.hang) return;
        if (meets.cut) this.kill();
        else if (meets.code) answer(statusOf(meets));
        else answer(null, meets.messages?.[0] ?? call.request);
      },
      watch: (call: grpc.ServerWritableStream<unknown, unknown>) => {
        this.#stream(call, this.#reach(call, "/shop.Orders/Watch", call.request));
      },
      upload: (call: grpc.ServerReadableStream<unknown, unknown>, answer: grpc.sendUnaryData<unknown>) => {
        const meets = this.#reach(call, "/shop.Orders/Upload", undefined);
        const got: unknown[] = [];
        call.on("data", (message) => got.push(message));
        call.on("end", () => (meets.code ? answer(statusOf(meets)) : answer(null, got)));
      },
      chat: (call: grpc.ServerDuplexStream<unknown, unknown>) => {
        const meets = this.#reach(call, "/shop.Orders/Chat", undefined);
        if (meets.code) this.#stream(call, meets);
        else {
          call.on("data", (message) => call.write(message));
          call.on("end", () => call.end());
        }
      },
    });
    this.port = await new Promise((resolve, reject) =>
      this.#server.bindAsync(`127.0.0.1:${port}`, grpc.ServerCredentials.createInsecure(), (error, at) =>
        error ? reject(error) : resolve(at),
      ),
    );
  }

  kill(): void {
    this.#server.forceShutdown();
  }

  #reach(call: AnyCall, path: string, request: unknown): Meets {
    const deadline = Number(call.getDeadline());
    const [previous] = call.metadata.get("grpc-previous-rpc-attempts");
    const reached: Reached = {
      path,
      request,
      previousAttempts: previous?.toString(),
      leftMs: deadline - Date.now(),
      metadata: call.metadata,
      cancelled: false,
    };
    (call as NodeJS.EventEmitter).on("cancelled", () => {
      reached.cancelled = true;
    });
    this.reached.push(reached);
    const meets = this.#next.shift() ?? {};
    if (meets.headers) call.sendMetadata(metadataOf(meets.headers));
    return meets;
  }

  #stream(call: grpc.ServerWritableStream<unknown, unknown> | grpc.ServerDuplexStream<unknown, unknown>, meets: Meets): void {
    for (const message of meets.messages ?? (meets.code || meets.hang ? [] : [1, 2, 3])) call.write(message);
    if (meets.hang) return;
    if (meets.cut) setTimeout(() => this.kill(), 20);
    else if (meets.code) call.emit("error", statusOf(meets));
    else call.end();
  }
}

export interface OrdersClient extends grpc.Client {
  get(
    request: unknown,
    metadata: grpc.Metadata,
    options: grpc.CallOptions,
    callback: grpc.requestCallback<unknown>,
  ): grpc.ClientUnaryCall;
  watch(request: unknown, metadata?: grpc.Metadata, options?: grpc.CallOptions): grpc.ClientReadableStream<unknown>;
  upload(
    metadata: grpc.Metadata,
    options: grpc.CallOptions,
    callback: grpc.requestCallback<unknown>,
  ): grpc.ClientWritableStream<unknown>;
  chat(metadata?: grpc.Metadata, options?: grpc.CallOptions): grpc.ClientDuplexStream<unknown, unknown>;
}

export function ordersClient(port: number, options: grpc.ClientOptions): OrdersClient {
  const Client = grpc.makeGenericClientConstructor(Orders, "Orders");
  return new Client(`127.0.0.1:${port}`, grpc.credentials.createInsecure(), {
    "grpc.initial_reconnect_backoff_ms": 20,
    "grpc.min_reconnect_backoff_ms": 20,
    "grpc.max_reconnect_backoff_ms": 50,
    // Each client its own connection.
    "grpc.use_local_subchannel_pool": 1,
    ...options,
  }) as unknown as OrdersClient;
}

/** One unary call as a promise. */
export const get = (
  client: OrdersClient,
  request: unknown,
  options: grpc.CallOptions = {},
  metadata = new grpc.Metadata(),
): Promise<unknown> =>
  new Promise((resolve, reject) => {
    client.get(request, metadata, options, (error, value) => (error ? reject(error) : resolve(value)));
  });

/** All that a stream brings before it ends, and what it ended with. */
export const read = (stream: NodeJS.EventEmitter): Promise<{ messages: unknown[]; error: unknown }> =>
  new Promise((resolve) => {
    const messages: unknown[] = [];
    let error: unknown = null;
    stream.on("data", (message) => messages.push(message));
    stream.on("error", (failed) => {
      error = failed;
    });
    stream.on("status", () => resolve({ messages, error }));
  });

/** A connection between a client and a server that can be cut. */
export class Wire {
  port = 0;
  readonly #sockets = new Set<Socket>();
  readonly #server;

  private constructor(target: number) {
    this.#server = createServer((socket) => {
      const onward = connect(target, "127.0.0.1");
      for (const end of [socket, onward]) {
        this.#sockets.add(end);
        end.on("error", () => {}).once("close", () => this.#sockets.delete(end));
      }
      socket.pipe(onward).pipe(socket);
    });
  }

  static async to(target: number): Promise<Wire> {
    const self = new Wire(target);
    await new Promise<void>((listening) => self.#server.listen(0, "127.0.0.1", () => listening()));
    self.port = (self.#server.address() as AddressInfo).port;
    return self;
  }

  cut(): void {
    for (const socket of this.#sockets) socket.destroy();
  }

  close(): void {
    this.cut();
    this.#server.close();
  }
}
