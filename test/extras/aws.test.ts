import type { Classifier, ErrorClass } from "redress";
import { awsClassifier } from "redress/extras";
import { describe, expect, test } from "vitest";
import { classOf, recordedAs } from "./recorded.ts";

recordedAs("aws-dynamodb", awsClassifier);
recordedAs("aws-sqs", awsClassifier);

/** As SDK 3 throws it; the class of the error is minified. */
const v3 = (name: string, httpStatusCode?: number, fields: object = {}): Error =>
  Object.assign(new (class a extends Error {})(`msg ${name}`), {
    name,
    $fault: (httpStatusCode ?? 400) < 500 ? "client" : "server",
    $metadata: { httpStatusCode, requestId: "R", attempts: 1, totalRetryDelay: 0 },
    ...fields,
  });

/** As SDK 2 throws it. */
const v2 = (code: string, statusCode?: number, fields: object = {}): Error =>
  Object.assign(new Error(`msg ${code}`), { name: code, code, time: new Date(), requestId: "R", statusCode, ...fields });

const CODES: readonly (readonly [ErrorClass, status: number, codes: string])[] = [
  // What smithy and SDK 2 count as throttling, and what other services say.
  ["RATE_LIMIT", 509, "BandwidthLimitExceeded"],
  ["RATE_LIMIT", 502, "EC2ThrottledException"],
  ["RATE_LIMIT", 400, "LimitExceededException PriorRequestNotComplete ProvisionedThroughputExceededException RequestThrottled"],
  ["RATE_LIMIT", 400, "RequestThrottledException ThrottledException Throttling ThrottlingException TooManyRequestsException"],
  ["RATE_LIMIT", 400, "KMSThrottlingException KmsThrottled ThrottlingError ProvisionedThroughputExceeded"],
  ["RATE_LIMIT", 403, "OverLimit"],
  ["RATE_LIMIT", 429, "TooManyRequestsException ModelNotReadyException Unknown"],
  ["RATE_LIMIT", 503, "SlowDown RequestLimitExceeded"],
  ["CONCURRENCY", 400, "ConditionalCheckFailedException TransactionConflictException TransactionInProgressException"],
  ["CONCURRENCY", 400, "ResourceInUseException TableInUseException OptimisticLockException ReplicatedWriteConflictException"],
  ["CONCURRENCY", 400, "ConcurrentModificationException ConcurrentUpdateException TransactionCanceledException"],
  ["CONCURRENCY", 403, "PurgeQueueInProgress"],
  ["CONCURRENCY", 409, "OperationAborted ConditionalRequestConflict ConflictException ResourceConflictException"],
  ["CONCURRENCY", 409, "EntityTemporarilyUnmodifiable SnapStartNotReadyException"],
  ["CONCURRENCY", 412, "PreconditionFailed"],
  ["AUTH", 400, "UnrecognizedClientException ExpiredTokenException IncompleteSignature IncompleteSignatureException"],
  ["AUTH", 400, "MissingAuthenticationTokenException NotAuthorizedException TokenRefreshRequired InvalidToken ExpiredToken"],
  ["AUTH", 400, "InvalidIdentityToken InvalidIdentityTokenException"],
  [
    "AUTH",
    403,
    "InvalidClientTokenId InvalidAccessKeyId SignatureDoesNotMatch InvalidSignatureException MissingAuthenticationToken",
  ],
  ["AUTH", 401, "AuthFailure UnauthorizedException"],
  ["PERMISSION", 400, "AccessDeniedException AccessDenied KmsAccessDenied"],
  ["PERMISSION", 403, "AccessDenied UnauthorizedOperation OptInRequired AuthorizationErrorException AllAccessDisabled Forbidden"],
  ["PERMISSION", 502, "KMSAccessDeniedException"],
  // The SDKs correct their clock and repeat the request.
  ["TRANSIENT", 403, "RequestTimeTooSkewed RequestExpired RequestInTheFuture"],
  ["TRANSIENT", 400, "RequestTimeout RequestTimeoutException"],
  ["TRANSIENT", 408, "ModelTimeoutException EFSMountTimeoutException"],
  [
    "SERVER_ERROR",
    500,
    "InternalServerError InternalFailure InternalServerException InternalError InternalServiceErrorException",
  ],
  ["SERVER_ERROR", 503, "ServiceUnavailable ServiceUnavailableException ServiceException UnknownError"],
  ["SERVER_ERROR", 502, "ResourceNotReadyException EC2UnexpectedException"],
  ["SERVER_ERROR", 424, "ModelErrorException ModelStreamErrorException"],
  [
    "PERMANENT",
    400,
    "ValidationException ResourceNotFoundException ItemCollectionSizeLimitExceededException InvalidParameterValue",
  ],
  [
    "PERMANENT",
    400,
    "IdempotentParameterMismatchException ServiceQuotaExceededException QueueDoesNotExist InvalidNextTokenException",
  ],
  ["PERMANENT", 404, "NoSuchKey NoSuchBucket NotFound"],
  ["PERMANENT", 409, "BucketAlreadyExists BucketAlreadyOwnedByYou EntityAlreadyExistsException"],
  ["PERMANENT", 301, "PermanentRedirect"],
  ["PERMANENT", 413, "RequestTooLargeException"],
];

