/*
 * All that `universalClassifier` knows. An error that looks like one of several libraries is asked about in this order, so what is
 * certain about few errors stands before what is certain about many: those that carry HTTP's statuses for another purpose before HTTP,
 * and everything before the codes of the system.
 */
import { aws } from "./clouds/aws.ts";
import { azure } from "./clouds/azure.ts";
import { google } from "./clouds/google.ts";
import { common } from "./common/index.ts";
import { http } from "./http/http.ts";
import { llm } from "./http/llm.ts";
import { network, undici } from "./http/network.ts";
import { replies } from "./http/replies.ts";
import { connect } from "./rpc/connect.ts";
import { grpc } from "./rpc/grpc.ts";
import { type Library, retryableFlag } from "./shared/index.ts";
import { mssql } from "./sql/mssql.ts";
import { mysql } from "./sql/mysql.ts";
import { odbc } from "./sql/odbc.ts";
import { drizzle } from "./sql/orms.ts";
import { sqlite } from "./sql/sqlite.ts";
import { sqlstate } from "./sql/sqlstate.ts";
import { amqp } from "./stores/amqp.ts";
import { bullmq } from "./stores/bullmq.ts";
import { kafka } from "./stores/kafka.ts";
import { mongo } from "./stores/mongo.ts";
import { nats } from "./stores/nats.ts";
import { redis } from "./stores/redis.ts";

export const LIBRARIES: readonly Library[] = [
  nats,
  aws,
  azure,
  grpc,
  connect,
  google,
  mssql,
  mysql,
  sqlite,
  sqlstate,
  odbc,
  drizzle,
  redis,
  amqp,
  bullmq,
  replies,
  llm,
  http,
  undici,
  network,
  mongo,
  kafka,
  common,
  retryableFlag,
];
