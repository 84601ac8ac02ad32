/* What is used of pg, by shape: no version of it is imported. */

/** A connection of a pool: pg's `PoolClient`. */
export interface PgClient {
  query(text: string): Promise<{ readonly command?: string }>;
  release(error?: Error | boolean): void;
  on(event: "error", listener: (error: Error) => void): unknown;
  on(event: "end", listener: () => void): unknown;
  removeListener(event: "error" | "end", listener: () => void): unknown;
}

/** A pool of connections: pg's `Pool`. */
export interface PgPool {
  connect(): Promise<PgClient>;
}

/** The connections of a pool, as their library types them; its `connect` may take a callback, too. */
export type PgClientOf<P extends PgPool> = P extends {
  connect: { (): Promise<infer C extends PgClient>; (callback: never): void };
}
  ? C
  : P extends { connect(): Promise<infer C extends PgClient> }
    ? C
    : PgClient;
