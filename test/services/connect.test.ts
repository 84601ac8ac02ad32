/* @connectrpc/connect with its three protocols over HTTP/1.1 and HTTP/2, against servers that fail in every way. */
import * as http from "node:http";
import * as http2 from "node:http2";
import type { AddressInfo } from "node:net";
import { Code, ConnectError, type Transport } from "@connectrpc/connect";
import { createConnectTransport, createGrpcTransport, createGrpcWebTransport } from "@connectrpc/connect-node";
import { constant, type ErrorClass, Policy, retryAfterOr } from "redress";
import { connectClassifier } from "redress/extras";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { classOf } from "../extras/recorded.ts";
import { type ConnectClient, type ConnectServer, connectClient, connectServer } from "./rpc-connect.ts";
import { failureOf, freePort } from "./rpc-grpc.ts";

const CODES: readonly (readonly [keyof typeof Code, ErrorClass])[] = [
  ["Canceled", "PERMANENT"],
  ["Unknown", "UNKNOWN"],
  ["InvalidArgument", "PERMANENT"],
  ["DeadlineExceeded", "TRANSIENT"],
  ["NotFound", "PERMANENT"],
  ["AlreadyExists", "PERMANENT"],
  ["PermissionDenied", "PERMISSION"],
  ["ResourceExhausted", "RATE_LIMIT"],
  ["FailedPrecondition", "PERMANENT"],
  ["Aborted", "CONCURRENCY"],
  ["OutOfRange", "PERMANENT"],
  ["Unimplemented", "PERMANENT"],
  ["Internal", "SERVER_ERROR"],
  ["Unavailable", "TRANSIENT"],
  ["DataLoss", "PERMANENT"],
  ["Unauthenticated", "AUTH"],
];

const delays: number[] = [];
const policy = new Policy({
  retry: { classifier: connectClassifier, strategy: retryAfterOr(constant(1), { jitterMs: 0 }), maxAttempts: 5 },
  hooks: { onMetric: (event, _attempt, sleepMs) => void (event === "retry" && delays.push(sleepMs)) },
});
beforeEach(() => {
  delays.length = 0;
});

type Version = "1.1" | "2";
interface Limits {
  readonly readMaxBytes?: number;
  readonly writeMaxBytes?: number;
}
type Transports = (baseUrl: string, httpVersion: Version, limits?: Limits) => Transport;

const PROTOCOLS: Readonly<Record<string, Transports>> = {
  Connect: (baseUrl, httpVersion, limits) => createConnectTransport({ baseUrl, httpVersion, ...limits }),
  "gRPC-web": (baseUrl, httpVersion, limits) => createGrpcWebTransport({ baseUrl, httpVersion, ...limits }),
  gRPC: (baseUrl, _httpVersion, limits) => createGrpcTransport({ baseUrl, ...limits }),
};

const WAYS: readonly (readonly [string, Version])[] = [
  ["Connect", "1.1"],
  ["Connect", "2"],
  ["gRPC-web", "1.1"],
  ["gRPC-web", "2"],
  ["gRPC", "2"],
];

const classOfFailure = async (call: Promise<unknown>): Promise<ErrorClass> => classOf(connectClassifier, await failureOf(call));

