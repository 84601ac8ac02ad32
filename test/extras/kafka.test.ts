import type { ErrorClass } from "redress";
import { describe, expect, test } from "vitest";
import { kafkaClassifier } from "../../src/extras/stores/kafka.ts";
import { classOf, recordedAs } from "./recorded.ts";

recordedAs("kafkajs", kafkaClassifier);

const is = (error: unknown): ErrorClass => classOf(kafkaClassifier, error);
const named = (name: string, fields: object = {}): Error => Object.assign(new Error("m"), { name, ...fields });

// The protocol's errors by number, and librdkafka's own below -100.
const NUMBERS: Readonly<Record<string, readonly number[]>> = {
  AUTH: [33, 34, 58, 62, 66, -169],
  PERMISSION: [29, 30, 31, 53, 63, 65],
  CONCURRENCY: [22, 25, 27, 47, 51, 52, 60, 68, 86, 110, 111, 113, -142, -173, -177, -178],
  RATE_LIMIT: [89, -184],
  SERVER_ERROR: [-1],
  TRANSIENT: [
    2, 3, 5, 6, 7, 8, 9, 11, 13, 14, 15, 16, 19, 20, 41, 56, 70, 71, 72, 74, 75, 77, 78, 79, 80, 83, 84, 88, 100, 103, 106, 107,
    108, 120, 122, 123, 124, 129, 133, -195, -193, -192, -187, -185, -183, -182, -180, -166, -164, -163, -153, -146,
  ],
  PERMANENT: [
    1, 4, 10, 12, 17, 18, 21, 23, 24, 26, 28, 32, 35, 36, 37, 38, 39, 40, 42, 43, 44, 45, 46, 48, 49, 50, 54, 55, 57, 59, 61, 64,
    67, 69, 73, 76, 81, 82, 85, 87, 90, 91, 92, 93, 112, 121, 128, -199, -197, -190, -188, -186, -181, -172, -170, -168, -161,
    -150, -144,
  ],
};

describe.each(Object.entries(NUMBERS).flatMap(([errorClass, numbers]) => numbers.map((number) => [number, errorClass] as const)))(
  "%i is %s",
  (number, errorClass) => {
    test.each<[string, Error]>([
      ["kafkajs", named("KafkaJSProtocolError", { code: number, type: "T" })],
      [
        "kafkajs, having tried again",
        named("KafkaJSNumberOfRetriesExceeded", { retriable: false, cause: named("KafkaJSProtocolError", { code: number }) }),
      ],
      ["@confluentinc/kafka-javascript", named("KafkaJSError", { code: number, type: "ERR_T", fatal: false, abortable: false })],
      ["node-rdkafka", Object.assign(new Error("m"), { code: number, errno: number, origin: number < 0 ? "local" : "kafka" })],
      ["@platformatic/kafka", Object.assign(new Error("m"), { code: "PLT_KFK_PROTOCOL", apiCode: number, apiId: "T" })],
    ])("as %s throws it", (_client, error) => {
      expect(is(error)).toBe(errorClass);
    });
  },
);

