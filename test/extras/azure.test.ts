import type { ErrorClass } from "redress";
import { azureClassifier } from "redress/extras";
import { describe, expect, test } from "vitest";
import { classOf, recordedAs } from "./recorded.ts";

recordedAs("azure-core", azureClassifier);

/** As `@azure/core-rest-pipeline` keeps headers. */
const headersOf = (headers: Record<string, string>): object => ({ get: (name: string) => headers[name.toLowerCase()] });

const named = (name: string, fields: object, message = "m"): Error =>
  Object.assign(new (class a extends Error {})(message), { name, ...fields });

const rest = (statusCode: number | undefined, code?: string, headers: Record<string, string> = {}): Error =>
  named("RestError", { statusCode, code, response: { status: statusCode, headers: headersOf(headers) } });

const CODES: readonly (readonly [ErrorClass, status: number, codes: string])[] = [
  ["AUTH", 401, "NoAuthenticationInformation InvalidAuthenticationToken Unauthorized"],
  ["AUTH", 403, "AuthenticationFailed"],
  ["AUTH", 400, "InvalidAuthenticationInfo"],
  [
    "PERMISSION",
    403,
    "AuthorizationFailure AuthorizationPermissionMismatch InsufficientAccountPermissions AccountIsDisabled Forbidden",
  ],
  ["CONCURRENCY", 412, "ConditionNotMet LeaseIdMissing LeaseIdMismatchWithBlobOperation UpdateConditionNotSatisfied LeaseLost"],
  [
    "CONCURRENCY",
    409,
    "LeaseAlreadyPresent LeaseIdMismatchWithLeaseOperation ContainerBeingDeleted TableBeingDeleted QueueBeingDeleted",
  ],
  ["CONCURRENCY", 409, "Conflict AnotherOperationInProgress PendingCopyOperation SharingViolation"],
  ["CONCURRENCY", 423, "Locked"],
  ["PERMANENT", 409, "BlobAlreadyExists ContainerAlreadyExists EntityAlreadyExists TableAlreadyExists QueueAlreadyExists"],
  ["PERMANENT", 409, "PathAlreadyExists ShareAlreadyExists ResourceAlreadyExists BlobImmutableDueToPolicy"],
  ["PERMANENT", 404, "BlobNotFound ContainerNotFound ResourceNotFound"],
  ["PERMANENT", 400, "InvalidQueryParameterValue OutOfRangeInput"],
  ["PERMANENT", 410, "Gone"],
  ["PERMANENT", 413, "RequestBodyTooLarge"],
  ["PERMANENT", 416, "InvalidRange"],
  ["RATE_LIMIT", 429, "TooManyRequests Throttled"],
  ["TRANSIENT", 408, "RequestTimeout"],
  ["SERVER_ERROR", 500, "InternalError OperationTimedOut"],
  ["SERVER_ERROR", 502, "BadGateway"],
  ["SERVER_ERROR", 503, "ServerBusy"],
  ["SERVER_ERROR", 504, "GatewayTimeout"],
];

describe("REST services", () => {
  test.each(CODES.flatMap(([errorClass, status, codes]) => codes.split(" ").map((code) => [status, code, errorClass] as const)))(
    "%i %s is %s",
    (status, code, errorClass) => {
      expect(classOf(azureClassifier, rest(status, code))).toBe(errorClass);
      expect(classOf(azureClassifier, new Error("wrapped", { cause: rest(status, code) }))).toBe(errorClass);
      // Storage says it in the details, Tables in the message.
      expect(classOf(azureClassifier, named("RestError", { statusCode: status, details: { errorCode: code } }))).toBe(errorClass);
      const odata = `{"odata.error":{"code":"${code}","message":{"lang":"en-US","value":"The thing.\\nRequestId:1"}}}`;
      expect(classOf(azureClassifier, named("RestError", { statusCode: status, details: {} }, odata))).toBe(errorClass);
      expect(classOf(azureClassifier, named("StorageError", { statusCode: status, code }))).toBe(errorClass);
    },
  );

  test.each<[ErrorClass, string | undefined]>([
    ["TRANSIENT", "REQUEST_SEND_ERROR"],
    ["TRANSIENT", "ECONNRESET"],
    ["TRANSIENT", "ENOTFOUND"],
    ["PERMANENT", "SELF_SIGNED_CERT_IN_CHAIN"],
    ["UNKNOWN", "PARSE_ERROR"],
    ["UNKNOWN", undefined],
  ])("%s where no answer came, but %s", (errorClass, code) => {
    expect(classOf(azureClassifier, rest(undefined, code))).toBe(errorClass);
  });
});

