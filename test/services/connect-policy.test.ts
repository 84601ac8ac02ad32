/* redress/connect with @connectrpc/connect 2, its three protocols over HTTP/1.1 and HTTP/2: what the caller gets, and what reaches the server. */
import { Code, ConnectError, type Interceptor, type Transport } from "@connectrpc/connect";
import { createConnectTransport, createGrpcTransport, createGrpcWebTransport } from "@connectrpc/connect-node";
import { Bulkhead, CircuitBreaker, constant, Hedge, outcomeOf, Policy, type PolicyOptions, retryAfterOr } from "redress";
import { type ConnectInterceptorOptions, connectInterceptor } from "redress/connect";
import { runInScope } from "redress/scope";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { type OrdersClient, OrdersServer, ordersClient, read, texts } from "./rpc-connect-service.ts";
import { failureOf, freePort } from "./rpc-grpc.ts";

const strategy = retryAfterOr(constant(1), { jitterMs: 0 });
const IDEMPOTENT: ConnectInterceptorOptions = { idempotent: true };

const policyOf = <F = never>({ retry, ...options }: PolicyOptions<unknown, F> = {}): Policy<unknown, F> =>
  new Policy({ retry: { strategy, maxAttempts: 4, ...(retry as object) }, ...options });

type Version = "1.1" | "2";
type Transports = (baseUrl: string, httpVersion: Version, interceptors: Interceptor[]) => Transport;

const PROTOCOLS: Readonly<Record<string, Transports>> = {
  Connect: (baseUrl, httpVersion, interceptors) => createConnectTransport({ baseUrl, httpVersion, interceptors }),
  "gRPC-web": (baseUrl, httpVersion, interceptors) => createGrpcWebTransport({ baseUrl, httpVersion, interceptors }),
  gRPC: (baseUrl, _httpVersion, interceptors) => createGrpcTransport({ baseUrl, interceptors }),
};

const WAYS: readonly (readonly [string, Version])[] = [
  ["Connect", "1.1"],
  ["Connect", "2"],
  ["gRPC-web", "1.1"],
  ["gRPC", "2"],
];

const unavailable = (words = "d"): ConnectError => new ConnectError(words, Code.Unavailable);

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((wait) => setTimeout(wait, 2));
}

