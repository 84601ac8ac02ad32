/* redress/grpc with @grpc/grpc-js, over sockets: what the caller gets, and what reaches the server. */
import * as grpc from "@grpc/grpc-js";
import { Bulkhead, CircuitBreaker, constant, Hedge, outcomeOf, Policy, type PolicyOptions, retryAfterOr } from "redress";
import { type GrpcInterceptorOptions, grpcInterceptor, grpcOptions } from "redress/grpc";
import { runInScope } from "redress/scope";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { failureOf, freePort } from "./rpc-grpc.ts";
import { get, Orders, type OrdersClient, OrdersServer, ordersClient, read, Wire } from "./rpc-grpc-service.ts";

const { UNAVAILABLE, RESOURCE_EXHAUSTED, DEADLINE_EXCEEDED, INTERNAL, CANCELLED, ABORTED, NOT_FOUND } = grpc.status;
const strategy = retryAfterOr(constant(1), { jitterMs: 0 });
const IDEMPOTENT: GrpcInterceptorOptions = { idempotent: true };

let server: OrdersServer;
const clients: OrdersClient[] = [];
beforeEach(async () => {
  server = await OrdersServer.listening();
});
afterEach(() => {
  for (const client of clients.splice(0)) client.close();
  server.kill();
});

const policyOf = <F = never>({ retry, ...options }: PolicyOptions<unknown, F> = {}): Policy<unknown, F> =>
  new Policy({ retry: { strategy, maxAttempts: 4, ...(retry as object) }, ...options });

function clientOf(
  policy: Policy<unknown, unknown>,
  options?: GrpcInterceptorOptions,
  more: grpc.ClientOptions = {},
): OrdersClient {
  const client = ordersClient(server.port, { ...grpcOptions(policy, options), ...more });
  clients.push(client);
  return client;
}

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((wait) => setTimeout(wait, 2));
}

