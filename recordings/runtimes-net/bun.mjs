import { inRuntime } from "./inside/start.mjs";

/** A case of inside/bun.mjs, thrown in the real Bun. */
const inside = inRuntime("@oven/bun-linux-x64/bin/bun", ["run"], "bun.mjs");
const one = (id, provoked, expected, because, more = {}) => ({
  id,
  provoked,
  how: "provoked",
  expected,
  ...more,
  because,
  run: inside(id),
});

export default {
  library: "bun",
  packages: ["@oven/bun-linux-x64"],
  runtime: "Bun 1.4.5",
  cases: [
    one("sql.unique", "Bun.SQL insert that breaks a PRIMARY KEY, real PostgreSQL", "PERMANENT", "the row is there already"),
    one("sql.syntax", "Bun.SQL with a typing error, real PostgreSQL", "PERMANENT", "the statement is wrong"),
    one("sql.role", "Bun.SQL as a user that is not there, real PostgreSQL", "AUTH", "the server does not know this user"),
    one("sql.refused", "Bun.SQL to a port where nobody listens", "TRANSIENT", "nobody listens there now"),
    one(
      "sql.connection-timeout",
      "Bun.SQL to a server that never answers, connectionTimeout 1",
      "TRANSIENT",
      "the client gave up waiting",
      { timeout: true },
    ),
    one(
      "sql.statement-timeout",
      "Bun.SQL with statement_timeout = 100, real PostgreSQL",
      "TRANSIENT",
      "the server cancelled a statement that took too long",
      { timeout: true },
    ),
    one(
      "sql.terminated",
      "Bun.SQL, the session is ended by pg_terminate_backend, real PostgreSQL",
      "TRANSIENT",
      "an administrator's command ended the connection; a new one works",
    ),
    one(
      "sql.serialization",
      "Bun.SQL transaction that loses against another one, real PostgreSQL",
      "CONCURRENCY",
      "another transaction has changed the row",
    ),
    one(
      "sql.mysql.denied",
      "Bun.SQL as a user that is not there, real MariaDB",
      "AUTH",
      "the server does not know this user and password",
    ),
    one("sql.mysql.duplicate", "Bun.SQL insert that breaks a PRIMARY KEY, real MariaDB", "PERMANENT", "the row is there already"),
    one("redis.refused", "RedisClient to a port where nobody listens", "TRANSIENT", "no connection came about"),
    one("redis.wrongtype", "RedisClient LPUSH on a string, real Redis", "PERMANENT", "the key holds something else"),
    one(
      "redis.auth",
      "RedisClient with a user that is not there, real Redis",
      "AUTH",
      "the server does not know this user and password",
    ),
    one(
      "redis.timeout",
      "RedisClient to a server that never answers, connectionTimeout 300",
      "TRANSIENT",
      "the client gave up waiting",
      { timeout: true },
    ),
    one("s3.slow-down", "S3Client, answered 503 SlowDown", "RATE_LIMIT", "S3 asks for a lower request rate"),
    one("s3.internal", "S3Client write, answered 500 InternalError", "SERVER_ERROR", "S3 failed inside"),
    one("s3.signature", "S3Client, answered 403 SignatureDoesNotMatch", "AUTH", "the secret key is wrong"),
    one("s3.denied", "S3Client, answered 403 AccessDenied", "PERMISSION", "the key is known but has no right to this object"),
    one("s3.expired", "S3Client, answered 400 ExpiredToken", "AUTH", "the token has expired"),
    one("s3.no-such-key", "S3Client, answered 404 NoSuchKey", "PERMANENT", "the object is not there"),
    one("s3.refused", "S3Client to a port where nobody listens", "TRANSIENT", "nobody listens there now"),
    one("s3.no-credentials", "S3Client without any credentials", "AUTH", "there are no credentials"),
    one("fetch.refused", "fetch of a port where nobody listens", "TRANSIENT", "nobody listens there now"),
    one("fetch.cut", "fetch, the server cuts the connection", "TRANSIENT", "the connection was lost"),
    one("fetch.timeout", "fetch with AbortSignal.timeout(150)", "TRANSIENT", "the caller gave up waiting", { timeout: true }),
    one(
      "fetch.self-signed",
      "fetch of a server with a self-signed certificate",
      "PERMANENT",
      "the certificate will be the same at the next attempt",
    ),
    one("fetch.aborted", "fetch that the caller aborts", "PERMANENT", "the caller did not want it any more"),
    one("connect.refused", "Bun.connect to a port where nobody listens", "TRANSIENT", "nobody listens there now"),
  ],
};
