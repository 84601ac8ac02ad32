/* The recipe of docs/clients/sql-recipes.md, whose block has this function word for word. */
import type { AttemptInfo, Policy } from "redress";
import type { Prisma, PrismaClient } from "./generated/prisma/client.ts";

export async function transact<T>(
  prisma: PrismaClient,
  policy: Policy,
  work: (tx: Prisma.TransactionClient, attempt: AttemptInfo) => Promise<T>,
  { idempotent = false } = {},
): Promise<T> {
  let commits = false;
  return policy.call(
    (attempt) => {
      commits = false;
      return prisma.$transaction(
        async (tx) => {
          const value = await work(tx, attempt);
          attempt.signal.throwIfAborted(); // an attempt that was cut short commits nothing
          commits = true;
          return value;
        },
        {
          isolationLevel: "Serializable",
          maxWait: 2_000, // for a connection, in milliseconds
          timeout: 5_000, // for the function: Prisma then rolls back
        },
      );
    },
    {
      refuseRepeat(failed) {
        if (!failed) return "a transaction is not hedged";
        const isRolledBack = !commits || failed.classification.errorClass === "CONCURRENCY";
        return isRolledBack || idempotent ? undefined : "the transaction may have been committed";
      },
    },
  );
}
