/** What a transaction needs of a connection, whosever it is. */
export interface TransactionClient {
  on(event: "error", listener: (error: Error) => void): unknown;
  on(event: "end", listener: () => void): unknown;
  removeListener(event: "error" | "end", listener: () => void): unknown;
  release(): unknown;
}

/** How a database, through its library, begins and ends transactions. */
export interface TransactionDoor<C extends TransactionClient> {
  acquire(): Promise<C>;
  begin(client: C): Promise<unknown>;
  /** Whether the server says that it has committed: it may have rolled back instead, without an error. */
  commit(client: C): Promise<boolean>;
  rollback(client: C): Promise<unknown>;
  /** Whether the server has answered COMMIT with this error, and has certainly not committed. */
  isRefusedCommit(error: unknown): boolean;
  /** Whether the client knows that no transaction is open any more. */
  isEnded(client: C): boolean;
  /** Gives back a connection that is as it was. */
  release(client: C): void;
  /**
   * Gives back a connection that nobody may use again.
   *
   * @param isBusy whether the server may still be at work for it, and hold locks: it is to stop
   */
  destroy(client: C, error: Error, isBusy: boolean): void;
}
