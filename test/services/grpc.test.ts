/* @grpc/grpc-js against servers that fail in every way: the class, and what a policy makes of it. */
import { createServer, type Http2Server, constants as http2, type ServerHttp2Stream } from "node:http2";
import type { AddressInfo } from "node:net";
import { constant, type ErrorClass, Policy, retryAfterOr } from "redress";
import { grpcClassifier } from "redress/extras";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { classOf } from "../extras/recorded.ts";
import { failureOf, freePort, type GrpcClient, type GrpcServer, grpcClient, grpcServer } from "./rpc-grpc.ts";

const UNAVAILABLE = 14;
const CODES: readonly ErrorClass[] = [
  "PERMANENT",
  "UNKNOWN",
  "PERMANENT",
  "TRANSIENT",
  "PERMANENT",
  "PERMANENT",
  "PERMISSION",
  "RATE_LIMIT",
  "PERMANENT",
  "CONCURRENCY",
  "PERMANENT",
  "PERMANENT",
  "SERVER_ERROR",
  "TRANSIENT",
  "PERMANENT",
  "AUTH",
];

const delays: number[] = [];
const policy = new Policy({
  retry: { classifier: grpcClassifier, strategy: retryAfterOr(constant(1), { jitterMs: 0 }), maxAttempts: 5 },
  hooks: { onMetric: (event, _attempt, sleepMs) => void (event === "retry" && delays.push(sleepMs)) },
});

let server: GrpcServer;
let client: GrpcClient;
beforeAll(async () => {
  server = await grpcServer();
});
beforeEach(() => {
  delays.length = 0;
  server.behave();
  client = grpcClient(server.port);
});
afterEach(() => client.close());
afterAll(() => server.close());

const classOfFailure = async (call: Promise<unknown>): Promise<ErrorClass> => classOf(grpcClassifier, await failureOf(call));

describe("what a handler answers", () => {
  test.each(CODES.map((errorClass, i) => [i + 1, errorClass] as const))("code %i is %s", async (code, errorClass) => {
    server.behave({ code });
    expect(await classOfFailure(client.call())).toBe(errorClass);
    server.behave({ code });
    expect(await classOfFailure(client.stream())).toBe(errorClass);
  });

  test("unavailable twice, then well: the call succeeds", async () => {
    server.behave({ code: UNAVAILABLE }, { code: UNAVAILABLE });
    expect(await policy.execute(() => client.call({ a: 1 }))).toMatchObject({ ok: true, value: { a: 1 }, attempts: 3 });
    expect(server.calls).toBe(3);
  });

  test("aborted by a concurrent transaction, then well: the call succeeds", async () => {
    server.behave({ code: 10 });
    expect(await policy.execute(() => client.call())).toMatchObject({ ok: true, attempts: 2 });
  });

  test("unavailable in the middle of a stream, then well: the stream is read again", async () => {
    server.behave({ code: UNAVAILABLE });
    expect(await policy.execute(() => client.stream())).toMatchObject({ ok: true, value: [1], attempts: 2 });
  });

  test("the server's pushback is the delay", async () => {
    server.behave(
      { code: 8, metadata: { "grpc-retry-pushback-ms": "37" } },
      { code: 8, metadata: { "grpc-retry-pushback-ms": "0" } },
    );
    expect(await policy.execute(() => client.call())).toMatchObject({ ok: true, attempts: 3 });
    // The server does not take the backoff away.
    expect(delays).toEqual([37, 1]);
  });

  test.each([
    ["-1", "TRANSIENT"],
    ["not a number", "TRANSIENT"],
  ])("a pushback of %s stops, and leaves the class as it is", async (pushback, lastClass) => {
    server.behave({ code: UNAVAILABLE, metadata: { "grpc-retry-pushback-ms": pushback } });
    expect(await policy.execute(() => client.call())).toMatchObject({
      ok: false,
      attempts: 1,
      lastClass,
      stopReason: "RETRY_REFUSED",
    });
  });

  test.each([
    [16, "AUTH"],
    [7, "PERMISSION"],
    [3, "PERMANENT"],
  ])("code %i stops", async (code, lastClass) => {
    server.behave({ code });
    expect(await policy.execute(() => client.call())).toMatchObject({
      ok: false,
      attempts: 1,
      lastClass,
      stopReason: "NON_RETRYABLE_CLASS",
    });
    expect(server.calls).toBe(1);
  });
});