describe.each<[string, typeof v3]>([
  ["SDK 3", v3],
  ["SDK 2", v2],
])("%s", (_version, thrown) => {
  test.each(CODES.flatMap(([errorClass, status, codes]) => codes.split(" ").map((code) => [code, status, errorClass] as const)))(
    "%s with status %i is %s",
    (code, status, errorClass) => {
      expect(classOf(awsClassifier, thrown(code, status))).toBe(errorClass);
      expect(classOf(awsClassifier, new Error("wrapped", { cause: thrown(code, status) }))).toBe(errorClass);
    },
  );
});

describe("a cancelled transaction is what its reasons are", () => {
  const cancelled = (...codes: readonly string[]): Error =>
    v3("TransactionCanceledException", 400, { CancellationReasons: codes.map((Code) => ({ Code, Message: "x" })) });

  test.each<[ErrorClass, readonly string[]]>([
    ["CONCURRENCY", ["None", "ConditionalCheckFailed"]],
    ["CONCURRENCY", ["TransactionConflict", "None"]],
    ["CONCURRENCY", ["ThrottlingError", "TransactionConflict"]],
    ["RATE_LIMIT", ["None", "ThrottlingError"]],
    ["RATE_LIMIT", ["ProvisionedThroughputExceeded"]],
    ["PERMANENT", ["ValidationError"]],
    ["PERMANENT", ["TransactionConflict", "ValidationError"]],
    ["PERMANENT", ["ItemCollectionSizeLimitExceeded", "None"]],
    ["PERMANENT", ["None", "DuplicateItem"]],
    ["RATE_LIMIT", [...new Array<string>(99).fill("None"), "ThrottlingError"]],
  ])("%s: %j", (errorClass, codes) => {
    expect(classOf(awsClassifier, cancelled(...codes))).toBe(errorClass);
  });
});

describe("where the code says nothing", () => {
  test.each<[ErrorClass, string, unknown]>([
    ["RATE_LIMIT", "the SDK says throttling", v3("Odd", 400, { $retryable: { throttling: true } })],
    ["TRANSIENT", "the SDK says to try again", v3("IDPCommunicationError", 400, { $retryable: {} })],
    ["SERVER_ERROR", "the SDK says to try again after a 5xx", v3("Odd", 503, { $retryable: {} })],
    [
      "PERMANENT",
      "the code says that it is of no use, whatever the SDK says",
      v3("ValidationException", 400, { $retryable: {} }),
    ],
    ["AUTH", "the token has expired, which SDK 2 retries with new ones", v2("ExpiredTokenException", 400, { retryable: true })],
    ["TRANSIENT", "SDK 2 reached no endpoint", v2("UnknownEndpoint", undefined, { retryable: true, hostname: "127.0.0.1" })],
    ["TRANSIENT", "SDK 2 lost the connection", v2("NetworkingError", undefined, { retryable: true, syscall: "read" })],
    ["PERMANENT", "SDK 2 found the parameters wrong", v2("MissingRequiredParameter")],
    ["PERMANENT", "SDK 2 was told to abort", v2("RequestAbortedError", undefined, { retryable: false })],
    ["AUTH", "SDK 2 found no credentials", v2("CredentialsError")],
    ["AUTH", "SDK 3 found no token", Object.assign(new Error("x"), { name: "TokenProviderError", tryNextLink: false })],
    [
      "TRANSIENT",
      "SDK 3 did not reach the service of tokens",
      Object.assign(new Error("x", { cause: Object.assign(new Error("y"), { code: "ECONNRESET" }) }), {
        name: "CredentialsProviderError",
      }),
    ],
    ["SERVER_ERROR", "an event of a stream has no status but a fault", { ...v3("InternalServerException"), $fault: "server" }],
    ["PERMANENT", "nothing but the fault of the client is known", v3("Odd")],
    ["TRANSIENT", "the socket hung up", v3("TimeoutError", undefined, { code: "ECONNRESET" })],
    ["TRANSIENT", "no connection was made", Object.assign(new Error("x"), { code: "ECONNREFUSED", $metadata: { attempts: 3 } })],
    ["SERVER_ERROR", "a proxy answered in HTML", Object.assign(new SyntaxError("x"), { $metadata: { httpStatusCode: 502 } })],
    [
      "UNKNOWN",
      "an answer that succeeded cannot be read",
      Object.assign(new SyntaxError("x"), { $metadata: { httpStatusCode: 200 } }),
    ],
  ])("%s: %s", (errorClass, _when, error) => {
    expect(classOf(awsClassifier, error)).toBe(errorClass);
  });
});

