/* A real HTTP server on a loopback port that counts what it is asked, what is under way, what its clients give up, and the connections. */
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** What a server has seen; several servers may count together. */
export interface Counts {
  requests: number;
  /** Requests that are not answered to their end yet. */
  underWay: number;
  mostUnderWay: number;
  /** Requests whose client was gone before they were answered to their end. */
  givenUp: number;
  /** Connections, ever, and those that are open. */
  connections: number;
  sockets: number;
  mostSockets: number;
}

export const newCounts = (): Counts => ({
  requests: 0,
  underWay: 0,
  mostUnderWay: 0,
  givenUp: 0,
  connections: 0,
  sockets: 0,
  mostSockets: 0,
});

export interface CountingServer {
  readonly url: string;
  readonly seen: Readonly<Counts>;
  close(): Promise<void>;
}

export async function countingServer(
  answer: (request: IncomingMessage, response: ServerResponse) => void,
  seen: Counts = newCounts(),
): Promise<CountingServer> {
  const server = createServer((request, response) => {
    seen.requests += 1;
    seen.underWay += 1;
    seen.mostUnderWay = Math.max(seen.mostUnderWay, seen.underWay);
    response.on("close", () => {
      seen.underWay -= 1;
      if (!response.writableFinished) seen.givenUp += 1;
    });
    answer(request, response);
  });
  server.on("connection", (socket) => {
    seen.connections += 1;
    seen.sockets += 1;
    seen.mostSockets = Math.max(seen.mostSockets, seen.sockets);
    socket.on("close", () => {
      seen.sockets -= 1;
    });
  });
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    seen,
    close: () =>
      new Promise((closed) => {
        server.close(() => closed());
        server.closeAllConnections();
      }),
  };
}
