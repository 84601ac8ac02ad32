/* A gRPC client under a policy: the server is unavailable twice, then slow once, then well. */
import * as grpc from "@grpc/grpc-js";
import { constant, outcomeOf, Policy } from "redress";
import { grpcOptions } from "redress/grpc";

const serialize = (value: unknown): Buffer => Buffer.from(JSON.stringify(value));
const deserialize = (data: Buffer): unknown => JSON.parse(data.toString());
const definition: grpc.ServiceDefinition = {
  get: {
    path: "/shop.Orders/Get",
    requestStream: false,
    responseStream: false,
    requestSerialize: serialize,
    requestDeserialize: deserialize,
    responseSerialize: serialize,
    responseDeserialize: deserialize,
  },
};

const answers: (grpc.status | "slow")[] = [grpc.status.UNAVAILABLE, grpc.status.UNAVAILABLE, "slow"];
const server = new grpc.Server();
server.addService(definition, {
  get(call: grpc.ServerUnaryCall<unknown, unknown>, answer: grpc.sendUnaryData<unknown>) {
    const next = answers.shift() ?? grpc.status.OK;
    const before = Number(call.metadata.get("grpc-previous-rpc-attempts")[0] ?? 0);
    console.log(`attempt ${before + 1}: ${grpc.status[next as 0] ?? next}`);
    if (next === "slow") return;
    if (next === grpc.status.OK) answer(null, { id: 7, state: "paid" });
    else answer({ code: next, details: "not now" });
  },
});
const port = await new Promise<number>((resolve) => {
  server.bindAsync("127.0.0.1:0", grpc.ServerCredentials.createInsecure(), (_error, at) => resolve(at));
});

const policy = new Policy({ retry: { strategy: constant(10), attemptTimeoutMs: 300, maxAttempts: 4 } });
const Orders = grpc.makeGenericClientConstructor(definition, "Orders");
const options = grpcOptions(policy, { idempotent: (method) => method === "/shop.Orders/Get" });
const orders = new Orders(`127.0.0.1:${port}`, grpc.credentials.createInsecure(), options);
const get = (): Promise<unknown> =>
  new Promise((resolve, reject) => {
    orders["get"]?.({ id: 7 }, (error: grpc.ServiceError | null, order: unknown) => (error ? reject(error) : resolve(order)));
  });

console.log(await get());
answers.push(grpc.status.NOT_FOUND);
console.log(await get().catch((error) => `${error.message}, ${outcomeOf(error)?.stopReason}`));
orders.close();
server.forceShutdown();

/* Prints:
attempt 1: UNAVAILABLE
attempt 2: UNAVAILABLE
attempt 3: slow
attempt 4: OK
{ id: 7, state: 'paid' }
attempt 1: NOT_FOUND
5 NOT_FOUND: not now, NON_RETRYABLE_CLASS
*/
