import type { ErrorClass } from "redress";
import { describe, expect, test } from "vitest";
import { natsClassifier } from "../../src/extras/stores/nats.ts";
import { classOf, recordedAs } from "./recorded.ts";

recordedAs("nats", natsClassifier);

const is = (error: unknown): ErrorClass => classOf(natsClassifier, error);

const nats2 = (code: string, message = code, fields: object = {}): Error =>
  Object.assign(new Error(message), { name: "NatsError", code, ...fields });
const nats3 = (name: string, message = "m", fields: object = {}): Error => Object.assign(new Error(message), { name, ...fields });

describe("a code of nats 2", () => {
  const CODES: Readonly<Record<string, readonly string[]>> = {
    AUTH: ["AUTHORIZATION_VIOLATION", "AUTHENTICATION_EXPIRED", "ACCOUNT_EXPIRED", "BAD_AUTHENTICATION", "BAD_CREDS"],
    PERMISSION: ["PERMISSIONS_VIOLATION"],
    TRANSIENT: [
      "503",
      "408",
      "TIMEOUT",
      "CONNECTION_REFUSED",
      "CONNECTION_TIMEOUT",
      "DISCONNECT",
      "AUTHENTICATION_TIMEOUT",
      "STALE_CONNECTION",
      "IDLE_HEARTBEAT",
    ],
    SERVER_ERROR: ["500"],
    RATE_LIMIT: ["429"],
    UNKNOWN: ["REQUEST_ERROR", "UNKNOWN_ERROR", "TLS"],
    PERMANENT: [
      "CONNECTION_CLOSED",
      "CONNECTION_DRAINING",
      "CANCELLED",
      "BAD API",
      "BAD_HEADER",
      "BAD_JSON",
      "BAD_PAYLOAD",
      "BAD_SUBJECT",
      "INVALID_OPTION",
      "INVALID_PAYLOAD",
      "MAX_PAYLOAD_EXCEEDED",
      "NOT_FUNC",
      "SERVER_OPT_NA",
      "SUB_CLOSED",
      "SUB_DRAINING",
      "WSS_REQUIRED",
      "JESTREAM_INVALID_ACK",
      "400",
      "404",
      "409",
      "NATS_PROTOCOL_ERR",
    ],
  };
  test.each(Object.entries(CODES).flatMap(([errorClass, codes]) => codes.map((code) => [code, errorClass] as const)))(
    "%s is %s",
    (code, errorClass) => {
      expect(is(nats2(code))).toBe(errorClass);
      expect(is(new Error("could not ask", { cause: nats2(code) }))).toBe(errorClass);
    },
  );

  test("that stands for several things is told by its text", () => {
    expect(is(nats2("409", "exceeded maxwaiting"))).toBe("RATE_LIMIT");
    expect(is(nats2("409", "exceeded max ack pending"))).toBe("RATE_LIMIT");
    expect(is(nats2("409", "leadership change"))).toBe("TRANSIENT");
    expect(is(nats2("409", "server shutdown"))).toBe("TRANSIENT");
    expect(is(nats2("409", "consumer deleted"))).toBe("PERMANENT");
    expect(is(nats2("404", "no messages"))).toBe("TRANSIENT");
    expect(is(nats2("404", "message not found"))).toBe("PERMANENT");
    expect(is(nats2("NATS_PROTOCOL_ERR", "'Stale Connection'"))).toBe("TRANSIENT");
    expect(is(nats2("NATS_PROTOCOL_ERR", "'Server Shutdown'"))).toBe("TRANSIENT");
    expect(is(nats2("NATS_PROTOCOL_ERR", "'maximum connections exceeded'"))).toBe("TRANSIENT");
    expect(is(nats2("NATS_PROTOCOL_ERR", "'Unknown Protocol Operation'"))).toBe("PERMANENT");
  });

  test("that only says that a request failed leaves the word to the error it keeps", () => {
    expect(is(nats2("REQUEST_ERROR", "m", { chainedError: nats2("503") }))).toBe("TRANSIENT");
    const chainedError = Object.assign(new Error("self-signed certificate"), { code: "DEPTH_ZERO_SELF_SIGNED_CERT" });
    expect(is(nats2("TLS", "m", { chainedError }))).toBe("PERMANENT");
  });
});

describe("an error of the JetStream API", () => {
  test.each<[number, number, string, ErrorClass]>([
    [10071, 400, "wrong last sequence: 3", "CONCURRENCY"],
    [10070, 400, "wrong last msg ID: x", "CONCURRENCY"],
    [10164, 400, "wrong last sequence", "CONCURRENCY"],
    [10163, 503, "expected last sequence per subject temporarily unavailable", "CONCURRENCY"],
    [10167, 429, "too many requests", "RATE_LIMIT"],
    [10008, 503, "JetStream system temporarily unavailable", "TRANSIENT"],
    [10004, 503, "incomplete results", "TRANSIENT"],
    [10023, 503, "insufficient resources", "TRANSIENT"],
    [10077, 503, "maximum messages exceeded", "TRANSIENT"],
    [10047, 500, "insufficient storage resources available", "SERVER_ERROR"],
    [10028, 500, "insufficient memory resources available", "SERVER_ERROR"],
    [10049, 500, "could not create stream", "SERVER_ERROR"],
    [10014, 404, "consumer not found", "PERMANENT"],
    [10059, 404, "stream not found", "PERMANENT"],
    [10037, 404, "no message found", "PERMANENT"],
    [10058, 400, "stream name already in use with a different configuration", "PERMANENT"],
    [10054, 400, "message size exceeds maximum allowed", "PERMANENT"],
    [10026, 400, "maximum consumers limit reached", "PERMANENT"],
    [10039, 503, "JetStream not enabled for account", "PERMANENT"],
    [10076, 503, "JetStream not enabled", "PERMANENT"],
    [10035, 503, "account not found", "PERMANENT"],
  ])("%i with status %i (%s) is %s", (number, status, description, errorClass) => {
    expect(is(nats2(`${status}`, description, { api_error: { code: status, err_code: number, description } }))).toBe(errorClass);
    const name = number === 10059 ? "StreamNotFoundError" : number === 10014 ? "ConsumerNotFoundError" : "JetStreamApiError";
    class ApiError extends Error {
      override name = name;
      get code(): number {
        return number;
      }
      get status(): number {
        return status;
      }
    }
    expect(is(new ApiError(description))).toBe(errorClass);
  });

  test("is told by the status of its answer, not by a code that says nothing", () => {
    const answer = { api_error: { code: 503, err_code: 10008, description: "temporarily unavailable" } };
    expect(is(nats2("UNKNOWN_ERROR", "m", answer))).toBe("TRANSIENT");
    expect(is(nats2("404", "m", answer))).toBe("TRANSIENT");
  });
});