test.each<[number | undefined, Record<string, string>]>([
  [1500, { "x-amz-retry-after": "1500" }],
  [1500, { "x-amz-retry-after": "1500", "retry-after": "9" }],
  [7000, { "retry-after": "7" }],
  [undefined, { "retry-after": "soon" }],
  [undefined, {}],
])("waits %s ms for %j", (retryAfterMs, headers) => {
  const error = v3("ThrottlingException", 400);
  Object.defineProperty(error, "$response", { value: { statusCode: 400, headers }, enumerable: false });
  const answer = awsClassifier(error);
  expect(answer).toEqual(retryAfterMs === undefined ? "RATE_LIMIT" : { errorClass: "RATE_LIMIT", retryAfterMs });
});

test("waits until the date of Retry-After", () => {
  const inAMinute = new Date(Date.now() + 60_000);
  for (const date of [inAMinute.toUTCString(), inAMinute.toISOString()]) {
    const error = v3("ThrottlingException", 400, { $response: { statusCode: 400, headers: { "retry-after": date } } });
    const answer = awsClassifier(error) as { errorClass: string; retryAfterMs: number };
    expect(answer.errorClass).toBe("RATE_LIMIT");
    expect(answer.retryAfterMs).toBeGreaterThan(50_000);
    expect(answer.retryAfterMs).toBeLessThanOrEqual(60_000);
  }
});

test.each<[string, unknown]>([
  ["a web framework's", { name: "ConflictException", status: 409, message: "Conflict" }],
  ["a code alone", { code: "ThrottlingException" }],
  ["a name alone", { name: "AccessDenied" }],
  ["a name that is its code", { name: "ValidationError", code: "ValidationError" }],
  ["an HTTP client's", { name: "HTTPError", statusCode: 503 }],
])("does not know %s error", (_whose, error) => {
  expect(awsClassifier(error)).toBe("UNKNOWN");
});

test("an abort stops, whatever the SDK adds to it", () => {
  const stop: Classifier = awsClassifier;
  expect(stop(Object.assign(new Error("Request aborted"), { name: "AbortError", $metadata: { attempts: 1 } }))).toBe("PERMANENT");
});

describe("what looks like another's", () => {
  test("an error that has a time, and whose name is not its code, is none of SDK 2", () => {
    expect(classOf(awsClassifier, Object.assign(new Error("m"), { code: "Odd", time: new Date(), statusCode: 503 }))).toBe(
      "UNKNOWN",
    );
    expect(classOf(awsClassifier, v2("Odd", 503))).toBe("SERVER_ERROR");
  });

  test("what an answer says outweighs the code of its cause; where there was none, the cause decides", () => {
    const cause = Object.assign(new Error("m"), { code: "ECONNREFUSED" });
    expect(classOf(awsClassifier, v3("AccessDeniedException", 403, { cause }))).toBe("PERMISSION");
    const provider = Object.assign(new Error("m", { cause }), { name: "CredentialsProviderError" });
    expect(classOf(awsClassifier, provider)).toBe("TRANSIENT");
  });

  test("reasons of cancellation are those of a transaction that was cancelled", () => {
    const CancellationReasons = [{ Code: "ThrottlingError" }];
    expect(classOf(awsClassifier, v3("TransactionCanceledException", 400, { CancellationReasons }))).toBe("RATE_LIMIT");
    expect(classOf(awsClassifier, v3("ConflictException", 409, { CancellationReasons }))).toBe("CONCURRENCY");
  });

  test("an error that may be retried is the server's from 500 on", () => {
    expect(classOf(awsClassifier, v3("Odd", 499, { $retryable: {} }))).toBe("TRANSIENT");
    expect(classOf(awsClassifier, v3("Odd", 500, { $retryable: {} }))).toBe("SERVER_ERROR");
  });
});
