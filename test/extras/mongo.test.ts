import type { ErrorClass } from "redress";
import { describe, expect, test } from "vitest";
import { mongoClassifier } from "../../src/extras/stores/mongo.ts";
import { classOf, recordedAs } from "./recorded.ts";

recordedAs("mongodb", mongoClassifier);

const is = (error: unknown): ErrorClass => classOf(mongoClassifier, error);

/** As the driver builds one: a name and labels on the prototype, the rest of the server's answer as own fields. */
function thrown(name: string, fields: object = {}, labels: readonly string[] = [], message = "m"): Error {
  class MongoError extends Error {
    override get name(): string {
      return name;
    }
    get errorLabels(): string[] {
      return [...labels];
    }
  }
  return Object.assign(new MongoError(message), fields);
}
const answered = (code: number, labels: readonly string[] = [], message = "m"): Error =>
  thrown("MongoServerError", { code }, labels, message);

describe("a code of the server", () => {
  const CODES: Readonly<Record<string, readonly number[]>> = {
    AUTH: [18],
    PERMISSION: [13],
    CONCURRENCY: [24, 46, 107, 112, 117, 225, 239, 244, 246, 251, 267, 272, 12586, 12587],
    RATE_LIMIT: [16500],
    SERVER_ERROR: [1, 8],
    TRANSIENT: [
      6, 7, 43, 50, 63, 64, 79, 89, 91, 133, 134, 150, 175, 189, 234, 237, 249, 250, 262, 279, 290, 9001, 10058, 10107, 11600,
      11601, 11602, 13388, 13435, 13436,
    ],
    PERMANENT: [
      2, 4, 9, 14, 20, 26, 48, 52, 59, 66, 72, 73, 85, 86, 96, 115, 121, 166, 256, 263, 292, 10334, 11000, 17280, 31249, 51091,
    ],
  };
  test.each(Object.entries(CODES).flatMap(([errorClass, codes]) => codes.map((code) => [code, errorClass] as const)))(
    "%i is %s",
    (code, errorClass) => {
      expect(is(answered(code))).toBe(errorClass);
      expect(is(thrown("MongoBulkWriteError", { code, writeErrors: [{ code }] }))).toBe(errorClass);
    },
  );

  test("says of Atlas by its text whether the password or the privilege is missing", () => {
    expect(is(answered(8000, [], "bad auth : Authentication failed."))).toBe("AUTH");
    expect(is(answered(8000, [], "user is not allowed to do action [insert] on [db.c]"))).toBe("PERMISSION");
    expect(is(answered(8000, [], "cannot create a new collection -- already using 500 collections of 500"))).toBe("PERMANENT");
    expect(is(answered(2, [], "bad auth mechanism"))).toBe("PERMANENT");
    expect(is(answered(72, [], "the option is not allowed here"))).toBe("PERMANENT");
  });

  test("outweighs a label, except that a retry the server asks for is worth one", () => {
    expect(is(answered(251, ["TransientTransactionError"]))).toBe("CONCURRENCY");
    expect(is(answered(91, ["RetryableWriteError", "TransientTransactionError"]))).toBe("TRANSIENT");
    expect(is(answered(462, ["SystemOverloadedError", "RetryableError"]))).toBe("RATE_LIMIT");
    expect(is(answered(777, ["SystemOverloadedError"]))).toBe("RATE_LIMIT");
    expect(is(answered(777, ["TransientTransactionError"]))).toBe("CONCURRENCY");
    expect(is(answered(777, ["RetryableWriteError"]))).toBe("TRANSIENT");
    expect(is(answered(777, ["UnknownTransactionCommitResult"]))).toBe("TRANSIENT");
    expect(is(answered(777, ["ResumableChangeStreamError"]))).toBe("TRANSIENT");
    expect(is(answered(777, ["NoWritesPerformed"]))).toBe("PERMANENT");
  });

  test("is not believed of an error of another name", () => {
    for (const name of ["Error", "DatabaseError", "QueryFailedError"]) expect(is(thrown(name, { code: 112 }))).toBe("UNKNOWN");
    expect(is({ code: 11000 })).toBe("UNKNOWN");
  });
});

test.each([
  ["MongoNetworkError", "TRANSIENT"],
  ["MongoNetworkTimeoutError", "TRANSIENT"],
  ["MongoServerSelectionError", "TRANSIENT"],
  ["MongooseServerSelectionError", "TRANSIENT"],
  ["MongoSystemError", "TRANSIENT"],
  ["MongoTimeoutError", "TRANSIENT"],
  ["MongoWaitQueueTimeoutError", "TRANSIENT"],
  ["MongoOperationTimeoutError", "TRANSIENT"],
  ["MongoCryptKMSRequestNetworkTimeoutError", "TRANSIENT"],
  ["MongoPoolClearedError", "TRANSIENT"],
  ["PoolClearedOnNetworkError", "TRANSIENT"],
  ["MongoPoolClosedError", "TRANSIENT"],
  ["MongoServerClosedError", "TRANSIENT"],
  ["MongoStalePrimaryError", "TRANSIENT"],
  ["MongoNotConnectedError", "PERMANENT"],
  ["MongoTopologyClosedError", "PERMANENT"],
  ["MongoClientClosedError", "PERMANENT"],
  ["MongoExpiredSessionError", "PERMANENT"],
  ["MongoInvalidArgumentError", "PERMANENT"],
  ["MongoAPIError", "PERMANENT"],
  ["MongoParseError", "PERMANENT"],
  ["MongoCompatibilityError", "PERMANENT"],
  ["MongoTransactionError", "PERMANENT"],
  ["MongoCursorExhaustedError", "PERMANENT"],
  ["MongoMissingDependencyError", "PERMANENT"],
  ["MongoMissingCredentialsError", "AUTH"],
  ["MongoAWSError", "AUTH"],
  ["MongoOIDCError", "AUTH"],
  ["MongoServerError", "UNKNOWN"],
  ["MongoError", "UNKNOWN"],
])("%s without a code is %s", (name, errorClass) => {
  expect(is(thrown(name))).toBe(errorClass);
});

