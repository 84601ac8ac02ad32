import { abort, timeout } from "./aborts.ts";
import { aws } from "./aws.ts";
import { amqplib, kafkajs, nats } from "./brokers.ts";
import { axios, http } from "./http.ts";
import { anthropic, openai } from "./llm.ts";
import { mongodb } from "./mongodb.ts";
import { mssql } from "./mssql.ts";
import { mysql2 } from "./mysql2.ts";
import { node } from "./node.ts";
import { pg } from "./pg.ts";
import { ioredis, redis } from "./redis.ts";
import { connect, grpc } from "./rpc.ts";
import { betterSqlite3, nodeSqlite, sqlite3 } from "./sqlite.ts";
import { fetchFailed, undici } from "./undici.ts";

/**
 * Errors as libraries throw them, for tests: with the names, codes, statuses, headers and causes of the real ones, so that they are classified as those are. Each
 * builder is called as its package is. It makes a new `Error` with each call, and needs none of these packages.
 *
 * A code that the library does not have is a RangeError, which names the one that was probably meant.
 *
 * @example
 * import { errors } from "redress/testing";
 * const busy = errors.http(503, { retryAfter: 2 });
 * const deadlock = errors.pg("40P01");
 * const refused = errors.fetch("ECONNREFUSED"); // a TypeError, whose cause is Node's
 * const lost = errors.mysql2("PROTOCOL_CONNECTION_LOST", { fields: { sql: "select 1" } });
 */
export const errors = {
  abort,
  amqplib,
  anthropic,
  aws,
  axios,
  betterSqlite3,
  connect,
  fetch: fetchFailed,
  grpc,
  http,
  ioredis,
  kafkajs,
  mongodb,
  mssql,
  mysql2,
  nats,
  node,
  nodeSqlite,
  openai,
  pg,
  redis,
  sqlite3,
  timeout,
  undici,
} as const;

export { ANSWER, type Answer, responseOf } from "./http.ts";