describe.each(WAYS)("%s over HTTP/%s", (protocol, version) => {
  const clientOf = (port: number, limits?: Limits): ConnectClient =>
    connectClient((PROTOCOLS[protocol] as Transports)(`http://127.0.0.1:${port}`, version, limits));

  let server: ConnectServer;
  let client: ConnectClient;
  beforeAll(async () => {
    server = await connectServer(version);
    client = clientOf(server.port);
  });
  beforeEach(() => server.behave());
  afterAll(() => server.close());

  test.each(CODES)("%s is %s", async (code, errorClass) => {
    server.behave(new ConnectError("d", Code[code]));
    expect(await classOfFailure(client.call())).toBe(errorClass);
    server.behave(new ConnectError("d", Code[code]));
    expect(await classOfFailure(client.stream())).toBe(errorClass);
  });

  test("a handler that throws is a server's error", async () => {
    server.behave(new Error("bug"));
    expect(await classOfFailure(client.call())).toBe("SERVER_ERROR");
  });

  test("unavailable twice, then well: the call succeeds", async () => {
    server.behave(new ConnectError("d", Code.Unavailable), new ConnectError("d", Code.Unavailable));
    expect(await policy.execute(() => client.call("hello"))).toMatchObject({ ok: true, value: "hello", attempts: 3 });
    expect(server.calls).toBe(3);
  });

  test("unavailable in the middle of a stream, then well: the stream is read again", async () => {
    server.behave(new ConnectError("d", Code.Unavailable));
    expect(await policy.execute(() => client.stream("a"))).toMatchObject({ ok: true, value: ["a"], attempts: 2 });
  });

  test("the server's pushback and Retry-After are the delay", async () => {
    server.behave(
      new ConnectError("d", Code.ResourceExhausted, { "grpc-retry-pushback-ms": "37", "retry-after": "9" }),
      new ConnectError("d", Code.Unavailable, { "retry-after": "0" }),
    );
    expect(await policy.execute(() => client.call())).toMatchObject({ ok: true, attempts: 3 });
    expect(delays).toEqual([37, 1]);
  });

  test("a negative pushback stops", async () => {
    server.behave(new ConnectError("d", Code.Unavailable, { "grpc-retry-pushback-ms": "-1" }));
    expect(await policy.execute(() => client.call())).toMatchObject({
      ok: false,
      attempts: 1,
      lastClass: "TRANSIENT",
      stopReason: "RETRY_REFUSED",
    });
  });

  test.each([
    ["Unauthenticated", "AUTH"],
    ["PermissionDenied", "PERMISSION"],
    ["InvalidArgument", "PERMANENT"],
  ] as const)("%s stops", async (code, lastClass) => {
    server.behave(new ConnectError("d", Code[code]));
    expect(await policy.execute(() => client.call())).toMatchObject({
      ok: false,
      attempts: 1,
      lastClass,
      stopReason: "NON_RETRYABLE_CLASS",
    });
  });

  test("a timeout that passes may be tried again", async () => {
    server.behave("hang");
    expect(await policy.execute(() => client.call("a", { timeoutMs: 500 }))).toMatchObject({ ok: true, attempts: 2 });
  });

  test("an aborted call stops", async () => {
    server.behave("hang");
    const abort = new AbortController();
    const call = client.call("a", { signal: abort.signal });
    while (server.calls === 0) await new Promise((wait) => setTimeout(wait, 5));
    abort.abort();
    expect(await classOfFailure(call)).toBe("PERMANENT");
  });

  test("a call whose signal timed out may be tried again", async () => {
    server.behave("hang");
    expect(await classOfFailure(client.call("a", { signal: AbortSignal.timeout(60) }))).toBe("TRANSIENT");
  });

  test.each<[string, Limits]>([
    ["read", { readMaxBytes: 5 }],
    ["written", { writeMaxBytes: 5 }],
  ])("a message larger than may be %s stops", async (_which, limits) => {
    const limited = clientOf(server.port, limits);
    expect(await policy.execute(() => limited.call("a long message"))).toMatchObject({
      ok: false,
      attempts: 1,
      lastClass: "PERMANENT",
    });
  });

  test("an unknown method stops", async () => {
    expect(await policy.execute(() => client.call("a", {}, "nope"))).toMatchObject({
      ok: false,
      attempts: 1,
      lastClass: "PERMANENT",
    });
  });

  test("nobody listens, which passes", async () => {
    expect(await classOfFailure(clientOf(await freePort()).call())).toBe("TRANSIENT");
  });

  test("a server that goes while it works, and comes back: the call succeeds", async () => {
    const first = await connectServer(version);
    first.behave("hang");
    const steady = clientOf(first.port);
    const lost: ErrorClass[] = [];
    const patient = new Policy({
      retry: { classifier: connectClassifier, strategy: constant(20), maxAttempts: 400, deadlineMs: 20_000 },
      hooks: { onMetric: (_event, _attempt, _sleepMs, tags) => void (tags.class && lost.push(tags.class)) },
    });
    const call = patient.execute(() => steady.call("b"));
    while (first.calls === 0) await new Promise((wait) => setTimeout(wait, 5));
    await first.close();
    while (lost.length < 2) await new Promise((wait) => setTimeout(wait, 5));
    const second = await connectServer(version, first.port);
    expect(await call).toMatchObject({ ok: true, value: "b" });
    expect(new Set(lost)).toEqual(new Set(["TRANSIENT"]));
    await second.close();
  });

  describe("whoever answers in the server's place", () => {
    let proxy: http.Server | http2.Http2Server;
    let answer: (response: http.ServerResponse) => void;
    let behind: ConnectClient;
    const connections = new Set<{ destroy(): void }>();
    beforeAll(async () => {
      const listener = (_request: unknown, response: unknown): void => answer(response as http.ServerResponse);
      proxy = version === "2" ? http2.createServer(listener) : http.createServer(listener);
      proxy.on(version === "2" ? "session" : "connection", (connection) => connections.add(connection));
      await new Promise<void>((listening) => proxy.listen(0, "127.0.0.1", () => listening()));
      behind = clientOf((proxy.address() as AddressInfo).port);
    });
    afterAll(
      () =>
        new Promise<void>((closed) => {
          proxy.close(() => closed());
          for (const connection of connections) connection.destroy();
        }),
    );

    test.each<[number, ErrorClass]>([
      [401, "AUTH"],
      [403, "PERMISSION"],
      [404, "PERMANENT"],
      [429, "TRANSIENT"],
      [500, "SERVER_ERROR"],
      [502, "TRANSIENT"],
      [503, "TRANSIENT"],
      [504, "TRANSIENT"],
    ])("with HTTP %i: %s", async (status, errorClass) => {
      answer = (response) => response.writeHead(status, { "content-type": "text/html", "retry-after": "7" }).end("<html>");
      const error = await failureOf(behind.call());
      expect(classOf(connectClassifier, error)).toBe(errorClass);
      if (status === 429 || status === 503) expect(connectClassifier(error)).toEqual({ errorClass, retryAfterMs: 7000 });
    });

    test("with the end of the connection: TRANSIENT", async () => {
      answer = () => {
        for (const connection of connections) connection.destroy();
      };
      expect(await classOfFailure(behind.call())).toBe("TRANSIENT");
    });
  });
});