describe("a unary call", () => {
  test("that succeeds is one request, and gives what the server gave", async () => {
    const client = clientOf(policyOf());
    const metadata = new grpc.Metadata();
    metadata.set("tenant", "a");
    server.meets({ headers: { shard: "7" } });
    const heard: unknown[] = [];
    const answer = await new Promise((resolve, reject) => {
      const call = client.get({ id: 1 }, metadata, {}, (error, value) => (error ? reject(error) : resolve(value)));
      call.on("metadata", (received: grpc.Metadata) => heard.push(received.get("shard")));
      call.on("status", (status: grpc.StatusObject) => heard.push(status.code));
    });
    expect(answer).toEqual({ id: 1 });
    await until(() => heard.length === 2);
    expect(heard).toEqual([["7"], 0]);
    expect(server.reached).toHaveLength(1);
    expect(server.reached[0]?.metadata.get("tenant")).toEqual(["a"]);
    expect(server.reached[0]?.previousAttempts).toBeUndefined();
  });

  test("is repeated while the server is unavailable: requests on the wire are the policy's attempts", async () => {
    const client = clientOf(policyOf());
    server.meets({ code: UNAVAILABLE }, { code: UNAVAILABLE });
    expect(await get(client, { id: 2 })).toEqual({ id: 2 });
    expect(server.reached.map(({ request, previousAttempts }) => [request, previousAttempts])).toEqual([
      [{ id: 2 }, undefined],
      [{ id: 2 }, "1"],
      [{ id: 2 }, "2"],
    ]);
  });

  test("that fails for good gives the last status as it was, and why the policy stopped", async () => {
    const client = clientOf(policyOf());
    const last = { code: UNAVAILABLE, details: "the last", metadata: { "request-id": "4" }, headers: { shard: "9" } };
    server.meets({ code: UNAVAILABLE }, { code: UNAVAILABLE }, { code: UNAVAILABLE }, last);
    const headers: unknown[] = [];
    const error = await new Promise<grpc.ServiceError | null>((resolve) => {
      const call = client.get({}, new grpc.Metadata(), {}, (failed) => resolve(failed));
      call.on("metadata", (received: grpc.Metadata) => headers.push(received.get("shard")));
    });
    expect(error).toMatchObject({ code: UNAVAILABLE, details: "the last", message: "14 UNAVAILABLE: the last" });
    expect(error?.metadata.get("request-id")).toEqual(["4"]);
    expect(headers).toEqual([["9"]]);
    expect(outcomeOf(error)).toMatchObject({ stopReason: "MAX_ATTEMPTS_GLOBAL", attempts: 4, lastClass: "TRANSIENT" });
    expect(server.reached).toHaveLength(4);
  });

  test("is not repeated where its class is never retried", async () => {
    server.meets({ code: NOT_FOUND });
    const error = await failureOf(get(clientOf(policyOf(), IDEMPOTENT), {}));
    expect(error).toMatchObject({ code: NOT_FOUND });
    expect(outcomeOf(error)).toMatchObject({ stopReason: "NON_RETRYABLE_CLASS", attempts: 1 });
  });

  test.each([
    ["INTERNAL", INTERNAL],
    ["ABORTED", ABORTED],
    ["DEADLINE_EXCEEDED", DEADLINE_EXCEEDED],
    ["RESOURCE_EXHAUSTED without pushback", RESOURCE_EXHAUSTED],
  ])("that ended with %s is repeated only where the method is idempotent", async (_name, code) => {
    server.meets({ code });
    const error = await failureOf(get(clientOf(policyOf()), {}));
    expect(error).toMatchObject({ code });
    expect(outcomeOf(error)).toMatchObject({
      stopReason: "RETRY_REFUSED",
      attempts: 1,
      refusal: expect.stringContaining("may have carried it out"),
    });
    server.meets({ code });
    const onlyGet = clientOf(policyOf(), { idempotent: (method) => method === "/shop.Orders/Get" });
    expect(await get(onlyGet, { id: 3 })).toEqual({ id: 3 });
    expect(server.reached).toHaveLength(2);
  });

  test("comes back when the server says", async () => {
    const delays: number[] = [];
    const hooks = {
      onMetric: (event: string, _attempt: number, sleepMs: number) => void (event === "retry" && delays.push(sleepMs)),
    };
    server.meets({ code: RESOURCE_EXHAUSTED, metadata: { "grpc-retry-pushback-ms": "37" } });
    expect(await get(clientOf(policyOf({ hooks })), 1)).toBe(1);
    expect(delays).toEqual([37]);
  });

  test("is not repeated where the server says never to", async () => {
    server.meets({ code: UNAVAILABLE, metadata: { "grpc-retry-pushback-ms": "-1" } });
    const error = await failureOf(get(clientOf(policyOf(), IDEMPOTENT), {}));
    expect(outcomeOf(error)).toMatchObject({ stopReason: "RETRY_REFUSED", attempts: 1, lastClass: "TRANSIENT" });
    expect(server.reached).toHaveLength(1);
  });

  test("that never left, since nobody listened, is made again", async () => {
    const port = await freePort();
    const client = ordersClient(port, grpcOptions(policyOf({ retry: { strategy: constant(20), maxAttempts: 500 } })));
    clients.push(client);
    const call = get(client, { id: 4 });
    const second = await OrdersServer.listening(port);
    expect(await call).toEqual({ id: 4 });
    expect(second.reached).toHaveLength(1);
    second.kill();
  });

  test("whose connection broke on its way is repeated only where the method is idempotent", async () => {
    const wire = await Wire.to(server.port);
    const through = (options?: GrpcInterceptorOptions): OrdersClient => {
      const client = ordersClient(wire.port, grpcOptions(policyOf({ retry: { strategy: constant(20) } }), options));
      clients.push(client);
      return client;
    };
    server.meets({ hang: true });
    const call = failureOf(get(through(), {}));
    await until(() => server.reached.length === 1);
    wire.cut();
    const error = await call;
    expect(error).toMatchObject({ code: UNAVAILABLE });
    expect(outcomeOf(error)).toMatchObject({ stopReason: "RETRY_REFUSED", attempts: 1 });
    server.meets({ hang: true });
    const again = get(through(IDEMPOTENT), { id: 5 });
    await until(() => server.reached.length === 1);
    wire.cut();
    expect(await again).toEqual({ id: 5 });
    expect(server.reached.map(({ request }) => request)).toEqual([{ id: 5 }, { id: 5 }]);
    wire.close();
  });

  test("whose server shuts down meanwhile, and comes back, is repeated where the method is idempotent", async () => {
    server.meets({ cut: true });
    const patient = clientOf(policyOf({ retry: { strategy: constant(20), maxAttempts: 500 } }), IDEMPOTENT);
    const call = get(patient, { id: 5 });
    await until(() => server.reached.length === 1);
    await server.listen(server.port);
    expect(await call).toEqual({ id: 5 });
    expect(server.reached.map(({ request }) => request)).toEqual([{ id: 5 }, { id: 5 }]);
  });

  test("on a channel that was closed fails at once", async () => {
    const client = clientOf(policyOf(), IDEMPOTENT);
    client.close();
    expect(await failureOf(get(client, {}))).toMatchObject({ code: INTERNAL, details: expect.stringContaining("shut down") });
  });

  test("with a message that cannot be written fails at once", async () => {
    const circular: Record<string, unknown> = {};
    circular["self"] = circular;
    const error = await failureOf(get(clientOf(policyOf(), IDEMPOTENT), circular));
    expect(error).toMatchObject({ code: INTERNAL, details: expect.stringContaining("serialization") });
    expect(outcomeOf(error)).toMatchObject({ attempts: 1, stopReason: "NON_RETRYABLE_CLASS" });
  });

  test("of a policy with a fallback gives its value", async () => {
    server.meets({ code: NOT_FOUND });
    expect(await get(clientOf(policyOf({ fallback: () => ({ id: "cached" }) })), {})).toEqual({ id: "cached" });
  });

  test("whose messages are judged is repeated for what they say", async () => {
    server.meets({ messages: [{ state: "busy" }] });
    const retry = {
      resultClassifier: (message: unknown) => ((message as { state?: string }).state === "busy" ? "TRANSIENT" : null),
    };
    expect(await get(clientOf(policyOf({ retry } as PolicyOptions), IDEMPOTENT), { state: "well" })).toEqual({ state: "well" });
    expect(server.reached).toHaveLength(2);
  });

  test("of an outer policy is not multiplied", async () => {
    const client = clientOf(policyOf());
    server.meets(...Array.from({ length: 20 }, () => ({ code: UNAVAILABLE })));
    const outer = await policyOf().execute(() => get(client, {}));
    expect(outer).toMatchObject({ ok: false, stopReason: "ALREADY_RETRIED" });
    expect(server.reached).toHaveLength(4);
  });
});

