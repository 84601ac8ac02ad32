/** A server of `node:http`, or of `node:http2`, which has no more than `close`. */
export interface ServerLike {
  close(closed: (error?: Error) => void): unknown;
  closeIdleConnections?(): void;
  closeAllConnections?(): void;
}

/** A server that has been told to close. */
export interface Closing {
  readonly closed: PromiseLike<unknown>;
  readonly closeIdle: () => void;
  readonly closeAll: () => void;
}

/** Tells a server to close. */
export function closing(server: ServerLike): Closing {
  const closed = new Promise<void>((resolve, reject) => {
    // One that does not listen any more is closed.
    server.close((error) => (error === undefined || codeOf(error) === "ERR_SERVER_NOT_RUNNING" ? resolve() : reject(error)));
  });
  // Node closes connections that are idle at this moment; those that become so later live on for `keepAliveTimeout`, and bring further requests.
  const { closeIdleConnections, closeAllConnections } = server;
  return {
    // Sessions of HTTP/2 end when their clients end them: that is not waited for.
    closed: closeIdleConnections === undefined ? Promise.race([closed, Promise.resolve()]) : closed,
    closeIdle: () => closeIdleConnections?.call(server),
    closeAll: () => closeAllConnections?.call(server),
  };
}

const codeOf = (error: Error): unknown => (error as { readonly code?: unknown }).code;