describe("kafkajs's own errors", () => {
  test.each<[string, boolean, ErrorClass]>([
    ["KafkaJSConnectionError", true, "TRANSIENT"],
    ["KafkaJSConnectionClosedError", true, "TRANSIENT"],
    ["KafkaJSRequestTimeoutError", true, "TRANSIENT"],
    ["KafkaJSMetadataNotLoaded", true, "TRANSIENT"],
    ["KafkaJSTopicMetadataNotLoaded", true, "TRANSIENT"],
    ["KafkaJSStaleTopicMetadataAssignment", true, "TRANSIENT"],
    ["KafkaJSBrokerNotFound", true, "TRANSIENT"],
    ["KafkaJSNoBrokerAvailableError", true, "TRANSIENT"],
    ["KafkaJSError", true, "TRANSIENT"],
    ["KafkaJSDeleteTopicRecordsError", true, "TRANSIENT"],
    ["KafkaJSGroupCoordinatorNotFound", false, "TRANSIENT"],
    ["KafkaJSTimeout", false, "TRANSIENT"],
    ["KafkaJSLockTimeout", false, "TRANSIENT"],
    ["KafkaJSNumberOfRetriesExceeded", false, "TRANSIENT"],
    ["KafkaJSSASLAuthenticationError", false, "AUTH"],
    ["KafkaJSNonRetriableError", false, "PERMANENT"],
    ["KafkaJSNotImplemented", false, "PERMANENT"],
    ["KafkaJSServerDoesNotSupportApiKey", false, "PERMANENT"],
    ["KafkaJSUnsupportedMagicByteInMessageSet", false, "PERMANENT"],
    ["KafkaJSInvariantViolation", false, "PERMANENT"],
    ["KafkaJSDeleteTopicRecordsError", false, "PERMANENT"],
  ])("%s with retriable %s is %s", (name, retriable, errorClass) => {
    expect(is(named(name, { retriable }))).toBe(errorClass);
    expect(is(named("KafkaJSNonRetriableError", { retriable: false, cause: named(name, { retriable }) }))).toBe(errorClass);
  });

  test("a refused certificate is as hopeless as that, though kafkajs would try again", () => {
    const connection = named("KafkaJSConnectionError", {
      retriable: true,
      code: "DEPTH_ZERO_SELF_SIGNED_CERT",
      broker: "b:9093",
    });
    expect(is(named("KafkaJSNumberOfRetriesExceeded", { retriable: false, cause: connection }))).toBe("PERMANENT");
  });

  test("a refused login is AUTH, whatever else is said of it", () => {
    const cut = Object.assign(new Error("read ECONNRESET"), { code: "ECONNRESET" });
    expect(is(named("KafkaJSSASLAuthenticationError", { retriable: false, cause: cut }))).toBe("AUTH");
    expect(is(named("KafkaJSSASLAuthenticationError", { retriable: false, code: 35 }))).toBe("AUTH");
    expect(is(Object.assign(new Error("m"), { code: "PLT_KFK_AUTHENTICATION", cause: cut }))).toBe("AUTH");
  });

  test("a timeout stays one, whatever its cause: only the number of retries speaks of its cause alone", () => {
    const cause = named("KafkaJSBrokerNotFound", { retriable: true });
    const timeout = { errorClass: "TRANSIENT", timeout: true };
    expect(kafkaClassifier(named("KafkaJSRequestTimeoutError", { retriable: true, cause }))).toEqual(timeout);
    const retries = { retriable: false, cause: named("KafkaJSRequestTimeoutError", { retriable: true }) };
    expect(kafkaClassifier(named("KafkaJSNumberOfRetriesExceeded", retries))).toEqual(timeout);
  });

  test.each(["ERR_HTTP2", "7Z", "-", "1.5"])("a code that is no whole number says nothing: %s", (code) => {
    expect(is(named("KafkaJSError", { code }))).toBe("UNKNOWN");
  });

  test("kafkajs 1 keeps what it gave up on in originalError", () => {
    const originalError = named("KafkaJSProtocolError", { code: 29, retriable: false });
    expect(is(named("KafkaJSNumberOfRetriesExceeded", { retriable: false, originalError }))).toBe("PERMISSION");
  });

  test("errors of several topics or groups are what the first of them is", () => {
    const errors = [named("KafkaJSCreateTopicError", { code: 36, retriable: false, topic: "t" })];
    expect(is(named("KafkaJSAggregateError", { errors }))).toBe("PERMANENT");
    const groups = [{ groupId: "g", errorCode: 68, error: named("KafkaJSProtocolError", { code: 68, retriable: false }) }];
    expect(is(named("KafkaJSDeleteGroupsError", { retriable: true, groups }))).toBe("CONCURRENCY");
  });

  test("an error code that the client does not know is what the client says", () => {
    expect(is(named("KafkaJSProtocolError", { code: 999, retriable: true }))).toBe("TRANSIENT");
    expect(is(named("KafkaJSProtocolError", { code: 999, retriable: false }))).toBe("PERMANENT");
    expect(is(named("KafkaJSProtocolError", { code: -99, retriable: false, type: "KAFKAJS_UNKNOWN_ERROR_CODE" }))).toBe(
      "UNKNOWN",
    );
  });
});