describe("an error of the @nats-io packages", () => {
  test.each<[string, string, ErrorClass]>([
    ["NoResponders", "no responders: 'a.b'", "TRANSIENT"],
    ["TimeoutError", "timeout", "TRANSIENT"],
    ["ConnectionError", "connection refused", "TRANSIENT"],
    ["ConnectionError", "server does not support 'tls'", "PERMANENT"],
    ["RequestError", "connection disconnected", "TRANSIENT"],
    ["RequestError", "connection closed", "PERMANENT"],
    ["ClosedConnectionError", "closed connection", "PERMANENT"],
    ["DrainingConnectionError", "connection draining", "PERMANENT"],
    ["AuthorizationError", "'Authorization Violation'", "AUTH"],
    ["AuthorizationError", "'Account Authentication Expired'", "AUTH"],
    ["AuthorizationError", "'Authentication Timeout'", "TRANSIENT"],
    ["UserAuthenticationExpiredError", "'User Authentication Expired'", "AUTH"],
    ["PermissionViolationError", 'Permissions Violation for Publish to "stale"', "PERMISSION"],
    ["ProtocolError", "'Stale Connection'", "TRANSIENT"],
    ["JetStreamError", "heartbeats missed", "TRANSIENT"],
    ["JetStreamError", "invalid ack response", "PERMANENT"],
    ["JetStreamNotEnabled", "jetstream is not enabled", "PERMANENT"],
    ["InvalidSubjectError", "illegal subject: ''", "PERMANENT"],
    ["InvalidArgumentError", "'timeout' must be greater than 0", "PERMANENT"],
    ["InvalidOperationError", "subscription is already closed", "PERMANENT"],
    ["InvalidNameError", "stream name ('a.b') cannot contain '.'", "PERMANENT"],
  ])("%s: %s is %s", (name, message, errorClass) => {
    expect(is(nats3(name, message))).toBe(errorClass);
  });

  test("a status is told by its number and its text", () => {
    const status = (code: number, message: string): Error => nats3("JetStreamStatusError", message, { code });
    expect(is(status(408, "request timeout"))).toBe("TRANSIENT");
    expect(is(status(409, "exceeded maxwaiting"))).toBe("RATE_LIMIT");
    expect(is(status(409, "leadership change"))).toBe("TRANSIENT");
    expect(is(status(409, "message size exceeds maxbytes"))).toBe("PERMANENT");
    expect(is(status(404, "no messages"))).toBe("TRANSIENT");
    expect(is(status(503, "no responders"))).toBe("TRANSIENT");
  });

  test("a request is what it wraps, and so is a JetStream that is not enabled", () => {
    const request = nats3("RequestError", "no responders: 'a'", { cause: nats3("NoResponders", "no responders: 'a'") });
    expect(is(request)).toBe("TRANSIENT");
    expect(is(nats3("RequestError", "timeout", { cause: nats3("TimeoutError", "timeout") }))).toBe("TRANSIENT");
    expect(is(nats3("JetStreamNotEnabled", "jetstream is not enabled", { cause: request }))).toBe("TRANSIENT");
    const api = nats3("JetStreamApiError", "JetStream not enabled for account", { code: 10039, status: 503 });
    expect(is(nats3("JetStreamNotEnabled", "m", { cause: api }))).toBe("PERMANENT");
    expect(
      is(
        nats3("ConnectionError", "self-signed certificate", {
          cause: Object.assign(new Error("x"), { code: "DEPTH_ZERO_SELF_SIGNED_CERT" }),
        }),
      ),
    ).toBe("PERMANENT");
  });
});

test.each<[string, unknown]>([
  ["a string code of somebody else", Object.assign(new Error("m"), { code: "503" })],
  ["an HTTP client's RequestError", nats3("RequestError", "Bad gateway", { status: 502 })],
  ["a RequestError of tedious", nats3("RequestError", "connection refused", { code: "EREQUEST", number: 4060 })],
  ["an AuthorizationError of somebody else", nats3("AuthorizationError", "No such scope")],
  ["a ProtocolError of somebody else", nats3("ProtocolError", "bad frame")],
  ["a ConnectionError of somebody else", nats3("ConnectionError", "no")],
  ["an InvalidArgumentError with a code", nats3("InvalidArgumentError", "m", { code: "E_ARGUMENT" })],
  ["a text that is no error", "NatsError"],
])("%s is UNKNOWN", (_what, error) => {
  expect(is(error)).toBe("UNKNOWN");
});
