// ---- everything

export { describeError, type ErrorDescription } from "./describe/index.ts";
export { universalClassifier } from "./universal.ts";

// ---- HTTP and the network

export { httpClassifier, httpRetryAfterClassifier } from "./http/http.ts";
export { llmClassifier } from "./http/llm.ts";
export { networkClassifier } from "./http/network.ts";
export { type HttpAnswer, responseClassifier } from "./http/response.ts";
export { parseRetryAfter } from "./shared/index.ts";

// ---- SQL databases

export { mssqlClassifier } from "./sql/mssql.ts";
export { mysqlClassifier } from "./sql/mysql.ts";
export { odbcClassifier } from "./sql/odbc.ts";
export { sqliteClassifier } from "./sql/sqlite.ts";
export { sqlstateClassifier } from "./sql/sqlstate.ts";

// ---- stores and brokers

export { amqpClassifier } from "./stores/amqp.ts";
export { kafkaClassifier } from "./stores/kafka.ts";
export { mongoClassifier } from "./stores/mongo.ts";
export { natsClassifier } from "./stores/nats.ts";
export { redisClassifier } from "./stores/redis.ts";

// ---- clouds

export { awsClassifier } from "./clouds/aws.ts";
export { azureClassifier } from "./clouds/azure.ts";
export { googleClassifier } from "./clouds/google.ts";

// ---- RPC

export { connectClassifier } from "./rpc/connect.ts";
export { grpcClassifier } from "./rpc/grpc.ts";