describe("what the client itself ends", () => {
  test("a deadline that passes may be tried again", async () => {
    server.behave("hang");
    const call = () => client.call({}, { deadline: Date.now() + 150 });
    expect(await policy.execute(call)).toMatchObject({ ok: true, attempts: 2 });
    server.behave("hang");
    expect(await classOfFailure(call())).toBe("TRANSIENT");
  });

  test("a cancelled call stops", async () => {
    server.behave("hang");
    const outcome = await policy.execute(() => client.call({}, { cancelAfterMs: 30 }));
    expect(outcome).toMatchObject({ ok: false, attempts: 1, lastClass: "PERMANENT" });
  });

  test.each([
    ["received", { "grpc.max_receive_message_length": 5 }],
    ["sent", { "grpc.max_send_message_length": 5 }],
  ])("a message larger than may be %s stops", async (_which, options) => {
    const limited = grpcClient(server.port, options);
    const outcome = await policy.execute(() => limited.call({ text: "a long message" }));
    expect(outcome).toMatchObject({ ok: false, attempts: 1, lastClass: "PERMANENT", lastError: { code: 8 } });
    limited.close();
  });

  test("a message that cannot be written stops", async () => {
    const circular: Record<string, unknown> = {};
    circular["self"] = circular;
    expect(await policy.execute(() => client.call(circular))).toMatchObject({
      attempts: 1,
      lastClass: "PERMANENT",
      lastError: { code: 13 },
    });
  });

  test("an unknown method stops", async () => {
    expect(await policy.execute(() => client.call({}, { path: "/eco.Echo/Nope" }))).toMatchObject({
      attempts: 1,
      lastClass: "PERMANENT",
    });
  });
});

describe("the server's absence", () => {
  test("nobody listens, which passes", async () => {
    const nowhere = grpcClient(await freePort());
    expect(await classOfFailure(nowhere.call())).toBe("TRANSIENT");
    expect(await classOfFailure(nowhere.waitForReady(100))).toBe("TRANSIENT");
    nowhere.close();
  });

  test("a name that is not found passes", async () => {
    const { Client, credentials } = await import("@grpc/grpc-js");
    const lost = new Client("nope.invalid:1", credentials.createInsecure());
    const call = new Promise((resolve, reject) => {
      const id = (data: Buffer): Buffer => data;
      lost.makeUnaryRequest("/eco.Echo/Call", id, id, Buffer.alloc(0), (error, value) =>
        error ? reject(error) : resolve(value),
      );
    });
    expect(await classOfFailure(call)).toBe("TRANSIENT");
    lost.close();
  });

  test("a server that goes while it works, and comes back: the call succeeds", async () => {
    const first = await grpcServer();
    const { port } = first;
    first.behave("hang");
    const steady = grpcClient(port);
    const lost: ErrorClass[] = [];
    const patient = new Policy({
      retry: { classifier: grpcClassifier, strategy: constant(30), maxAttempts: 200, deadlineMs: 20_000 },
      hooks: { onMetric: (_event, _attempt, _sleepMs, tags) => void (tags.class && lost.push(tags.class)) },
    });
    const call = patient.execute(() => steady.call({ b: 2 }));
    await until(() => first.calls === 1);
    await first.close();
    await until(() => lost.length >= 2);
    const second = await grpcServer(port);
    expect(await call).toMatchObject({ ok: true, value: { b: 2 } });
    expect(new Set(lost)).toEqual(new Set(["TRANSIENT"]));
    steady.close();
    await second.close();
  });
});

describe("whoever answers in the server's place", () => {
  let proxy: Http2Server;
  let answer: (stream: ServerHttp2Stream) => void;
  let behind: GrpcClient;
  beforeAll(async () => {
    proxy = createServer();
    proxy.on("stream", (stream) => {
      stream.on("error", () => {});
      answer(stream);
    });
    await new Promise<void>((listening) => proxy.listen(0, "127.0.0.1", listening));
  });
  beforeEach(() => {
    behind = grpcClient((proxy.address() as AddressInfo).port);
  });
  afterEach(() => behind.close());
  afterAll(() => new Promise<void>((closed) => proxy.close(() => closed())));

  test.each<[number, ErrorClass]>([
    [400, "SERVER_ERROR"],
    [401, "AUTH"],
    [403, "PERMISSION"],
    [404, "PERMANENT"],
    [429, "TRANSIENT"],
    [500, "SERVER_ERROR"],
    [502, "TRANSIENT"],
    [503, "TRANSIENT"],
    [504, "TRANSIENT"],
  ])("with HTTP %i: %s", async (status, errorClass) => {
    answer = (stream) => {
      stream.respond({ ":status": status, "content-type": "text/html" });
      stream.end("<html>");
    };
    expect(await classOfFailure(behind.call())).toBe(errorClass);
  });

  test.each<[string, number, ErrorClass]>([
    ["INTERNAL_ERROR", http2.NGHTTP2_INTERNAL_ERROR, "TRANSIENT"],
    ["PROTOCOL_ERROR", http2.NGHTTP2_PROTOCOL_ERROR, "TRANSIENT"],
    ["REFUSED_STREAM", http2.NGHTTP2_REFUSED_STREAM, "TRANSIENT"],
    ["CANCEL", http2.NGHTTP2_CANCEL, "TRANSIENT"],
    ["ENHANCE_YOUR_CALM", http2.NGHTTP2_ENHANCE_YOUR_CALM, "RATE_LIMIT"],
    ["INADEQUATE_SECURITY", http2.NGHTTP2_INADEQUATE_SECURITY, "PERMISSION"],
  ])("with a reset of the stream, %s: %s", async (_name, code, errorClass) => {
    answer = (stream) => stream.close(code);
    expect(await classOfFailure(behind.call())).toBe(errorClass);
  });

  test("with the end of the connection: TRANSIENT", async () => {
    answer = (stream) => stream.session?.destroy();
    expect(await classOfFailure(behind.call())).toBe("TRANSIENT");
  });
});

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((wait) => setTimeout(wait, 5));
}
