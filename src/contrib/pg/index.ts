// ---- transactions of PostgreSQL, through pg

export { mayHaveCommitted, type TransactionOptions } from "../../clients/transaction/index.ts";
export type { PgClient, PgClientOf, PgPool } from "./pg-shapes.ts";
export { type PgTransactionOptions, transaction } from "./transaction.ts";