describe("bounds", () => {
  test("the server is told what the policy grants an attempt, and the caller's deadline where that is sooner", async () => {
    const client = clientOf(policyOf({ retry: { attemptTimeoutMs: 5_000, deadlineMs: 20_000 } }));
    server.meets();
    await get(client, 1);
    await get(client, 1, { deadline: Date.now() + 2_000 });
    await get(client, 1, { deadline: new Date(Date.now() + 2_000) });
    const left = server.reached.map(({ leftMs }) => leftMs);
    expect(left[0]).toBeGreaterThan(2_005);
    expect(left[0]).toBeLessThanOrEqual(5_010);
    for (const ms of left.slice(1)) expect(ms).toBeLessThanOrEqual(2_010);
  });

  test("an attempt that takes too long is cancelled at the server, and the next one made", async () => {
    server.meets({ hang: true });
    const client = clientOf(policyOf({ retry: { attemptTimeoutMs: 800 } }), IDEMPOTENT);
    expect(await get(client, { id: 6 })).toEqual({ id: 6 });
    await until(() => server.reached[0]?.cancelled === true);
    expect(server.reached).toHaveLength(2);
  });

  test("a deadline of the policy is DEADLINE_EXCEEDED", async () => {
    server.meets({ hang: true });
    const error = await failureOf(get(clientOf(policyOf({ retry: { deadlineMs: 80 } })), {}));
    expect(error).toMatchObject({ code: DEADLINE_EXCEEDED });
    expect(outcomeOf(error)).toMatchObject({ stopReason: "DEADLINE_EXCEEDED", attempts: 1 });
    await until(() => server.reached[0]?.cancelled === true);
  });

  test("the caller's deadline ends the call in the middle of its attempts, and the breaker hears of it", async () => {
    const circuitBreaker = new CircuitBreaker({ failureThreshold: 1 });
    server.meets({ hang: true });
    const error = await failureOf(get(clientOf(policyOf({ circuitBreaker })), {}, { deadline: Date.now() + 80 }));
    expect(error).toMatchObject({ code: DEADLINE_EXCEEDED });
    // On a machine that stalls, the library's timer may ring before the policy's: then the call is not repeated, for it may have been carried out.
    expect(["DEADLINE_EXCEEDED", "RETRY_REFUSED"]).toContain(outcomeOf(error)?.stopReason);
    expect(circuitBreaker.state).toBe("open");
  });

  test("a deadline that has passed sends nothing", async () => {
    const client = clientOf(policyOf());
    server.meets();
    expect(await failureOf(get(client, {}, { deadline: Date.now() - 1 }))).toMatchObject({ code: DEADLINE_EXCEEDED });
    expect(server.reached).toHaveLength(0);
  });

  test("a caller who cancels is heard by the server, and gets CANCELLED once", async () => {
    const client = clientOf(policyOf(), IDEMPOTENT);
    server.meets({ hang: true });
    const errors: (grpc.ServiceError | null)[] = [];
    const call = client.get({}, new grpc.Metadata(), {}, (error) => errors.push(error));
    await until(() => server.reached.length === 1);
    call.cancel();
    await until(() => errors.length > 0 && server.reached[0]?.cancelled === true);
    call.cancel();
    await new Promise((wait) => setTimeout(wait, 20));
    expect(errors).toHaveLength(1);
    expect(errors[0]).toMatchObject({ code: CANCELLED, details: "Cancelled on client" });
    expect(outcomeOf(errors[0])).toMatchObject({ stopReason: "ABORTED" });
  });

  test("a caller who cancels between two attempts is not called again", async () => {
    const client = clientOf(policyOf({ retry: { strategy: constant(30_000) } }));
    server.meets({ code: UNAVAILABLE });
    const ended = new Promise<unknown>((resolve) => {
      const call = client.get({}, new grpc.Metadata(), {}, resolve);
      void until(() => server.reached.length === 1).then(() => setTimeout(() => call.cancel(), 20));
    });
    expect(await ended).toMatchObject({ code: CANCELLED });
    expect(server.reached).toHaveLength(1);
  });

  test("a caller who cancels at once sends nothing", async () => {
    const client = clientOf(policyOf());
    server.meets();
    const ended = new Promise<unknown>((resolve) => client.get({}, new grpc.Metadata(), {}, resolve).cancel());
    expect(await ended).toMatchObject({ code: CANCELLED });
  });

  test("an open circuit is UNAVAILABLE and names the circuit; nothing is sent", async () => {
    const circuitBreaker = new CircuitBreaker({ name: "orders", failureThreshold: 1 });
    circuitBreaker.trip();
    server.meets();
    const error = await failureOf(get(clientOf(policyOf({ circuitBreaker })), {}));
    expect(error).toMatchObject({ code: UNAVAILABLE, details: expect.stringContaining('Circuit "orders"') });
    expect((error as grpc.ServiceError).metadata.get("anything")).toEqual([]);
    expect(outcomeOf(error)).toMatchObject({ stopReason: "CIRCUIT_OPEN", attempts: 0 });
    expect(server.reached).toHaveLength(0);
  });

  test("a full limiter is RESOURCE_EXHAUSTED", async () => {
    const client = clientOf(policyOf({ limiter: new Bulkhead({ maxConcurrent: 1 }) }));
    server.meets({ hang: true });
    const first = client.get({}, new grpc.Metadata(), {}, () => {});
    await until(() => server.reached.length === 1);
    const error = await failureOf(get(client, {}));
    expect(error).toMatchObject({ code: RESOURCE_EXHAUSTED });
    expect(outcomeOf(error)).toMatchObject({ stopReason: "LIMITED" });
    first.cancel();
  });

  test("hedges are made of idempotent methods only, and the loser is cancelled at the server", async () => {
    const hedged = (): Policy => policyOf({ hedge: new Hedge({ delayMs: 5, loadRatio: 1 }) });
    server.meets({ hang: true });
    expect(await get(clientOf(hedged(), IDEMPOTENT), { id: 8 })).toEqual({ id: 8 });
    await until(() => server.reached[0]?.cancelled === true);
    expect(server.reached).toHaveLength(2);
    server.meets({ hang: true });
    const refused = get(clientOf(hedged()), {}, { deadline: Date.now() + 100 });
    expect(await failureOf(refused)).toMatchObject({ code: DEADLINE_EXCEEDED });
    expect(server.reached).toHaveLength(1);
  });
});

