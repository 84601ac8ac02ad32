import type { ErrorClass } from "redress";
import { mssqlClassifier } from "redress/extras";
import { describe, expect, test } from "vitest";
import { classOf, recordedAs } from "./recorded.ts";

recordedAs("mssql", mssqlClassifier);

const asked = (error: unknown): ErrorClass => classOf(mssqlClassifier, error);
const failed = (message: string, fields: object = {}): Error => Object.assign(new Error(message), fields);
const request = (number: number | string, severity?: number, name = "RequestError"): Error =>
  failed("it failed", { name, code: "EREQUEST", number, class: severity, state: 1, lineNumber: 1 });

describe("errors of a server", () => {
  test.each<[number, number, ErrorClass, string]>([
    [1205, 13, "CONCURRENCY", "a deadlock"],
    [1222, 16, "CONCURRENCY", "a lock timeout"],
    [3960, 16, "CONCURRENCY", "an update conflict under snapshot isolation"],
    [3935, 16, "CONCURRENCY", "a snapshot that cannot be taken"],
    [3966, 17, "CONCURRENCY", "a snapshot whose versions are gone"],
    [41301, 16, "CONCURRENCY", "in-memory: a dependency that did not commit"],
    [41302, 16, "CONCURRENCY", "in-memory: a row updated meanwhile"],
    [41305, 16, "CONCURRENCY", "in-memory: repeatable read"],
    [41325, 16, "CONCURRENCY", "in-memory: serializable"],
    [41839, 16, "CONCURRENCY", "in-memory: too many dependencies"],
    [601, 12, "CONCURRENCY", "a scan that lost its place"],
    [10928, 16, "RATE_LIMIT", "the limit of requests"],
    [10929, 16, "RATE_LIMIT", "the limit of requests"],
    [40501, 20, "RATE_LIMIT", "the service is busy"],
    [49918, 16, "RATE_LIMIT", "not enough resources"],
    [49919, 16, "RATE_LIMIT", "too many operations"],
    [49920, 16, "RATE_LIMIT", "too many operations"],
    [40197, 17, "TRANSIENT", "the service failed over"],
    [40613, 17, "TRANSIENT", "the database is not available"],
    [40143, 17, "TRANSIENT", "the service failed over"],
    [40166, 17, "TRANSIENT", "the service failed over"],
    [40540, 17, "TRANSIENT", "the service failed over"],
    [4221, 16, "TRANSIENT", "a secondary that waits"],
    [615, 21, "TRANSIENT", "a database that is moving"],
    [926, 14, "TRANSIENT", "a database in recovery"],
    [17142, 14, "TRANSIENT", "a server that is paused"],
    [6005, 10, "TRANSIENT", "a shutdown"],
    [10053, 20, "TRANSIENT", "a cut connection"],
    [10054, 20, "TRANSIENT", "a cut connection"],
    [10060, 20, "TRANSIENT", "no connection"],
    [233, 20, "TRANSIENT", "no connection"],
    [64, 20, "TRANSIENT", "a cut connection"],
    [20, 20, "TRANSIENT", "no connection"],
    [121, 20, "TRANSIENT", "the semaphore timeout"],
    [11001, 20, "TRANSIENT", "no such host"],
    [4014, 20, "TRANSIENT", "severity 20: the connection is lost"],
    [18456, 14, "AUTH", "a refused login"],
    [18452, 14, "AUTH", "a login of an untrusted domain"],
    [18487, 14, "AUTH", "an expired password"],
    [40615, 14, "AUTH", "an address that the firewall refuses"],
    [229, 14, "PERMISSION", "no right to the object"],
    [230, 14, "PERMISSION", "no right to the column"],
    [262, 14, "PERMISSION", "no right to the statement"],
    [300, 14, "PERMISSION", "no right to the view"],
    [916, 14, "PERMISSION", "no access to the database"],
    [15999, 14, "PERMISSION", "severity 14"],
    [4060, 11, "UNKNOWN", "a database that cannot be opened"],
    [3906, 16, "UNKNOWN", "a read-only database"],
    [701, 17, "SERVER_ERROR", "memory"],
    [802, 17, "SERVER_ERROR", "memory"],
    [8645, 17, "SERVER_ERROR", "memory"],
    [1204, 19, "SERVER_ERROR", "locks"],
    [9002, 17, "SERVER_ERROR", "a full log"],
    [823, 24, "SERVER_ERROR", "a broken disk"],
    [2627, 14, "PERMANENT", "a key that is there already"],
    [2601, 14, "PERMANENT", "a key that is there already"],
    [547, 16, "PERMANENT", "a constraint"],
    [102, 15, "PERMANENT", "syntax"],
    [208, 16, "PERMANENT", "no such object"],
    [3930, 16, "PERMANENT", "a transaction that cannot be committed"],
    [50000, 16, "PERMANENT", "an error that the application raised"],
  ])("%i of severity %i is %s: %s", (number, severity, errorClass) => {
    expect(asked(request(number, severity))).toBe(errorClass);
    expect(asked(request(`${number}`, severity)), "a number in writing").toBe(errorClass);
    expect(asked(request(number, severity, "a")), "minified").toBe(errorClass);
    expect(asked(failed("x", { name: "SequelizeDatabaseError", parent: request(number, severity) }))).toBe(errorClass);
    expect(asked(failed("x", { name: "QueryFailedError", driverError: request(number, severity) }))).toBe(errorClass);
  });

  test.each<[number, ErrorClass]>([
    [1205, "CONCURRENCY"],
    [40613, "TRANSIENT"],
    [18456, "AUTH"],
    [229, "PERMISSION"],
  ])("%i is %s without a severity too", (number, errorClass) => {
    expect(asked(request(number))).toBe(errorClass);
  });
});

