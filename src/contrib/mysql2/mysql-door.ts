import type { TransactionDoor } from "../../clients/transaction/index.ts";
import { killerOf } from "./kill-connection.ts";
import type { MysqlConnection, MysqlPool } from "./mysql-shapes.ts";

/** How MySQL and MariaDB begin and end transactions, through mysql2. */
export function mysqlDoor<C extends MysqlConnection>(
  pool: MysqlPool<C>,
  isolation: string | undefined,
  readOnly: boolean | undefined,
): TransactionDoor<C> {
  const mode = readOnly === undefined ? "" : readOnly ? " READ ONLY" : " READ WRITE";
  return {
    acquire: () => pool.getConnection(),
    begin: async (client) => {
      // It holds for the next transaction alone.
      if (isolation !== undefined) await client.query(`SET TRANSACTION ISOLATION LEVEL ${isolation.toUpperCase()}`);
      await client.query(`START TRANSACTION${mode}`);
    },
    commit: async (client) => {
      await client.query("COMMIT");
      return true;
    },
    rollback: (client) => client.query("ROLLBACK"),
    isRefusedCommit,
    isEnded: () => false,
    release: (client) => client.release(),
    destroy: (client, _error, isBusy) => {
      const kill = isBusy ? killerOf(pool, client) : null;
      // The pool has room for another connection from now on.
      client.destroy();
      kill?.();
    },
  };
}

/*
 * What the server says of a transaction that it has rolled back: conflicts, by SQLSTATE or, of group replication, by number. Any other error of a
 * COMMIT may have come after the storage engine, or the binary log, has committed. Source: MySQL, "Server Error Message Reference".
 */
const ROLLED_BACK_DURING_COMMIT = 3101;

function isRefusedCommit(error: unknown): boolean {
  const { sqlState, errno } = Object(error) as { readonly sqlState?: unknown; readonly errno?: unknown };
  return (typeof sqlState === "string" && sqlState.startsWith("40")) || errno === ROLLED_BACK_DURING_COMMIT;
}