describe.each(WAYS)("%s over HTTP/%s", (protocol, version) => {
  let server: OrdersServer;
  beforeAll(async () => {
    server = await OrdersServer.listening(version);
  });
  beforeEach(() => server.meets());
  afterAll(() => server.close());

  const transports = PROTOCOLS[protocol] as Transports;
  const clientOf = (policy: Policy<unknown, unknown>, options?: ConnectInterceptorOptions, url = server.url): OrdersClient =>
    ordersClient(transports(url, version, [connectInterceptor(policy, options)]));

  test("a unary call is repeated while the server is unavailable: requests on the wire are the policy's attempts", async () => {
    server.meets({ error: unavailable() }, { error: unavailable() });
    expect(await clientOf(policyOf()).place({ text: "a" })).toMatchObject({ text: "a" });
    expect(server.reached.map(({ text }) => text)).toEqual(["a", "a", "a"]);
    const previous = server.reached.map(({ previousAttempts }) => previousAttempts);
    expect(previous).toEqual(protocol === "gRPC" ? [null, "1", "2"] : [null, null, null]);
  });

  test("a call that fails for good throws the last error, and the outcome says why", async () => {
    server.meets(...Array.from({ length: 9 }, (_each, index) => ({ error: unavailable(`error ${index}`) })));
    const error = await failureOf(clientOf(policyOf()).place({ text: "a" }));
    expect(error).toBeInstanceOf(ConnectError);
    expect(error).toMatchObject({ code: Code.Unavailable, rawMessage: "error 3" });
    expect(outcomeOf(error)).toMatchObject({ stopReason: "MAX_ATTEMPTS_GLOBAL", attempts: 4, lastError: error });
    expect(server.reached).toHaveLength(4);
  });

  test("what a service declares without side effects or idempotent is repeated after any failure that its class allows", async () => {
    const client = clientOf(policyOf());
    for (const method of ["get", "put"] as const) {
      server.meets({ error: new ConnectError("d", Code.Internal) });
      expect(await client[method]({ text: "a" })).toMatchObject({ text: "a" });
      expect(server.reached).toHaveLength(2);
    }
    server.meets({ error: new ConnectError("d", Code.Internal) });
    const error = await failureOf(client.place({ text: "a" }));
    expect(outcomeOf(error)).toMatchObject({ stopReason: "RETRY_REFUSED", attempts: 1, lastClass: "SERVER_ERROR" });
    server.meets({ error: new ConnectError("d", Code.Internal) });
    const named = clientOf(policyOf(), { idempotent: (method) => method === "/shop.Orders/Place" });
    expect(await named.place({ text: "b" })).toMatchObject({ text: "b" });
  });

  test("the server's pushback is the delay, and a negative one the end", async () => {
    const delays: number[] = [];
    const hooks = {
      onMetric: (event: string, _attempt: number, sleepMs: number) => void (event === "retry" && delays.push(sleepMs)),
    };
    server.meets({ error: new ConnectError("d", Code.ResourceExhausted, { "grpc-retry-pushback-ms": "37" }) });
    expect(await clientOf(policyOf({ hooks })).place({ text: "a" })).toMatchObject({ text: "a" });
    expect(delays).toEqual([37]);
    server.meets({ error: new ConnectError("d", Code.Unavailable, { "grpc-retry-pushback-ms": "-1" }) });
    const error = await failureOf(clientOf(policyOf(), IDEMPOTENT).place({ text: "a" }));
    expect(outcomeOf(error)).toMatchObject({ stopReason: "RETRY_REFUSED", attempts: 1 });
  });

  test("a call that never left is made again; one whose connection broke only where it is idempotent", async () => {
    const refused = await failureOf(clientOf(policyOf(), {}, `http://127.0.0.1:${await freePort()}`).place({ text: "a" }));
    expect(refused).toMatchObject({ code: Code.Unavailable });
    expect(outcomeOf(refused)).toMatchObject({ stopReason: "MAX_ATTEMPTS_GLOBAL", attempts: 4 });
    server.meets({ hang: true });
    const broken = failureOf(clientOf(policyOf()).place({ text: "a" }));
    await until(() => server.reached.length === 1);
    server.cut();
    expect(outcomeOf(await broken)).toMatchObject({ stopReason: "RETRY_REFUSED", attempts: 1 });
    server.meets({ hang: true });
    const again = clientOf(policyOf()).get({ text: "a" });
    await until(() => server.reached.length === 1);
    server.cut();
    expect(await again).toMatchObject({ text: "a" });
    expect(server.reached).toHaveLength(2);
  });

  test("an attempt that takes too long is aborted at the server, and the next one made", async () => {
    server.meets({ hang: true });
    expect(await clientOf(policyOf({ retry: { attemptTimeoutMs: 800 } })).get({ text: "a" })).toMatchObject({ text: "a" });
    await until(() => server.reached[0]?.signal.aborted === true);
    expect(server.reached).toHaveLength(2);
  });

  test("the server is told what the policy grants an attempt, and the caller's time where that is less", async () => {
    const client = clientOf(policyOf({ retry: { attemptTimeoutMs: 5_000 } }));
    await client.get({ text: "a" });
    await client.get({ text: "a" }, { timeoutMs: 2_000 });
    await clientOf(policyOf({ retry: { attemptTimeoutMs: 5_000 } }), { sendTimeout: false }).get({ text: "a" });
    const [granted, callers, none] = server.reached.map(({ timeoutMs }) => timeoutMs);
    expect(granted).toBeGreaterThan(2_000);
    expect(granted).toBeLessThanOrEqual(5_005);
    expect(callers).toBeLessThanOrEqual(2_000);
    expect(none).toBeUndefined();
  });

  test("in a scope, the server is told no more than what is left of it", async () => {
    const client = clientOf(policyOf({ retry: { attemptTimeoutMs: 15_000 } }));
    await runInScope({ deadlineMs: 5_000 }, () => client.get({ text: "a" }));
    await runInScope({ deadlineMs: 5_000 }, () => client.get({ text: "a" }, { timeoutMs: 2_000 }));
    await runInScope({ deadlineMs: 60_000 }, () => client.get({ text: "a" }));
    const [scopes, callers, attempts] = server.reached.map(({ timeoutMs }) => timeoutMs);
    // With the grace by which the policy's own timer rings first.
    expect(scopes).toBeLessThanOrEqual(5_005);
    expect(callers).toBeLessThanOrEqual(2_005);
    expect(attempts).toBeGreaterThan(5_005);
    expect(attempts).toBeLessThanOrEqual(15_005);
  });

  test("the deadline of a scope ends a call, at the server, too", async () => {
    server.meets({ hang: true });
    const client = clientOf(policyOf());
    const error = await failureOf(runInScope({ deadlineMs: 150 }, () => client.get({ text: "a" })));
    expect(error).toBeInstanceOf(ConnectError);
    expect(error).toMatchObject({ code: Code.DeadlineExceeded });
    expect(outcomeOf(error)).toMatchObject({ stopReason: "DEADLINE_EXCEEDED", deadlineOf: "scope", attempts: 1 });
    await until(() => server.reached[0]?.signal.aborted === true);
  });

  test.each([
    ["an error", new Error("left")],
    ["the platform's own", undefined],
  ])("the signal of a scope cancels a call, at the server, too, whatever the reason is: %s", async (_what, reason) => {
    server.meets({ hang: true });
    const client = clientOf(policyOf());
    const leaving = new AbortController();
    const call = runInScope({ signal: leaving.signal }, () => failureOf(client.get({ text: "a" })));
    await until(() => server.reached.length === 1);
    leaving.abort(reason);
    const error = await call;
    expect(error).toBeInstanceOf(ConnectError);
    expect(error).toMatchObject({ code: Code.Canceled, cause: leaving.signal.reason });
    expect(outcomeOf(error)).toMatchObject({ stopReason: "ABORTED", attempts: 1 });
    await until(() => server.reached[0]?.signal.aborted === true);
  });

  test("the signal of a scope cancels a stream that is open, at the server, too", async () => {
    server.meets({ messages: ["1"], hang: true });
    const client = clientOf(policyOf());
    const leaving = new AbortController();
    const opening = runInScope({ signal: leaving.signal }, async () => {
      const stream = client.watch({ text: "a" })[Symbol.asyncIterator]();
      expect(await stream.next()).toMatchObject({ value: { text: "1" } });
      return stream;
    });
    // The scope is over once it is read: what was begun in it still ends with its signal.
    const stream = await opening;
    const ended = failureOf(stream.next());
    leaving.abort(new Error("left"));
    const error = await ended;
    expect(error).toBeInstanceOf(ConnectError);
    expect(error).toMatchObject({ code: Code.Canceled, rawMessage: "left", cause: leaving.signal.reason });
    await until(() => server.reached[0]?.signal.aborted === true);
  });

  test("the caller's time ends the call in the middle of its attempts, and the breaker hears of it", async () => {
    const circuitBreaker = new CircuitBreaker({ failureThreshold: 1 });
    server.meets({ hang: true });
    const error = await failureOf(clientOf(policyOf({ circuitBreaker })).get({ text: "a" }, { timeoutMs: 80 }));
    expect(error).toBeInstanceOf(ConnectError);
    expect(error).toMatchObject({ code: Code.DeadlineExceeded });
    expect(outcomeOf(error)).toMatchObject({ stopReason: "DEADLINE_EXCEEDED", attempts: 1 });
    expect(circuitBreaker.state).toBe("open");
  });

  test("a deadline of the policy is DeadlineExceeded", async () => {
    server.meets({ hang: true });
    const error = await failureOf(clientOf(policyOf({ retry: { deadlineMs: 80 } })).get({ text: "a" }));
    expect(error).toBeInstanceOf(ConnectError);
    expect(error).toMatchObject({ code: Code.DeadlineExceeded });
    expect(outcomeOf(error)).toMatchObject({ stopReason: "DEADLINE_EXCEEDED" });
  });

  test("a caller who aborts is heard by the server, and gets Canceled", async () => {
    server.meets({ hang: true });
    const abort = new AbortController();
    const call = failureOf(clientOf(policyOf()).get({ text: "a" }, { signal: abort.signal }));
    await until(() => server.reached.length === 1);
    abort.abort(new Error("The user has left."));
    const error = await call;
    expect(error).toMatchObject({ code: Code.Canceled, rawMessage: "The user has left." });
    expect(outcomeOf(error)).toMatchObject({ stopReason: "ABORTED" });
    await until(() => server.reached[0]?.signal.aborted === true);
    expect(server.reached).toHaveLength(1);
  });

  test("an open circuit is Unavailable and a full limiter ResourceExhausted: nothing is sent", async () => {
    const circuitBreaker = new CircuitBreaker({ name: "orders" });
    circuitBreaker.trip();
    const open = await failureOf(clientOf(policyOf({ circuitBreaker })).get({ text: "a" }));
    expect(open).toBeInstanceOf(ConnectError);
    expect(open).toMatchObject({ code: Code.Unavailable, rawMessage: expect.stringContaining('Circuit "orders"') });
    expect(outcomeOf(open)).toMatchObject({ stopReason: "CIRCUIT_OPEN", attempts: 0 });
    expect(server.reached).toHaveLength(0);
    const client = clientOf(policyOf({ limiter: new Bulkhead({ maxConcurrent: 1 }) }));
    server.meets({ hang: true });
    const abort = new AbortController();
    const first = failureOf(client.get({ text: "a" }, { signal: abort.signal }));
    await until(() => server.reached.length === 1);
    expect(await failureOf(client.get({ text: "a" }))).toMatchObject({ code: Code.ResourceExhausted });
    abort.abort();
    await first;
  });

  test("hedges are made of idempotent methods only", async () => {
    const hedged = (): Policy => policyOf({ hedge: new Hedge({ delayMs: 5, loadRatio: 1 }) });
    server.meets({ hang: true });
    expect(await clientOf(hedged()).get({ text: "a" })).toMatchObject({ text: "a" });
    await until(() => server.reached[0]?.signal.aborted === true);
    server.meets({ hang: true });
    await failureOf(clientOf(hedged()).place({ text: "a" }, { timeoutMs: 100 }));
    expect(server.reached).toHaveLength(1);
  });

  test("a fallback gives the message", async () => {
    server.meets({ error: new ConnectError("d", Code.NotFound) });
    expect(await clientOf(policyOf({ fallback: () => ({ text: "cached" }) })).get({ text: "a" })).toEqual({ text: "cached" });
  });

  test("a stream of answers is opened again until its first message has come", async () => {
    server.meets({ error: unavailable() }, { error: unavailable() });
    expect(await read(clientOf(policyOf()).watch({ text: "a" }))).toEqual({ messages: ["1", "2", "3"], error: null });
    expect(server.reached.map(({ text }) => text)).toEqual(["a", "a", "a"]);
    server.meets({ messages: ["1", "2"], error: unavailable("gone") });
    const { messages, error } = await read(clientOf(policyOf(), IDEMPOTENT).watch({ text: "a" }));
    expect(messages).toEqual(["1", "2"]);
    expect(error).toMatchObject({ code: Code.Unavailable, rawMessage: "gone" });
    expect(server.reached).toHaveLength(1);
  });

  test("a stream that cannot be opened throws the last error, and the outcome says why", async () => {
    server.meets(...Array.from({ length: 9 }, () => ({ error: unavailable() })));
    const { messages, error } = await read(clientOf(policyOf()).watch({ text: "a" }));
    expect(messages).toEqual([]);
    expect(outcomeOf(error)).toMatchObject({ stopReason: "MAX_ATTEMPTS_GLOBAL", attempts: 4 });
  });

  test("a stream whose connection breaks is opened again before its first message, and not after", async () => {
    server.meets({ hang: true });
    const before = read(clientOf(policyOf(), IDEMPOTENT).watch({ text: "a" }));
    await until(() => server.reached.length === 1);
    server.cut();
    expect(await before).toEqual({ messages: ["1", "2", "3"], error: null });
    server.meets({ messages: ["1"], hang: true });
    const messages: string[] = [];
    const failed = failureOf(
      (async () => {
        for await (const { text } of clientOf(policyOf(), IDEMPOTENT).watch({ text: "a" })) {
          messages.push(text);
          server.cut();
        }
      })(),
    );
    expect(await failed).toBeInstanceOf(ConnectError);
    expect(messages).toEqual(["1"]);
    expect(server.reached).toHaveLength(1);
  });

  test("a stream outlives the policy's bounds once it is open, and ends with its reader", async () => {
    server.meets({ messages: ["1"], hang: true });
    const client = clientOf(policyOf({ retry: { deadlineMs: 1_000, attemptTimeoutMs: 900 } }));
    for await (const { text } of client.watch({ text: "a" })) {
      expect(text).toBe("1");
      await new Promise((wait) => setTimeout(wait, 1_200));
      expect(server.reached[0]?.signal.aborted).toBe(false);
      expect(server.reached[0]?.timeoutMs).toBeUndefined();
      break;
    }
    const abort = new AbortController();
    server.meets({ messages: ["1"], hang: true });
    for await (const _each of client.watch({ text: "a" }, { signal: abort.signal })) {
      abort.abort();
      break;
    }
    await until(() => server.reached[0]?.signal.aborted === true);
  });

  test("a caller's time ends a stream that is open", async () => {
    server.meets({ messages: ["1"], hang: true });
    const { messages, error } = await read(clientOf(policyOf()).watch({ text: "a" }, { timeoutMs: 1_000 }));
    expect(messages).toEqual(["1"]);
    expect(error).toMatchObject({ code: Code.DeadlineExceeded });
  });

  test("a call whose requests are a stream is made once", async () => {
    const client = clientOf(policyOf(), IDEMPOTENT);
    expect(await client.upload(texts("a", "b", "c"))).toMatchObject({ text: "abc" });
    server.meets({ error: unavailable() });
    const error = await failureOf(client.upload(texts("a", "b")));
    expect(outcomeOf(error)).toMatchObject({ refusal: "its requests are a stream, which is sent once", attempts: 1 });
    expect(server.reached).toHaveLength(1);
    if (version === "1.1") return;
    server.meets();
    expect(await read(client.chat(texts("a", "b")))).toEqual({ messages: ["a", "b"], error: null });
    server.meets({ error: unavailable() });
    const { error: failed } = await read(client.chat(texts("a")));
    expect(outcomeOf(failed)).toMatchObject({ stopReason: "RETRY_REFUSED", attempts: 1 });
  });
});