describe("a refused login has nothing but words", () => {
  test.each<[ErrorClass, string]>([
    ["AUTH", "Login failed for user 'sa'."],
    ["AUTH", "Login failed. The login is from an untrusted domain and cannot be used with Integrated authentication."],
    [
      "AUTH",
      "Cannot open server 's' requested by the login. Client with IP address '1.2.3.4' is not allowed to access the server.",
    ],
    ["AUTH", "Login failed."],
    ["UNKNOWN", 'Cannot open database "d" requested by the login. The login failed.'],
    ["TRANSIENT", "Database 'd' on server 's' is not currently available. Please retry the connection later."],
    ["TRANSIENT", "The service has encountered an error processing your request. Please try again. Error code 40197."],
    [
      "TRANSIENT",
      "Login failed for user 'u'. Reason: Server is in single user mode. Only one administrator can connect at this time.",
    ],
    ["TRANSIENT", "SQL Server service has been paused. No new connections will be allowed."],
    ["TRANSIENT", "SHUTDOWN is in progress."],
    ["TRANSIENT", "Login to read-secondary failed due to long wait on 'HADR_DATABASE_WAIT_FOR_TRANSITION_TO_VERSIONING'."],
    ["TRANSIENT", "Database 'd' is being recovered. Waiting until recovery is finished."],
    ["TRANSIENT", "The SQL pool is warming up. Please try again."],
    ["RATE_LIMIT", "Resource ID : 1. The session limit for the database is 30 and has been reached."],
    ["RATE_LIMIT", "The service is currently busy. Retry the request after 10 seconds."],
    ["RATE_LIMIT", "Cannot process request. Not enough resources to process request."],
  ])("%s: %s", (errorClass, message) => {
    const tedious = failed(message, { code: "ELOGIN" });
    expect(asked(tedious)).toBe(errorClass);
    expect(asked(failed(message, { name: "ConnectionError", code: "ELOGIN", originalError: tedious }))).toBe(errorClass);
  });
});

describe("what the drivers say themselves", () => {
  test.each<[ErrorClass, string, string]>([
    ["TRANSIENT", "ETIMEOUT", "Timeout: Request failed to complete in 15000ms"],
    ["TRANSIENT", "ESOCKET", "Failed to connect to db:1433 - Could not connect (sequence)"],
    ["TRANSIENT", "ECLOSE", "Connection closed before request completed."],
    ["TRANSIENT", "EINSTLOOKUP", "Failed to get response from SQL Server Browser on db"],
    ["PERMANENT", "ECONNCLOSED", "Connection is closed."],
    ["PERMANENT", "ENOTOPEN", "Connection not yet open."],
    ["PERMANENT", "ENOCONN", "No connection is specified for that request."],
    ["PERMANENT", "ECANCEL", "Canceled."],
    ["PERMANENT", "ENOTBEGUN", "Transaction has not begun. Call begin() first."],
    ["PERMANENT", "EALREADYBEGUN", "Transaction has already begun."],
    ["PERMANENT", "EREQINPROG", "Can't commit transaction. There is a request in progress."],
    ["PERMANENT", "EARGS", "Invalid number of arguments."],
    ["PERMANENT", "EENCRYPT", "Server requires encryption, set 'encrypt' config option to true."],
    ["TRANSIENT", "ENOTFOUND", "getaddrinfo ENOTFOUND db"],
    ["AUTH", "EFEDAUTH", "Security token could not be authenticated or authorized."],
  ])("%s: %s", (errorClass, code, message) => {
    expect(asked(failed(message, { code }))).toBe(errorClass);
  });

  test("a pool that was waited for too long", () => {
    expect(asked(failed("operation timed out for an unknown reason"))).toBe("TRANSIENT");
    expect(asked(failed("Operation timeout", { name: "SequelizeConnectionAcquireTimeoutError" }))).toBe("TRANSIENT");
  });

  test("a transaction that the server aborted is what it was aborted for", () => {
    const aborted = (originalError: Error) =>
      failed("Transaction has been aborted.", { name: "TransactionError", code: "EABORT", originalError });
    expect(asked(aborted(request(1205, 13)))).toBe("CONCURRENCY");
    expect(asked(aborted(new Error("Transaction was rolled back by the server")))).toBe("UNKNOWN");
  });
});

describe("what is none of ours is UNKNOWN", () => {
  test.each<[string, unknown]>([
    ["a number alone", failed("x", { number: 1205 })],
    ["a severity alone", failed("x", { class: 14 })],
    ["MySQL's 1205", failed("x", { errno: 1205, sqlState: "HY000", code: "ER_LOCK_WAIT_TIMEOUT" })],
    ["a closed connection of another client", failed("Connection is closed.")],
    ["words of a login", failed("Login failed for user 'sa'.")],
  ])("%s", (_what, error) => {
    expect(asked(error)).toBe("UNKNOWN");
  });
});
