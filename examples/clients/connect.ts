/* A Connect client under a policy: what has no side effects is repeated after any failure, what may place a second order is not. */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { create, createFileRegistry } from "@bufbuild/protobuf";
import { EmptySchema, FileDescriptorProtoSchema, file_google_protobuf_empty, MethodOptionsSchema } from "@bufbuild/protobuf/wkt";
import { Code, ConnectError, createClient } from "@connectrpc/connect";
import { connectNodeAdapter, createConnectTransport } from "@connectrpc/connect-node";
import { constant, outcomeOf, Policy } from "redress";
import { connectInterceptor } from "redress/connect";

// What `buf generate` makes of a .proto file, by hand.
const type = { inputType: ".google.protobuf.Empty", outputType: ".google.protobuf.Empty" };
const file = create(FileDescriptorProtoSchema, {
  name: "shop.proto",
  package: "shop",
  syntax: "proto3",
  dependency: ["google/protobuf/empty.proto"],
  service: [
    {
      name: "Orders",
      method: [
        { name: "Get", ...type, options: create(MethodOptionsSchema, { idempotencyLevel: 1 }) },
        { name: "Place", ...type },
      ],
    },
  ],
});
const Orders = createFileRegistry(file, () => file_google_protobuf_empty.proto).getService("shop.Orders");
if (Orders === undefined) throw new Error("shop.Orders is not described.");

const errors = [Code.Unavailable, Code.Internal];
const answer = () => {
  const code = errors.shift();
  console.log(code === undefined ? "answered" : `failed: ${Code[code]}`);
  if (code !== undefined) throw new ConnectError("not now", code);
  return create(EmptySchema);
};
const routes = connectNodeAdapter({ routes: (router) => router.service(Orders, { get: answer, place: answer } as never) });
const server = createServer(routes);
await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
const baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

const policy = new Policy({ retry: { strategy: constant(10) } });
const transport = createConnectTransport({ baseUrl, httpVersion: "1.1", interceptors: [connectInterceptor(policy)] });
const orders = createClient(Orders, transport) as unknown as Record<"get" | "place", (request: object) => Promise<object>>;

await orders.get({});
errors.push(Code.Internal);
await orders.place({}).catch((error) => console.log(`${error.message}, ${outcomeOf(error)?.stopReason}`));
server.close();

/* Prints:
failed: Unavailable
failed: Internal
answered
failed: Internal
[internal] not now, RETRY_REFUSED
*/
