/* What is used of mysql2, by shape: no version of it is imported. */

/** A connection of a pool of promises: the `PoolConnection` of mysql2/promise. */
export interface MysqlConnection {
  query(sql: string): Promise<unknown>;
  release(): void;
  destroy(): void;
  on(event: "error", listener: (error: Error) => void): unknown;
  on(event: "end", listener: () => void): unknown;
  removeListener(event: "error" | "end", listener: () => void): unknown;
}

/** A pool of connections: that of mysql2/promise. */
export interface MysqlPool<C extends MysqlConnection> {
  getConnection(): Promise<C>;
}

/** A pool of mysql2, which works by callbacks, and has one of promises behind it. */
export interface MysqlCallbackPool<C extends MysqlConnection> {
  promise(): MysqlPool<C>;
}
