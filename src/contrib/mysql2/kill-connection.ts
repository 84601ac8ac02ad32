/*
 * A server that waits for a lock, or computes, does not notice that its client has gone: the transaction would keep its locks until it has
 * something to say. It is told over another connection of the pool. The number of a connection is known on one server alone: the port says that it
 * is the same connection, and not that of another one behind a balancer. Source: MySQL, "KILL Statement".
 */
import type { MysqlConnection, MysqlPool } from "./mysql-shapes.ts";

/** What mysql2 keeps of a connection, beyond what it documents: where it is otherwise, nothing is killed. */
interface Session {
  readonly threadId?: unknown;
  readonly connection?: { readonly stream?: { readonly localPort?: unknown } | null } | null;
}
interface Querying {
  query?(sql: string): Promise<unknown>;
}

/** What ends the session of a connection at the server. To be made while the connection is whole, since it then forgets its port. */
export function killerOf<C extends MysqlConnection>(pool: MysqlPool<C>, client: C): () => void {
  const { threadId, connection } = client as Session;
  const port = connection?.stream?.localPort;
  if (typeof threadId !== "number") return () => {};
  const isIt = typeof port === "number" ? `host LIKE '%:${port}'` : "host NOT LIKE '%:%'";
  const find = `SELECT id FROM information_schema.processlist WHERE id = ${threadId} AND ${isIt}`;
  const kill = async (): Promise<void> => {
    const answer = await (pool as Querying).query?.(find);
    if (isNotEmpty(answer)) await (pool as Querying).query?.(`KILL CONNECTION ${threadId}`);
  };
  // It was a courtesy: the connection is gone in any case.
  return () => void kill().catch(() => {});
}

/** Whether an answer of mysql2 has rows. */
function isNotEmpty(answer: unknown): boolean {
  const [rows] = Array.isArray(answer) ? answer : [];
  return Array.isArray(rows) && rows.length > 0;
}
