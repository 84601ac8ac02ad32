/*
 * A server that waits for a lock, or computes, does not notice that its client has gone: the transaction would keep its locks until it has
 * something to say. PostgreSQL takes the request to stop over a connection of its own, which needs no place among its sessions and which only
 * who holds the secret of the first one can make. Source: PostgreSQL, "Canceling Requests in Progress".
 */
import type { PgClient, PgPool } from "./pg-shapes.ts";

/** What pg keeps of a session and of a pool, beyond what it documents: where it is otherwise, nothing is cancelled. */
interface Session {
  readonly processID?: unknown;
  readonly secretKey?: unknown;
}
interface Messenger {
  readonly connection?: {
    readonly stream?: { unref?(): unknown };
    on?(event: "error", listener: () => void): unknown;
  };
  cancel?(session: Session & { readonly activeQuery: object }, query: object): void;
}
interface Making {
  readonly Client?: new (options: unknown) => Messenger;
  readonly options?: unknown;
}

/** Asks the server to stop what it does for a connection. It answers nothing, and nobody waits for it. */
export function cancelQuery(pool: PgPool, client: PgClient): void {
  const { processID, secretKey } = client as Session;
  const { Client, options } = pool as Making;
  if (typeof processID !== "number" || typeof Client !== "function") return;
  try {
    const messenger = new Client(options);
    messenger.connection?.on?.("error", () => {});
    const query = {};
    messenger.cancel?.({ processID, secretKey, activeQuery: query }, query);
    messenger.connection?.stream?.unref?.();
  } catch {
    // It was a courtesy: the connection is gone in any case.
  }
}
