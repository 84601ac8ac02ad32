import { defaultClassifier, type ErrorClass, firstKnown } from "redress";
import { grpcClassifier, universalClassifier } from "redress/extras";
import { describe, expect, test } from "vitest";
import { classOf, recordedAs } from "./recorded.ts";

recordedAs("grpc-js", grpcClassifier);

const STATUSES: readonly (readonly [string, number, ErrorClass])[] = [
  ["CANCELLED", 1, "PERMANENT"],
  ["UNKNOWN", 2, "UNKNOWN"],
  ["INVALID_ARGUMENT", 3, "PERMANENT"],
  ["DEADLINE_EXCEEDED", 4, "TRANSIENT"],
  ["NOT_FOUND", 5, "PERMANENT"],
  ["ALREADY_EXISTS", 6, "PERMANENT"],
  ["PERMISSION_DENIED", 7, "PERMISSION"],
  ["RESOURCE_EXHAUSTED", 8, "RATE_LIMIT"],
  ["FAILED_PRECONDITION", 9, "PERMANENT"],
  ["ABORTED", 10, "CONCURRENCY"],
  ["OUT_OF_RANGE", 11, "PERMANENT"],
  ["UNIMPLEMENTED", 12, "PERMANENT"],
  ["INTERNAL", 13, "SERVER_ERROR"],
  ["UNAVAILABLE", 14, "TRANSIENT"],
  ["DATA_LOSS", 15, "PERMANENT"],
  ["UNAUTHENTICATED", 16, "AUTH"],
];

type Metadata = Record<string, readonly (string | Buffer)[]>;

const failed = (message: string, fields: object): Error => Object.assign(new (class a extends Error {})(message), fields);

const grpcJs = (code: number, details = "d", metadata: Metadata = {}): Error =>
  failed(`${code} ${STATUSES[code - 1]?.[0]}: ${details}`, {
    code,
    details,
    metadata: { get: (key: string) => metadata[key] ?? [] },
  });

const niceGrpc = (code: number, details = "d"): Error =>
  failed(`/p.S/M ${STATUSES[code - 1]?.[0]}: ${details}`, { name: "ClientError", path: "/p.S/M", code, details });

const grpcWeb = (code: number, details = "d", metadata: object = {}): Error =>
  failed(details, { name: "RpcError", code, metadata });

const protobufTs = (code: number, details = "d", meta: object = {}): Error =>
  failed(details, { name: "RpcError", code: STATUSES[code - 1]?.[0], meta, methodName: "M", serviceName: "p.S" });

describe.each<[string, (code: number, details?: string) => Error]>([
  ["grpc-js", grpcJs],
  ["nice-grpc", niceGrpc],
  ["grpc-web", grpcWeb],
  ["protobuf-ts", protobufTs],
])("%s", (_library, thrown) => {
  test.each(STATUSES)("%s (%i) is %s", (_name, code, errorClass) => {
    const answer = code === 4 ? { errorClass, timeout: true } : errorClass;
    expect(grpcClassifier(thrown(code))).toEqual(answer);
    expect(grpcClassifier(new Error("wrapped", { cause: thrown(code) }))).toEqual(answer);
  });

  // grpc-js, C core, Go, Java, .NET and Rust.
  test.each([
    "Received message larger than max (10 vs 1)",
    "Sent message larger than max (10 vs. 1)",
    "Attempted to send message with a size larger than 4",
    "Received message that decompresses to a size larger than 4",
    "grpc: received message after decompression larger than max (5 vs. 4)",
    "trying to send message larger than max (5 vs. 4)",
    "gRPC message exceeds maximum size 4194304: 5000000",
    "Received message exceeds the maximum configured message size.",
    "received metadata size exceeds hard limit (8297 vs. 16384)",
    "Error, message length too large: found 5 bytes, the limit is: 4 bytes",
  ])("a size limit stops: %s", (details) => {
    expect(grpcClassifier(thrown(8, details))).toBe("PERMANENT");
  });

  test.each(["Quota exceeded for quota metric 'Requests'", "Bandwidth exhausted or memory limit exceeded", "queue is full"])(
    "other things that ran out do not: %s",
    (details) => {
      expect(grpcClassifier(thrown(8, details))).toBe("RATE_LIMIT");
    },
  );

  test.each<[ErrorClass, number, string]>([
    ["TRANSIENT", 13, "Received RST_STREAM with code 2 triggered by internal client error: read ECONNRESET"],
    ["TRANSIENT", 13, "Received RST_STREAM with code 0 (Call ended without gRPC status)"],
    ["TRANSIENT", 13, "Received RST_STREAM with code 2 (Internal server error)"],
    ["SERVER_ERROR", 13, "Error serializing response: x"],
    ["PERMANENT", 13, "Request message serialization failure: x"],
    ["TRANSIENT", 1, "Call cancelled"],
    ["PERMANENT", 1, "Cancelled on client"],
    ["TRANSIENT", 14, "Received HTTP status code 503"],
    ["SERVER_ERROR", 2, "Received HTTP status code 500"],
    ["UNKNOWN", 2, "Received HTTP status code 200"],
  ])("%s: %i %s", (errorClass, code, details) => {
    expect(grpcClassifier(thrown(code, details))).toBe(errorClass);
  });
});

