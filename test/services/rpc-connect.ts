/* A Connect server in this process, without generated code: its service is described by hand, over google.protobuf.StringValue. */
import * as http from "node:http";
import * as http2 from "node:http2";
import type { AddressInfo } from "node:net";
import { create, createFileRegistry, type DescService } from "@bufbuild/protobuf";
import { FieldDescriptorProto_Label, FieldDescriptorProto_Type, FileDescriptorProtoSchema } from "@bufbuild/protobuf/wkt";
import { type CallOptions, type ConnectError, type ConnectRouter, createClient, type Transport } from "@connectrpc/connect";
import { connectNodeAdapter } from "@connectrpc/connect-node";

function echo(): DescService {
  const file = create(FileDescriptorProtoSchema, {
    name: "eco.proto",
    package: "eco",
    syntax: "proto3",
    messageType: [
      {
        name: "Text",
        field: [
          {
            name: "text",
            number: 1,
            type: FieldDescriptorProto_Type.STRING,
            label: FieldDescriptorProto_Label.OPTIONAL,
            jsonName: "text",
          },
        ],
      },
    ],
    service: [
      {
        name: "Echo",
        method: [
          { name: "Call", inputType: ".eco.Text", outputType: ".eco.Text" },
          { name: "Stream", inputType: ".eco.Text", outputType: ".eco.Text", serverStreaming: true },
          { name: "Nope", inputType: ".eco.Text", outputType: ".eco.Text" },
        ],
      },
    ],
  });
  const service = createFileRegistry(file, () => undefined).getService("eco.Echo");
  if (service === undefined) throw new Error("eco.Echo is not described.");
  return service;
}

const Echo = echo();

/** What the server does to one call: it fails with this error, never answers, or succeeds. */
type Behaviour = ConnectError | Error | "hang" | undefined;

export interface ConnectServer {
  readonly port: number;
  calls: number;
  /** What the next calls meet, in order; after that they succeed. */
  behave(...behaviours: readonly Behaviour[]): void;
  close(): Promise<void>;
}

export async function connectServer(version: "1.1" | "2", port = 0): Promise<ConnectServer> {
  let next: Behaviour[] = [];
  const sessions = new Set<{ destroy(): void }>();
  const self: ConnectServer = {
    port: 0,
    calls: 0,
    behave: (...behaviours) => {
      self.calls = 0;
      next = [...behaviours];
    },
    close: () =>
      new Promise((closed) => {
        server.close(() => closed());
        for (const session of sessions) session.destroy();
      }),
  };
  const meet = async (): Promise<void> => {
    self.calls++;
    const behaviour = next.shift();
    if (behaviour === "hang") await new Promise(() => {});
    else if (behaviour) throw behaviour;
  };
  const routes = (router: ConnectRouter): void => {
    router.service(Echo, {
      call: async (request: unknown) => {
        await meet();
        return request as never;
      },
      async *stream(request: unknown) {
        yield request as never;
        await meet();
      },
    } as never);
  };
  const handler = connectNodeAdapter({ routes });
  const server = version === "2" ? http2.createServer(handler as never) : http.createServer(handler as never);
  const track = (session: { destroy(): void; once(event: "close", listener: () => void): unknown }): void => {
    sessions.add(session);
    session.once("close", () => sessions.delete(session));
  };
  server.on(version === "2" ? "session" : "connection", track);
  await new Promise<void>((listening, failed) => {
    server.once("error", failed);
    server.listen(port, "127.0.0.1", () => listening());
  });
  return Object.assign(self, { port: (server.address() as AddressInfo).port });
}

export interface ConnectClient {
  call(text?: string, options?: CallOptions, method?: "call" | "nope"): Promise<string>;
  /** All that the stream brings, before it ends or fails. */
  stream(text?: string): Promise<string[]>;
}

export function connectClient(transport: Transport): ConnectClient {
  const client = createClient(Echo, transport) as unknown as {
    [method in "call" | "nope"]: (request: object, options?: CallOptions) => Promise<{ text: string }>;
  } & { stream(request: object): AsyncIterable<{ text: string }> };
  return {
    call: async (text = "", options = {}, method = "call") => (await client[method]({ text }, options)).text,
    stream: async (text = "") => {
      const got: string[] = [];
      for await (const message of client.stream({ text })) got.push(message.text);
      return got;
    },
  };
}