describe("Cosmos DB", () => {
  test.each<[ErrorClass, number, number | undefined, string]>([
    ["CONCURRENCY", 449, 0, "retry with"],
    ["CONCURRENCY", 449, undefined, "retry with"],
    ["CONCURRENCY", 412, undefined, "the precondition is not met"],
    ["PERMANENT", 409, undefined, "Entity with the specified id already exists in the system."],
    ["RATE_LIMIT", 429, 3200, "request rate is large"],
    ["TRANSIENT", 410, 1002, "the partition is gone"],
    ["TRANSIENT", 410, 0, "the replica is gone"],
    ["TRANSIENT", 404, 1002, "the session is not available here yet"],
    ["TRANSIENT", 403, 3, "writes are forbidden in this region"],
    ["TRANSIENT", 403, 1008, "the account is not in this region"],
    ["TRANSIENT", 408, undefined, "timeout"],
    ["PERMISSION", 403, undefined, "forbidden"],
    ["PERMISSION", 403, 5300, "forbidden"],
    ["AUTH", 401, undefined, "unauthorized"],
    ["PERMANENT", 404, 0, "not found"],
    ["PERMANENT", 404, 1003, "the container is not found"],
    ["PERMANENT", 400, 1001, "partition key mismatch"],
    ["PERMANENT", 413, 3402, "too large"],
    ["SERVER_ERROR", 500, undefined, "internal"],
    ["SERVER_ERROR", 503, undefined, "unavailable"],
  ])("%s: %i, substatus %s, %s", (errorClass, code, substatus, message) => {
    expect(classOf(azureClassifier, { code, substatus, activityId: "A", body: {}, headers: {}, message })).toBe(errorClass);
  });
});

describe("identity", () => {
  test.each<[ErrorClass, string, object]>([
    ["AUTH", "CredentialUnavailableError", {}],
    ["AUTH", "AuthenticationRequiredError", { scopes: [] }],
    ["AUTH", "AuthenticationError", { statusCode: 400, errorResponse: { error: "invalid_client" } }],
    ["AUTH", "AuthenticationError", { statusCode: 401 }],
    ["AUTH", "AuthenticationError", { statusCode: 403 }],
    ["RATE_LIMIT", "AuthenticationError", { statusCode: 429 }],
    ["SERVER_ERROR", "AuthenticationError", { statusCode: 503 }],
    ["TRANSIENT", "AuthenticationError", { statusCode: 408 }],
    ["AUTH", "AggregateAuthenticationError", { errors: [named("CredentialUnavailableError", {})] }],
  ])("%s: %s %j", (errorClass, name, fields) => {
    expect(classOf(azureClassifier, named(name, fields))).toBe(errorClass);
  });
});

