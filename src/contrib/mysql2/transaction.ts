import { refuse } from "../../clients/options/index.ts";
import {
  checkTransaction,
  readTransactionOptions,
  runTransaction,
  type TransactionOptions,
  transactionTable,
} from "../../clients/transaction/index.ts";
import { mysqlClassifier } from "../../extras/index.ts";
import type { AttemptInfo, Policy } from "../../index.ts";
import { mysqlDoor } from "./mysql-door.ts";
import type { MysqlCallbackPool, MysqlConnection, MysqlPool } from "./mysql-shapes.ts";

const ISOLATIONS = ["read uncommitted", "read committed", "repeatable read", "serializable"] as const;

/** What one transaction may set for itself, beside what any call may. */
export type MysqlTransactionOptions = TransactionOptions<(typeof ISOLATIONS)[number]>;

const table = transactionTable(ISOLATIONS);

/**
 * Runs a function in a transaction of MySQL or MariaDB, on a connection of the pool, and commits: the whole transaction is repeated by the policy
 * after a conflict, a deadlock, a lock that took too long or a connection that was lost before COMMIT. What may have been committed is not repeated.
 * Errors of the server and of mysql2 are classified by `mysqlClassifier` first, whatever the policy's classifier is; an error of the function that no
 * classifier knows is not retried. Takes a pool of mysql2/promise, or of mysql2.
 *
 * @param fn gets the connection, which it must not release, and its attempt. What it does beside the transaction is done in every attempt.
 * @returns what `fn` returned, when it is committed.
 * @throws what the call of a policy throws: `mayHaveCommitted` says whether COMMIT was under way. TypeError for what is no pool, policy or function, and
 * for a wrong option.
 * @example
 * import { transaction } from "redress/mysql2";
 * await transaction(pool, policy, (connection) => connection.query("UPDATE accounts SET balance = balance - 10"), { readOnly: false });
 */
export async function transaction<C extends MysqlConnection, T extends R, R = unknown, F = never>(
  pool: MysqlPool<C> | MysqlCallbackPool<C>,
  policy: Policy<R, F>,
  fn: (connection: C, attempt: AttemptInfo) => T | PromiseLike<T>,
  options: MysqlTransactionOptions = {},
): Promise<T | F> {
  const promising = poolOfPromises(pool);
  checkTransaction(policy, fn);
  const settings = readTransactionOptions(options, table);
  const door = mysqlDoor(promising, settings.isolation, settings.readOnly);
  const call = { door, policy: policy as Policy<never, unknown>, settings, classifier: mysqlClassifier };
  return runTransaction(call, fn) as Promise<T | F>;
}

function poolOfPromises<C extends MysqlConnection>(pool: MysqlPool<C> | MysqlCallbackPool<C>): MysqlPool<C> {
  const { getConnection, promise, beginTransaction } = Object(pool) as { readonly [member: string]: unknown };
  if (typeof beginTransaction === "function")
    refuse(
      "transaction.pool",
      "a pool of mysql2, which has another connection when one breaks; a transaction inside of another one is a SAVEPOINT of its connection",
      pool,
    );
  if (typeof getConnection !== "function") refuse("transaction.pool", "a pool of mysql2", pool);
  return typeof promise === "function" ? (pool as MysqlCallbackPool<C>).promise() : (pool as MysqlPool<C>);
}
