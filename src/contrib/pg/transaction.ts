import { refuse } from "../../clients/options/index.ts";
import {
  checkTransaction,
  readTransactionOptions,
  runTransaction,
  type TransactionOptions,
  transactionTable,
} from "../../clients/transaction/index.ts";
import { sqlstateClassifier } from "../../extras/index.ts";
import type { AttemptInfo, Policy } from "../../index.ts";
import { pgDoor } from "./pg-door.ts";
import type { PgClient, PgClientOf, PgPool } from "./pg-shapes.ts";

const ISOLATIONS = ["read committed", "repeatable read", "serializable"] as const;

/** What one transaction may set for itself, beside what any call may. */
export type PgTransactionOptions = TransactionOptions<(typeof ISOLATIONS)[number]>;

const table = transactionTable(ISOLATIONS);

/**
 * Runs a function in a transaction of PostgreSQL, on a connection of the pool, and commits: the whole transaction is repeated by the policy after a
 * conflict, a deadlock or a connection that was lost before COMMIT. What may have been committed is not repeated. Errors of PostgreSQL and of pg are
 * classified by `sqlstateClassifier` first, whatever the policy's classifier is; an error of the function that no classifier knows is not retried.
 *
 * @param fn gets the connection, which it must not release, and its attempt. What it does beside the transaction is done in every attempt.
 * @returns what `fn` returned, when it is committed.
 * @throws what the call of a policy throws: `mayHaveCommitted` says whether COMMIT was under way. TypeError for what is no pool, policy or function, and
 * for a wrong option.
 * @example
 * import { transaction } from "redress/pg";
 * await transaction(pool, policy, (client) => client.query("UPDATE accounts SET balance = balance - 10"), { isolation: "serializable" });
 */
export async function transaction<P extends PgPool, T extends R, R = unknown, F = never>(
  pool: P,
  policy: Policy<R, F>,
  fn: (client: PgClientOf<P>, attempt: AttemptInfo) => T | PromiseLike<T>,
  options: PgTransactionOptions = {},
): Promise<T | F> {
  checkPool(pool);
  checkTransaction(policy, fn);
  const settings = readTransactionOptions(options, table);
  const door = pgDoor(pool, settings.isolation, settings.readOnly);
  const call = { door, policy: policy as Policy<never, unknown>, settings, classifier: sqlstateClassifier };
  return runTransaction(call, fn as (client: PgClient, attempt: AttemptInfo) => unknown) as Promise<T | F>;
}

function checkPool(pool: unknown): void {
  const { connect, release, escapeIdentifier } = Object(pool) as { readonly [member: string]: unknown };
  if (typeof release === "function")
    refuse("transaction.pool", "a Pool of pg; a transaction inside of another one is a SAVEPOINT of its client", pool);
  if (typeof escapeIdentifier === "function")
    refuse("transaction.pool", "a Pool of pg; a single Client could not be replaced when it breaks", pool);
  if (typeof connect !== "function") refuse("transaction.pool", "a Pool of pg", pool);
}
