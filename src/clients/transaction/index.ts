// ---- a transaction, repeated as a whole, on a connection of a pool

export { mayHaveCommitted } from "./lost-commits.ts";
export { checkTransaction, runTransaction } from "./run-transaction.ts";
export type { TransactionDoor } from "./transaction-door.ts";
export { readTransactionOptions, type TransactionOptions, transactionTable } from "./transaction-options.ts";
