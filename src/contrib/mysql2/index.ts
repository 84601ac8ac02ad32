// ---- transactions of MySQL and MariaDB, through mysql2

export { mayHaveCommitted, type TransactionOptions } from "../../clients/transaction/index.ts";
export type { MysqlCallbackPool, MysqlConnection, MysqlPool } from "./mysql-shapes.ts";
export { type MysqlTransactionOptions, transaction } from "./transaction.ts";