describe("a label of an error without a code", () => {
  test.each<[string, string, ErrorClass]>([
    ["MongoTransactionError", "UnknownTransactionCommitResult", "TRANSIENT"],
    ["MongoError", "RetryableWriteError", "TRANSIENT"],
    ["MongoAWSError", "TransientTransactionError", "TRANSIENT"],
    ["MongoTransactionError", "SystemOverloadedError", "PERMANENT"],
    ["MongoError", "SystemOverloadedError", "UNKNOWN"],
    ["MongoTransactionError", "NoWritesPerformed", "PERMANENT"],
  ])("%s with %s is %s", (name, label, errorClass) => {
    expect(is(thrown(name, {}, [label]))).toBe(errorClass);
  });

  test("does not hide that it was a timeout", () => {
    const timeout = { errorClass: "TRANSIENT", timeout: true };
    expect(mongoClassifier(thrown("MongoNetworkTimeoutError", {}, ["RetryableWriteError"]))).toEqual(timeout);
    expect(mongoClassifier(thrown("MongoNetworkError", {}, [], "connection 1 to db timed out"))).toEqual(timeout);
  });
});

describe("a wrapper", () => {
  test("of a refused certificate is as hopeless as that, though it is a network error to the driver", () => {
    const certificate = Object.assign(new Error("certificate has expired"), { code: "CERT_HAS_EXPIRED" });
    const network = thrown("MongoNetworkError", { cause: certificate }, ["SystemOverloadedError", "RetryableError"]);
    expect(is(thrown("MongoServerSelectionError", { cause: network }))).toBe("PERMANENT");
  });

  test("tells what it wraps", () => {
    expect(is(new Error("save failed", { cause: answered(112) }))).toBe("CONCURRENCY");
    expect(is(new AggregateError([new Error("x"), answered(13)], "both failed"))).toBe("PERMISSION");
    expect(is(thrown("MongoClientBulkWriteError", { cause: answered(112) }))).toBe("CONCURRENCY");
  });

  test("a network error that carries SystemOverloadedError is no word of the server", () => {
    expect(is(thrown("MongoNetworkError", {}, ["SystemOverloadedError", "RetryableError"]))).toBe("TRANSIENT");
  });
});

test("Cosmos DB says how long to wait", () => {
  const error = answered(
    16500,
    [],
    "Error=16500, RetryAfterMs=34, Details='Response status code does not indicate success: TooManyRequests (429)'",
  );
  expect(mongoClassifier(error)).toEqual({ errorClass: "RATE_LIMIT", retryAfterMs: 34 });
});

describe("mongoose", () => {
  test("a document that somebody else has saved is CONCURRENCY", () => {
    const error = Object.assign(new Error('No matching document found for id "1" version 0 modifiedPaths "a"'), {
      name: "VersionError",
      version: 0,
    });
    expect(is(error)).toBe("CONCURRENCY");
    expect(
      is(Object.assign(new Error("Can't save() the same doc multiple times in parallel"), { name: "ParallelSaveError" })),
    ).toBe("CONCURRENCY");
  });

  test("a VersionError of IndexedDB is not mongoose's", () => {
    expect(is(new DOMException("The requested version (1) is less than the existing version (2).", "VersionError"))).toBe(
      "UNKNOWN",
    );
  });

  test("a document or a value that does not fit is PERMANENT", () => {
    const invalid = Object.assign(new Error("User validation failed"), {
      name: "ValidationError",
      _message: "User validation failed",
      errors: {},
    });
    expect(is(invalid)).toBe("PERMANENT");
    expect(
      is(
        Object.assign(new Error("Cast to Number failed"), { name: "CastError", kind: "Number", path: "age", stringValue: '"x"' }),
      ),
    ).toBe("PERMANENT");
    expect(is(Object.assign(new Error("no"), { name: "ValidationError" }))).toBe("UNKNOWN");
    const withCode = { name: "CastError", kind: "Number", path: "age", stringValue: '"x"', code: "BAD_AGE" };
    expect(is(Object.assign(new Error("Cast to Number failed"), withCode))).toBe("PERMANENT");
    expect(is(Object.assign(new Error("Cast to Number failed"), { name: "CastError", code: "BAD_AGE" }))).toBe("UNKNOWN");
  });

  test("buffering that timed out is TRANSIENT, any other misuse PERMANENT", () => {
    const buffering = "Operation `users.findOne()` buffering timed out after 10000ms";
    expect(is(Object.assign(new Error(buffering), { name: "MongooseError" }))).toBe("TRANSIENT");
    expect(is(Object.assign(new Error("Model is not registered"), { name: "MongooseError" }))).toBe("PERMANENT");
  });
});

test("labels that hurt when they are read hurt nobody", () => {
  const { proxy, revoke } = Proxy.revocable([], {});
  revoke();
  expect(is(Object.assign(new Error("m"), { name: "MongoServerError", code: 2, errorLabels: proxy }))).toBe("PERMANENT");
  expect(is(Object.assign(new Error("m"), { name: "MongoServerError", code: 2, errorLabels: [{ toString: 1 }] }))).toBe(
    "PERMANENT",
  );
});