describe("a stream of answers", () => {
  test("is opened again until its first message has come", async () => {
    const client = clientOf(policyOf());
    server.meets({ code: UNAVAILABLE }, { code: UNAVAILABLE, headers: { shard: "1" } });
    const stream = client.watch({ id: 1 });
    const shards: unknown[] = [];
    stream.on("metadata", (metadata: grpc.Metadata) => shards.push(metadata.get("shard")));
    expect(await read(stream)).toEqual({ messages: [1, 2, 3], error: null });
    expect(server.reached.map(({ request, previousAttempts }) => [request, previousAttempts])).toEqual([
      [{ id: 1 }, undefined],
      [{ id: 1 }, "1"],
      [{ id: 1 }, "2"],
    ]);
    // What failed attempts sent is not seen.
    expect(shards).toEqual([[]]);
  });

  test("is the caller's after its first message: what ends it is not repeated", async () => {
    server.meets({ messages: [1, 2], code: UNAVAILABLE, details: "gone" });
    const { messages, error } = await read(clientOf(policyOf(), IDEMPOTENT).watch({}));
    expect(messages).toEqual([1, 2]);
    expect(error).toMatchObject({ code: UNAVAILABLE, details: "gone" });
    expect(server.reached).toHaveLength(1);
  });

  test("whose connection breaks after its first message ends with UNAVAILABLE", async () => {
    const wire = await Wire.to(server.port);
    const client = ordersClient(wire.port, grpcOptions(policyOf(), IDEMPOTENT));
    clients.push(client);
    server.meets({ messages: [1], hang: true });
    const stream = client.watch({});
    stream.once("data", () => wire.cut());
    const { messages, error } = await read(stream);
    expect(messages).toEqual([1]);
    expect(error).toMatchObject({ code: UNAVAILABLE });
    expect(server.reached).toHaveLength(1);
    wire.close();
  });

  test("that is cut before its first message is opened again where the method is idempotent", async () => {
    server.meets({ messages: [], cut: true });
    const client = clientOf(policyOf({ retry: { strategy: constant(20), maxAttempts: 500 } }), IDEMPOTENT);
    const reading = read(client.watch({}));
    await until(() => server.reached.length === 1);
    await new Promise((wait) => setTimeout(wait, 40));
    await server.listen(server.port);
    expect(await reading).toEqual({ messages: [1, 2, 3], error: null });
    expect(server.reached).toHaveLength(2);
  });

  test("without a message is a stream that ended well", async () => {
    server.meets({ messages: [] });
    expect(await read(clientOf(policyOf()).watch({}))).toEqual({ messages: [], error: null });
  });

  test("that cannot be opened gives the last status, and why the policy stopped", async () => {
    server.meets(...Array.from({ length: 9 }, () => ({ code: UNAVAILABLE })));
    const { messages, error } = await read(clientOf(policyOf()).watch({}));
    expect(messages).toEqual([]);
    expect(error).toMatchObject({ code: UNAVAILABLE });
    expect(outcomeOf(error)).toMatchObject({ stopReason: "MAX_ATTEMPTS_GLOBAL", attempts: 4 });
  });

  test("outlives the policy's bounds once it is open", async () => {
    const client = clientOf(policyOf({ retry: { deadlineMs: 1_000, attemptTimeoutMs: 900 } }));
    server.meets({ messages: [1], hang: true });
    const stream = client.watch({});
    const messages: unknown[] = [];
    stream.on("data", (message) => messages.push(message));
    const ended = new Promise((resolve) => stream.on("error", resolve));
    await new Promise((wait) => setTimeout(wait, 1_200));
    expect(messages).toEqual([1]);
    expect(server.reached[0]?.leftMs).toBe(Infinity);
    expect(server.reached[0]?.cancelled).toBe(false);
    stream.cancel();
    expect(await ended).toMatchObject({ code: CANCELLED });
    await until(() => server.reached[0]?.cancelled === true);
  });

  test("that stays quiet is cut by the attempt's timeout, unless the server's metadata open it", async () => {
    const policy = policyOf({ retry: { attemptTimeoutMs: 600, maxAttempts: 2 } });
    server.meets({ headers: { a: "1" }, hang: true }, { headers: { a: "2" }, hang: true });
    const { error } = await read(clientOf(policy, IDEMPOTENT).watch({}));
    expect(error).toMatchObject({ code: DEADLINE_EXCEEDED });
    expect(server.reached).toHaveLength(2);
    server.meets({ headers: { a: "3" }, hang: true });
    const stream = clientOf(policy, { ...IDEMPOTENT, streamOpensWith: "metadata" }).watch({});
    const opened = new Promise<grpc.Metadata>((resolve) => stream.on("metadata", resolve));
    const ended = new Promise((resolve) => stream.on("error", resolve));
    stream.resume();
    expect((await opened).get("a")).toEqual(["3"]);
    await new Promise((wait) => setTimeout(wait, 1_500));
    expect(server.reached).toHaveLength(1);
    stream.cancel();
    expect(await ended).toMatchObject({ code: CANCELLED });
  });

  test("goes no faster than its reader", async () => {
    const messages = Array.from({ length: 500 }, (_each, index) => index);
    server.meets({ messages });
    const got: unknown[] = [];
    for await (const message of clientOf(policyOf()).watch({})) {
      got.push(message);
      if (got.length % 100 === 0) await new Promise((wait) => setTimeout(wait, 5));
    }
    expect(got).toEqual(messages);
  });
});