describe("the other clients' own words", () => {
  test("librdkafka's fatal errors are PERMANENT, whatever their number", () => {
    expect(is(Object.assign(new Error("m"), { code: -195, errno: -195, origin: "local", isFatal: true }))).toBe("PERMANENT");
    expect(is(named("KafkaJSError", { code: 47, fatal: true, retriable: false }))).toBe("PERMANENT");
  });

  test("but a fatal error that refuses a login or a right is still that", () => {
    expect(is(Object.assign(new Error("m"), { code: -169, errno: -169, origin: "local", isFatal: true }))).toBe("AUTH");
    expect(is(Object.assign(new Error("m"), { code: 53, errno: 53, origin: "kafka", isFatal: true }))).toBe("PERMISSION");
  });

  test("librdkafka says of a number that is new whether it passes", () => {
    const unlisted = { code: 999, errno: 999, origin: "kafka" };
    expect(is(Object.assign(new Error("m"), { ...unlisted, isRetriable: true }))).toBe("TRANSIENT");
    expect(is(Object.assign(new Error("m"), { ...unlisted, isRetriable: false }))).toBe("PERMANENT");
  });

  test.each<[string, boolean | undefined, ErrorClass]>([
    ["PLT_KFK_AUTHENTICATION", false, "AUTH"],
    ["PLT_KFK_NETWORK", true, "TRANSIENT"],
    ["PLT_KFK_TIMEOUT", false, "TRANSIENT"],
    ["PLT_KFK_USER", false, "PERMANENT"],
    ["PLT_KFK_UNSUPPORTED_API", false, "PERMANENT"],
    ["PLT_KFK_UNSUPPORTED_COMPRESSION", false, "PERMANENT"],
    ["PLT_KFK_MULTIPLE", undefined, "UNKNOWN"],
  ])("%s with canRetry %s is %s", (code, canRetry, errorClass) => {
    expect(is(Object.assign(new Error("m"), { code, canRetry }))).toBe(errorClass);
  });

  test("several errors of @platformatic/kafka are what the nearest known one is", () => {
    const refused = Object.assign(new Error("m"), {
      code: "PLT_KFK_PROTOCOL",
      apiId: "TOPIC_AUTHORIZATION_FAILED",
      apiCode: 29,
      canRetry: false,
    });
    const response = Object.assign(
      new AggregateError([refused], "Received response with error while executing API Produce(v11)"),
      { code: "PLT_KFK_RESPONSE" },
    );
    expect(is(Object.assign(new AggregateError([response], "produce failed."), { code: "PLT_KFK_MULTIPLE" }))).toBe("PERMISSION");
  });
});

test.each<[string, unknown]>([
  ["an error with a number for a code", Object.assign(new Error("m"), { code: 29 })],
  ["one that says where it comes from", Object.assign(new Error("m"), { code: 29, origin: "x" })],
  ["one with the same errno, from nowhere", Object.assign(new Error("m"), { code: 29, errno: 29 })],
  ["a fatal error of another client", Object.assign(new Error("m"), { code: "PROTOCOL_X", fatal: true })],
  ["a gRPC error", Object.assign(new Error("m"), { code: 7, details: "d", metadata: {} })],
  ["a system error", Object.assign(new Error("m"), { code: "ENOSPC", errno: -28, origin: "x" })],
  ["an error that says that it is retriable", Object.assign(new Error("m"), { retriable: true })],
  ["a text that is no error", "KafkaJSProtocolError"],
])("%s is UNKNOWN", (_what, error) => {
  expect(is(error)).toBe("UNKNOWN");
});
