/* A Connect service of all four kinds, described by hand, which does what the next call is told to, and remembers what reached it. */
import * as http from "node:http";
import * as http2 from "node:http2";
import type { AddressInfo } from "node:net";
import { create, createFileRegistry, type DescService } from "@bufbuild/protobuf";
import {
  FieldDescriptorProto_Label,
  FieldDescriptorProto_Type,
  FileDescriptorProtoSchema,
  MethodOptions_IdempotencyLevel,
  MethodOptionsSchema,
} from "@bufbuild/protobuf/wkt";
import {
  type CallOptions,
  type ConnectError,
  type ConnectRouter,
  createClient,
  type HandlerContext,
  type Transport,
} from "@connectrpc/connect";
import { connectNodeAdapter } from "@connectrpc/connect-node";

interface Kind {
  readonly clientStreaming?: boolean;
  readonly serverStreaming?: boolean;
  readonly level?: MethodOptions_IdempotencyLevel;
}

const method = (name: string, { level, ...streaming }: Kind = {}) => ({
  name,
  inputType: ".shop.Text",
  outputType: ".shop.Text",
  ...streaming,
  ...(level !== undefined && { options: create(MethodOptionsSchema, { idempotencyLevel: level }) }),
});

function describeOrders(): DescService {
  const field = {
    name: "text",
    number: 1,
    type: FieldDescriptorProto_Type.STRING,
    label: FieldDescriptorProto_Label.OPTIONAL,
    jsonName: "text",
  };
  const file = create(FileDescriptorProtoSchema, {
    name: "shop.proto",
    package: "shop",
    syntax: "proto3",
    messageType: [{ name: "Text", field: [field] }],
    service: [
      {
        name: "Orders",
        method: [
          method("Place"),
          method("Get", { level: MethodOptions_IdempotencyLevel.NO_SIDE_EFFECTS }),
          method("Put", { level: MethodOptions_IdempotencyLevel.IDEMPOTENT }),
          method("Watch", { serverStreaming: true }),
          method("Upload", { clientStreaming: true }),
          method("Chat", { clientStreaming: true, serverStreaming: true }),
        ],
      },
    ],
  });
  const service = createFileRegistry(file, () => undefined).getService("shop.Orders");
  if (service === undefined) throw new Error("shop.Orders is not described.");
  return service;
}

const Orders = describeOrders();

interface Text {
  readonly text: string;
}

/** What a call meets: messages, and then an error or a hang. */
export interface Meets {
  readonly messages?: readonly string[];
  readonly error?: ConnectError;
  readonly hang?: boolean;
}

/** What reached the server of one call. */
export interface Reached {
  readonly method: string;
  readonly text: string | undefined;
  readonly previousAttempts: string | null;
  readonly timeoutMs: number | undefined;
  readonly httpMethod: string;
  readonly signal: AbortSignal;
}

export class OrdersServer {
  readonly reached: Reached[] = [];
  #next: Meets[] = [];
  readonly #server: http.Server | http2.Http2Server;
  readonly #sessions = new Set<{ destroy(): void }>();

  private constructor(version: "1.1" | "2") {
    const handler = connectNodeAdapter({ routes: (router) => this.#routes(router) });
    this.#server = version === "2" ? http2.createServer(handler as never) : http.createServer(handler as never);
    this.#server.on(
      version === "2" ? "session" : "connection",
      (session: { destroy(): void; once(event: "close", listener: () => void): unknown }) => {
        this.#sessions.add(session);
        session.once("close", () => this.#sessions.delete(session));
      },
    );
  }

  static async listening(version: "1.1" | "2"): Promise<OrdersServer> {
    const self = new OrdersServer(version);
    await new Promise<void>((listening) => self.#server.listen(0, "127.0.0.1", () => listening()));
    return self;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** What the next calls meet, in order; after that they succeed. */
  meets(...next: readonly Meets[]): void {
    this.reached.length = 0;
    this.#next = [...next];
  }

  /** Breaks all connections; new ones are taken. */
  cut(): void {
    for (const session of this.#sessions) session.destroy();
  }

  close(): Promise<void> {
    return new Promise((closed) => {
      this.#server.close(() => closed());
      this.cut();
    });
  }

  async *#meet(text: string | undefined, context: HandlerContext, otherwise: readonly string[]): AsyncGenerator<Text> {
    this.reached.push({
      method: context.method.name,
      text,
      previousAttempts: context.requestHeader.get("grpc-previous-rpc-attempts"),
      timeoutMs: context.timeoutMs(),
      httpMethod: context.requestMethod,
      signal: context.signal,
    });
    const { messages, error, hang } = this.#next.shift() ?? {};
    for (const each of messages ?? (error || hang ? [] : otherwise)) yield { text: each };
    if (hang) await new Promise((_resolve, reject) => context.signal.addEventListener("abort", reject));
    if (error) throw error;
  }

  #routes(router: ConnectRouter): void {
    const unary = async (request: Text, context: HandlerContext): Promise<Text> => {
      for await (const each of this.#meet(request.text, context, [request.text])) return each;
      throw new Error("The handler has no answer.");
    };
    router.service(Orders, {
      place: unary,
      get: unary,
      put: unary,
      watch: (request: Text, context: HandlerContext) => this.#meet(request.text, context, ["1", "2", "3"]),
      upload: async (requests: AsyncIterable<Text>, context: HandlerContext): Promise<Text> => {
        const got: string[] = [];
        for await (const { text } of requests) got.push(text);
        for await (const each of this.#meet(undefined, context, [got.join("")])) return each;
        throw new Error("The handler has no answer.");
      },
      chat: async function* (this: OrdersServer, requests: AsyncIterable<Text>, context: HandlerContext) {
        for await (const each of this.#meet(undefined, context, [])) yield each;
        yield* requests;
      }.bind(this),
    } as never);
  }
}

export interface OrdersClient {
  place(request: Text, options?: CallOptions): Promise<Text>;
  get(request: Text, options?: CallOptions): Promise<Text>;
  put(request: Text, options?: CallOptions): Promise<Text>;
  watch(request: Text, options?: CallOptions): AsyncIterable<Text>;
  upload(requests: AsyncIterable<Text>, options?: CallOptions): Promise<Text>;
  chat(requests: AsyncIterable<Text>, options?: CallOptions): AsyncIterable<Text>;
}

export const ordersClient = (transport: Transport): OrdersClient => createClient(Orders, transport) as unknown as OrdersClient;

/** All that a stream brings before it ends, and what it ended with. */
export async function read(stream: AsyncIterable<Text>): Promise<{ messages: string[]; error: unknown }> {
  const messages: string[] = [];
  try {
    for await (const { text } of stream) messages.push(text);
  } catch (error) {
    return { messages, error };
  }
  return { messages, error: null };
}

export async function* texts(...all: readonly string[]): AsyncGenerator<Text> {
  for (const text of all) yield { text };
}