describe("a call whose requests are a stream", () => {
  const upload = (client: OrdersClient, messages: readonly unknown[], options: grpc.CallOptions = {}): Promise<unknown> =>
    new Promise((resolve, reject) => {
      const call = client.upload(new grpc.Metadata(), options, (error, value) => (error ? reject(error) : resolve(value)));
      for (const message of messages) call.write(message);
      call.end();
    });

  test("is sent once, in order", async () => {
    server.meets();
    const messages = Array.from({ length: 200 }, (_each, index) => index);
    expect(await upload(clientOf(policyOf()), messages)).toEqual(messages);
    expect(server.reached).toHaveLength(1);
  });

  test("is not repeated, and the outcome says why", async () => {
    server.meets({ code: UNAVAILABLE, details: "busy" });
    const error = await failureOf(upload(clientOf(policyOf(), IDEMPOTENT), [1, 2]));
    expect(error).toMatchObject({ code: UNAVAILABLE, details: "busy" });
    expect(outcomeOf(error)).toMatchObject({
      stopReason: "RETRY_REFUSED",
      refusal: "its requests are a stream, which is sent once",
    });
    expect(server.reached).toHaveLength(1);
  });

  test("waits for its turn at the limiter, and is under the breaker", async () => {
    const circuitBreaker = new CircuitBreaker({ name: "orders" });
    const client = clientOf(policyOf({ circuitBreaker, limiter: new Bulkhead({ maxConcurrent: 1, maxQueue: 5 }) }));
    server.meets();
    const all = await Promise.all([upload(client, [1]), upload(client, [2]), upload(client, [3])]);
    expect(all).toEqual([[1], [2], [3]]);
    circuitBreaker.trip();
    expect(await failureOf(upload(client, [4]))).toMatchObject({ code: UNAVAILABLE, details: expect.stringContaining("orders") });
    expect(server.reached).toHaveLength(3);
  });

  test("in both directions goes both ways at once", async () => {
    server.meets();
    const call = clientOf(policyOf()).chat();
    const reading = read(call);
    call.write("a");
    call.write("b");
    call.end();
    expect(await reading).toEqual({ messages: ["a", "b"], error: null });
    server.meets({ code: UNAVAILABLE });
    const failing = clientOf(policyOf(), IDEMPOTENT).chat();
    const failed = read(failing);
    failing.write("a");
    failing.end();
    const { error } = await failed;
    expect(error).toMatchObject({ code: UNAVAILABLE });
    expect(outcomeOf(error)).toMatchObject({ stopReason: "RETRY_REFUSED" });
    expect(server.reached).toHaveLength(1);
  });
});