describe("beside the library", () => {
  test("calls without side effects stay GET requests, and are repeated as such", async () => {
    const server = await OrdersServer.listening("1.1");
    const transport = createConnectTransport({
      baseUrl: server.url,
      httpVersion: "1.1",
      useHttpGet: true,
      interceptors: [connectInterceptor(policyOf())],
    });
    server.meets({ error: new ConnectError("d", Code.Internal) });
    expect(await ordersClient(transport).get({ text: "a" })).toMatchObject({ text: "a" });
    expect(server.reached.map(({ httpMethod }) => httpMethod)).toEqual(["GET", "GET"]);
    await server.close();
  });

  test("each server has a policy of its own where they are kept by origin", async () => {
    const servers = [await OrdersServer.listening("1.1"), await OrdersServer.listening("1.1")];
    const policies = new Map<string, Policy>();
    const keyed = {
      for(origin: string): Policy {
        const policy = policies.get(origin) ?? policyOf();
        policies.set(origin, policy);
        return policy;
      },
    };
    for (const { url } of servers) {
      const transport = createConnectTransport({ baseUrl: url, httpVersion: "1.1", interceptors: [connectInterceptor(keyed)] });
      await ordersClient(transport).get({ text: "a" });
      await ordersClient(transport).get({ text: "a" });
    }
    expect([...policies.keys()]).toEqual(servers.map(({ url }) => url));
    for (const server of servers) await server.close();
  });

  test("10,000 calls leave nothing behind", { timeout: 120_000 }, async () => {
    const server = await OrdersServer.listening("2");
    const policy = policyOf({ retry: { attemptTimeoutMs: 10_000 } });
    const transport = createConnectTransport({
      baseUrl: server.url,
      httpVersion: "2",
      interceptors: [connectInterceptor(policy)],
    });
    const client = ordersClient(transport);
    await client.get({ text: "a" });
    const timers = (): number => process.getActiveResourcesInfo().filter((kind) => kind === "Timeout").length;
    const before = timers();
    let ended = 0;
    for (let round = 0; round < 100; round++) {
      server.meets({ error: unavailable() }, { error: new ConnectError("d", Code.NotFound) });
      await Promise.all(
        Array.from({ length: 100 }, () =>
          client.get({ text: "a" }).then(
            () => ended++,
            () => ended++,
          ),
        ),
      );
    }
    expect(ended).toBe(10_000);
    expect(policy.inFlight).toBe(0);
    await until(() => timers() <= before + 2);
    await server.close();
  });
});
