/* Stands between a client and a database, and breaks the connection at the COMMIT of a transaction. */
import { type AddressInfo, connect, createServer, type Socket } from "node:net";

/**
 * When a connection breaks: before the server has got COMMIT; when it has answered it, and the client has not got the answer; or not at all, while the
 * answer is held back.
 */
type Break = "before" | "after" | "never";

export interface BreakingProxy {
  readonly port: number;
  /** What the next COMMITs meet, in turn; those after them pass. */
  readonly plan: Break[];
  /** Connections that are open. */
  readonly open: number;
  close(): Promise<void>;
}

const COMMIT = /(?:^|[^A-Z])COMMIT/;

export async function breakingProxy(target: number): Promise<BreakingProxy> {
  const plan: Break[] = [];
  const sockets = new Set<Socket>();
  const keep = (socket: Socket): void => {
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket)).on("error", () => {});
  };
  const server = createServer((client) => {
    const upstream = connect(target, "127.0.0.1");
    let breaks: Break | undefined;
    const end = (): void => {
      client.destroy();
      upstream.destroy();
    };
    keep(client);
    keep(upstream);
    client.on("close", () => upstream.end());
    upstream.on("close", () => client.end());
    client.on("data", (data) => {
      if (COMMIT.test(data.toString("latin1"))) breaks = plan.shift();
      if (breaks === "before") end();
      else upstream.write(data);
    });
    upstream.on("data", (data) => {
      if (breaks === undefined) client.write(data);
      else if (breaks === "after") end();
    });
  });
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  return {
    port: (server.address() as AddressInfo).port,
    plan,
    get open() {
      return sockets.size;
    },
    close: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise((closed) => server.close(closed));
    },
  };
}