describe("beside the library", () => {
  const serviceConfig = JSON.stringify({
    methodConfig: [
      {
        name: [{}],
        retryPolicy: {
          maxAttempts: 3,
          initialBackoff: "0.01s",
          maxBackoff: "0.01s",
          backoffMultiplier: 1,
          retryableStatusCodes: ["UNAVAILABLE"],
        },
      },
    ],
  });
  const failures = Array.from({ length: 30 }, () => ({ code: UNAVAILABLE }));

  test("retries of a service config are switched off; without grpcOptions they multiply", async () => {
    const off = clientOf(policyOf(), {}, { "grpc.service_config": serviceConfig });
    server.meets(...failures);
    await failureOf(get(off, {}));
    expect(server.reached).toHaveLength(4);
    const multiplied = ordersClient(server.port, {
      interceptors: [grpcInterceptor(policyOf())],
      "grpc.service_config": serviceConfig,
    });
    clients.push(multiplied);
    server.meets(...failures);
    await failureOf(get(multiplied, {}));
    expect(server.reached).toHaveLength(12);
  });

  test("interceptors before the policy's see a call once, those after it each attempt", async () => {
    const seen: string[] = [];
    const watching =
      (name: string): grpc.Interceptor =>
      (options, nextCall) =>
        new grpc.InterceptingCall(nextCall(options), {
          start(metadata, _listener, next) {
            seen.push(`${name} starts`);
            next(metadata, {
              onReceiveStatus(status, tell) {
                seen.push(`${name} ${status.code}`);
                tell(status);
              },
            });
          },
        });
    const interceptors = [watching("before"), grpcInterceptor(policyOf()), watching("after")];
    server.meets({ code: UNAVAILABLE });
    expect(await get(clientOf(policyOf(), {}, { interceptors }), 1)).toBe(1);
    expect(seen).toEqual(["before starts", "after starts", "after 14", "after starts", "after 0", "before 0"]);
  });

  test("a call that serves another goes with it", async () => {
    const inner = clientOf(policyOf({ retry: { strategy: constant(5), maxAttempts: 1_000 } }), IDEMPOTENT);
    const outer = new grpc.Server();
    const ended = new Promise<unknown>((resolve) => {
      outer.addService(
        { get: Orders.get },
        {
          get: (parent: grpc.ServerUnaryCall<unknown, unknown>) => {
            inner.get({}, new grpc.Metadata(), { parent } as grpc.CallOptions, resolve);
          },
        },
      );
    });
    const port = await new Promise<number>((resolve) =>
      outer.bindAsync("127.0.0.1:0", grpc.ServerCredentials.createInsecure(), (_error, at) => resolve(at)),
    );
    server.meets(...Array.from({ length: 900 }, () => ({ code: INTERNAL })));
    const client = ordersClient(port, {});
    clients.push(client);
    const call = client.get({}, new grpc.Metadata(), {}, () => {});
    await until(() => server.reached.length > 2);
    call.cancel();
    expect(await ended).toMatchObject({ code: CANCELLED });
    outer.forceShutdown();
  });
});