describe("the server's pushback", () => {
  const KEY = "grpc-retry-pushback-ms";

  test.each<[unknown, number, Metadata]>([
    [{ errorClass: "TRANSIENT", retryAfterMs: 1500 }, 14, { [KEY]: ["1500"] }],
    [{ errorClass: "TRANSIENT", retryAfterMs: 0 }, 14, { [KEY]: ["0"] }],
    [{ errorClass: "RATE_LIMIT", retryAfterMs: 1500 }, 8, { [KEY]: [Buffer.from("1500")] }],
    [{ errorClass: "RATE_LIMIT", retryAfterMs: 1500 }, 8, { [KEY]: ["1500"], "retry-after": ["7"] }],
    [{ errorClass: "RATE_LIMIT", retryAfterMs: 7000 }, 8, { "retry-after": ["7"] }],
    [{ errorClass: "TRANSIENT", retry: false }, 14, { [KEY]: ["-1"] }],
    [{ errorClass: "RATE_LIMIT", retry: false }, 8, { [KEY]: ["soon"] }],
    // What begins like a number is none.
    ...["1500ms", "1.5", "1e3", "0x10", " 1500", "Infinity", "2147483648", "99999999999", ""].map(
      (value): [unknown, number, Metadata] => [{ errorClass: "TRANSIENT", retry: false }, 14, { [KEY]: [value] }],
    ),
    [{ errorClass: "TRANSIENT", retryAfterMs: 2_147_483_647 }, 14, { [KEY]: ["2147483647"] }],
    [{ errorClass: "TRANSIENT", timeout: true, retry: false }, 4, { [KEY]: ["-1"] }],
    [{ errorClass: "UNKNOWN", retry: false }, 2, { [KEY]: ["-1"] }],
    ["PERMISSION", 7, { "x-ratelimit-remaining": ["0"] }],
    ["TRANSIENT", 14, {}],
  ])("%j for %i with %j", (answer, code, metadata) => {
    expect(grpcClassifier(grpcJs(code, "d", metadata))).toEqual(answer);
    const plain = Object.fromEntries(Object.entries(metadata).map(([key, [value]]) => [key, `${value}`]));
    expect(grpcClassifier(grpcWeb(code, "d", plain))).toEqual(answer);
    expect(grpcClassifier(protobufTs(code, "d", plain))).toEqual(answer);
  });
});

const PLUGIN = "Getting metadata from plugin failed with error: ";

test.each<[unknown, string]>([
  ["TRANSIENT", `${PLUGIN}request to https://oauth2.googleapis.com/token failed, reason: read ECONNRESET`],
  ["TRANSIENT", `${PLUGIN}getaddrinfo EAI_AGAIN metadata.google.internal`],
  ["TRANSIENT", "could not get a token: connect ECONNREFUSED 169.254.169.254:80"],
  ["TRANSIENT", `${PLUGIN}socket hang up`],
  ["TRANSIENT", `${PLUGIN}fetch failed`],
  [{ errorClass: "TRANSIENT", timeout: true }, `${PLUGIN}connect ETIMEDOUT 142.250.1.95:443`],
  [{ errorClass: "TRANSIENT", timeout: true }, `${PLUGIN}network timeout at: https://oauth2.googleapis.com/token`],
  ["SERVER_ERROR", `${PLUGIN}Request failed with status code 503`],
  ["RATE_LIMIT", `${PLUGIN}Request failed with status code 429`],
  ["AUTH", `${PLUGIN}invalid_grant`],
  ["AUTH", `${PLUGIN}Request failed with status code 400`],
  ["AUTH", `${PLUGIN}Could not load the default credentials.`],
  ["AUTH", "Request had invalid authentication credentials. Expected OAuth 2 access token"],
  ["AUTH", "the token of EUROPE has expired"],
])("%j: UNAUTHENTICATED only reports what its details quote: %s", (answer, details) => {
  expect(grpcClassifier(grpcJs(16, details))).toEqual(answer);
  expect(universalClassifier(grpcJs(16, details))).toEqual(answer);
});

test("a word not to retry counts where no classifier of several knows the class", () => {
  const refused = grpcJs(2, "d", { "grpc-retry-pushback-ms": ["-1"] });
  expect(firstKnown(grpcClassifier, defaultClassifier)(refused)).toEqual({ errorClass: "UNKNOWN", retry: false });
});

test("a client that was not connected in time may be asked again", () => {
  expect(grpcClassifier(new Error("Failed to connect before the deadline"))).toEqual({ errorClass: "TRANSIENT", timeout: true });
});

test.each<[string, unknown]>([
  ["a number alone", { code: 14 }],
  ["a number outside the table", grpcJs(17)],
  ["OK", grpcJs(0)],
  ["a DOMException's", new DOMException("m", "DataCloneError")],
  ["a REST API's", { code: "NOT_FOUND", details: "no such thing" }],
  ["PostgREST's", { code: "23505", details: "Key (id)=(1) already exists.", hint: null, message: "duplicate key" }],
  ["a JSON-RPC client's", Object.assign(new Error("m"), { name: "RpcError", code: 4 })],
  ["a MongoDB server's", { code: 11, codeName: "UserNotFound", errorLabels: [] }],
])("does not know %s", (_whose, error) => {
  expect(classOf(grpcClassifier, error)).toBe("UNKNOWN");
});

test("metadata that throw say nothing", () => {
  const metadata = {
    get: () => {
      throw new Error("no");
    },
  };
  expect(grpcClassifier(failed("14 UNAVAILABLE: d", { code: 14, details: "d", metadata }))).toBe("TRANSIENT");
});
