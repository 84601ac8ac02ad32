// ---- transactions of PostgreSQL, through pg

export { mayHaveCommitted } from "../../clients/transaction/index.ts";
export type { PgClient, PgClientOf, PgPool } from "./pg-shapes.ts";
export { type PgTransactionOptions, transaction } from "./transaction.ts";