test("10,000 calls leave nothing behind", { timeout: 120_000 }, async () => {
  const policy = policyOf({ retry: { attemptTimeoutMs: 10_000 } });
  const client = clientOf(policy);
  server.meets();
  await get(client, {});
  const timers = (): number => process.getActiveResourcesInfo().filter((kind) => kind === "Timeout").length;
  const before = timers();
  let callbacks = 0;
  for (let round = 0; round < 100; round++) {
    server.meets({ code: UNAVAILABLE }, { code: NOT_FOUND });
    await Promise.all(
      Array.from({ length: 100 }, (_each, index) =>
        get(client, { index }).then(
          () => callbacks++,
          () => callbacks++,
        ),
      ),
    );
  }
  expect(callbacks).toBe(10_000);
  expect(policy.inFlight).toBe(0);
  await until(() => timers() <= before + 2);
});

describe("in a scope", () => {
  test("the server is told no more than what is left of it", async () => {
    const client = clientOf(policyOf({ retry: { attemptTimeoutMs: 15_000, deadlineMs: 20_000 } }));
    await runInScope({ deadlineMs: 5_000 }, () => get(client, 1));
    await runInScope({ deadlineMs: 5_000 }, () => get(client, 1, { deadline: Date.now() + 2_000 }));
    await runInScope({ deadlineMs: 60_000 }, () => get(client, 1));
    const [scopes, callers, attempts] = server.reached.map(({ leftMs }) => leftMs) as [number, number, number];
    // With the grace by which the policy's own timer rings first.
    expect(scopes).toBeLessThanOrEqual(5_005);
    expect(callers).toBeLessThanOrEqual(2_005);
    expect(attempts).toBeGreaterThan(5_005);
    expect(attempts).toBeLessThanOrEqual(15_005);
  });

  test("each attempt is told what is left by then", async () => {
    const client = clientOf(policyOf({ retry: { strategy: constant(50) } }));
    server.meets({ code: UNAVAILABLE });
    await runInScope({ deadlineMs: 10_000 }, () => get(client, 1));
    const [first, second] = server.reached.map(({ leftMs }) => leftMs) as [number, number];
    expect(second).toBeLessThan(first);
  });

  test("its deadline ends a call, at the server, too", async () => {
    server.meets({ hang: true });
    const client = clientOf(policyOf());
    const error = await failureOf(runInScope({ deadlineMs: 150 }, () => get(client, {})));
    expect(error).toMatchObject({ code: DEADLINE_EXCEEDED });
    expect(outcomeOf(error)).toMatchObject({ stopReason: "DEADLINE_EXCEEDED", deadlineOf: "scope", attempts: 1 });
    await until(() => server.reached[0]?.cancelled === true);
  });

  test.each([
    ["an error", new Error("left")],
    ["the platform's own", undefined],
  ])("its signal cancels a call, at the server, too, whatever the reason is: %s", async (_what, reason) => {
    server.meets({ hang: true });
    const client = clientOf(policyOf(), IDEMPOTENT);
    const leaving = new AbortController();
    const call = runInScope({ signal: leaving.signal }, () => failureOf(get(client, {})));
    await until(() => server.reached.length === 1);
    leaving.abort(reason);
    const error = await call;
    expect(error).toMatchObject({ code: CANCELLED, cause: leaving.signal.reason });
    expect(outcomeOf(error)).toMatchObject({ stopReason: "ABORTED", attempts: 1 });
    await until(() => server.reached[0]?.cancelled === true);
  });

  test("its signal cancels a stream that is open, at the server, too; of its deadline the server is not told", async () => {
    server.meets({ messages: [1], hang: true });
    const client = clientOf(policyOf());
    const leaving = new AbortController();
    const stream = runInScope({ signal: leaving.signal, deadlineMs: 1_000 }, () => client.watch({}));
    const all = read(stream);
    await new Promise((resolve) => stream.once("data", resolve));
    expect(server.reached[0]?.leftMs).toBe(Infinity);
    leaving.abort(new Error("left"));
    expect(await all).toMatchObject({ messages: [1], error: { code: CANCELLED, details: "left" } });
    await until(() => server.reached[0]?.cancelled === true);
  });

  test("a stream that has ended is not told of its signal any more", async () => {
    const client = clientOf(policyOf());
    const leaving = new AbortController();
    const { messages, error } = await runInScope({ signal: leaving.signal }, () => read(client.watch({})));
    leaving.abort();
    expect([messages, error]).toEqual([[1, 2, 3], null]);
  });
});
