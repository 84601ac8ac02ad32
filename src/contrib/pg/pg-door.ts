import type { TransactionDoor } from "../../clients/transaction/index.ts";
import { cancelQuery } from "./cancel-query.ts";
import type { PgClient, PgPool } from "./pg-shapes.ts";

/** How PostgreSQL begins and ends transactions, through pg. */
export function pgDoor(pool: PgPool, isolation: string | undefined, readOnly: boolean | undefined): TransactionDoor<PgClient> {
  const level = isolation === undefined ? "" : ` ISOLATION LEVEL ${isolation.toUpperCase()}`;
  const mode = readOnly === undefined ? "" : readOnly ? " READ ONLY" : " READ WRITE";
  return {
    acquire: () => pool.connect(),
    begin: (client) => client.query(`BEGIN${level}${mode}`),
    // Of a transaction in which a statement has failed, COMMIT is a ROLLBACK, and says so by its name alone.
    commit: async (client) => (await client.query("COMMIT")).command !== "ROLLBACK",
    rollback: (client) => client.query("ROLLBACK"),
    isRefusedCommit,
    isEnded: (client) => (client as { getTransactionStatus?(): unknown }).getTransactionStatus?.() === "I",
    release: (client) => client.release(),
    destroy: (client, error, isBusy) => {
      client.release(error);
      if (isBusy) cancelQuery(pool, client);
    },
  };
}

/*
 * What the server says of a transaction that it has rolled back. A session that ends, an internal error, and CockroachDB's ambiguous result say
 * nothing about it. Source: PostgreSQL, "PostgreSQL Error Codes".
 */
const SAYS_NOTHING = /^(08|57P|58|XX|40003)/;

function isRefusedCommit(error: unknown): boolean {
  const { code, severity } = Object(error) as { readonly code?: unknown; readonly severity?: unknown };
  return typeof severity === "string" && typeof code === "string" && /^[\dA-Z]{5}$/.test(code) && !SAYS_NOTHING.test(code);
}