describe.each(["MessagingError", "ServiceBusError"])("%s", (name) => {
  test.each<[ErrorClass, string, boolean]>([
    ["RATE_LIMIT", "ServerBusyError", true],
    ["RATE_LIMIT", "ServiceBusy", true],
    ["AUTH", "UnauthorizedError", true],
    ["AUTH", "UnauthorizedAccess", true],
    ["SERVER_ERROR", "InternalServerError", true],
    ["TRANSIENT", "ServiceTimeout", true],
    ["TRANSIENT", "ServiceUnavailableError", true],
    ["TRANSIENT", "OperationTimeoutError", true],
    ["TRANSIENT", "ServiceCommunicationProblem", true],
    ["TRANSIENT", "DetachForcedError", true],
    ["TRANSIENT", "GeneralError", true],
    ["TRANSIENT", "SenderBusyError", true],
    ["TRANSIENT", "ECONNREFUSED", true],
    // The library calls it final, since a name that is not found is "not found" to it.
    ["TRANSIENT", "ENOTFOUND", false],
    ["CONCURRENCY", "SessionCannotBeLocked", false],
    ["CONCURRENCY", "SessionCannotBeLockedError", false],
    ["PERMANENT", "GeneralError", false],
    ["PERMANENT", "SessionLockLost", false],
    ["PERMANENT", "MessagingEntityDisabled", false],
    // What the library throws without asking the service is always called retryable.
    ["PERMANENT", "MessageLockLost", true],
    ["PERMANENT", "MessageSizeExceeded", true],
    ["PERMANENT", "MessagingEntityNotFound", true],
    ["RATE_LIMIT", "QuotaExceeded", true],
    ["CONCURRENCY", "PartitionNotOwnedError", false],
    ["CONCURRENCY", "ResourceLockedError", false],
  ])("%s: %s, retryable %s", (errorClass, code, retryable) => {
    expect(classOf(azureClassifier, named(name, { code, retryable }))).toBe(errorClass);
  });
});

test.each<[unknown, Record<string, string>]>([
  [1500, { "retry-after-ms": "1500", "retry-after": "7" }],
  [1200, { "x-ms-retry-after-ms": "1200" }],
  [7000, { "retry-after": "7" }],
  [90_000, { "retry-after": "1m30s" }],
  [undefined, { "retry-after": "soon" }],
  [undefined, {}],
])("waits %s ms for %j", (retryAfterMs, headers) => {
  const answer = retryAfterMs === undefined ? "RATE_LIMIT" : { errorClass: "RATE_LIMIT", retryAfterMs };
  expect(azureClassifier(rest(429, "x", headers))).toEqual(answer);
  // Cosmos has plain headers.
  expect(azureClassifier({ code: 429, substatus: 3200, activityId: "A", headers })).toEqual(answer);
});

test("waits until the date of Retry-After", () => {
  const answer = azureClassifier(rest(503, "ServerBusy", { "retry-after": new Date(Date.now() + 60_000).toUTCString() }));
  expect(answer).toMatchObject({ errorClass: "SERVER_ERROR", retryAfterMs: expect.any(Number) as number });
  expect((answer as { retryAfterMs: number }).retryAfterMs).toBeGreaterThan(50_000);
});

test.each<[string, unknown]>([
  ["an HTTP client's", { name: "HTTPError", statusCode: 409, code: "BlobAlreadyExists" }],
  ["a code alone", { code: "ServerBusyError", retryable: true }],
  ["a number alone", { code: 449 }],
  ["a 404 of an AMQP channel's", { name: "Error", code: 404 }],
])("does not know %s error", (_whose, error) => {
  expect(azureClassifier(error)).toBe("UNKNOWN");
});

test("an abort stops, for what it was about is not known", () => {
  expect(azureClassifier(named("AbortError", {}, "The operation was aborted."))).toBe("PERMANENT");
});

describe("what looks like another's", () => {
  test("a substatus alone is Cosmos DB's", () => {
    expect(classOf(azureClassifier, named("Error", { code: 410, substatus: 1002 }))).toBe("TRANSIENT");
    expect(classOf(azureClassifier, named("Error", { code: 410 }))).toBe("UNKNOWN");
  });

  test("what is there already is a conflict's alone", () => {
    expect(classOf(azureClassifier, named("RestError", { statusCode: 409 }, "it already exists"))).toBe("PERMANENT");
    expect(classOf(azureClassifier, named("RestError", { statusCode: 500 }, "a session already exists"))).toBe("SERVER_ERROR");
  });

  test("a code of messaging begins with a capital and a small letter", () => {
    expect(classOf(azureClassifier, named("MessagingError", { code: "OddOne" }))).toBe("PERMANENT");
    expect(classOf(azureClassifier, named("MessagingError", { code: "ODD_One" }))).toBe("UNKNOWN");
  });
});
