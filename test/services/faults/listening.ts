/* A port of this machine that counts its connections, knows which of them are idle, and closes for good. */
import type { AddressInfo, Server, Socket } from "node:net";

/** A connection of a client, as the server knows it. */
export interface Connection {
  readonly number: number;
  readonly socket: Socket;
  /** A request of it has no whole answer yet: the last path that was asked for, else `undefined`. */
  underWay: string | undefined;
  served: number;
}

export class Listening {
  readonly #server: Server;
  readonly #open = new Set<Connection>();
  readonly #scheme: string;
  /** Connections that were made so far. */
  connections = 0;

  constructor(server: Server, scheme: "http" | "https", serve: (connection: Connection) => void) {
    this.#server = server;
    this.#scheme = scheme;
    server.on("connection", (socket: Socket) => {
      const connection: Connection = { number: ++this.connections, socket, underWay: undefined, served: 0 };
      this.#open.add(connection);
      socket.on("error", () => {});
      socket.on("close", () => this.#open.delete(connection));
      serve(connection);
    });
    server.on("tlsClientError", () => {});
  }

  async listen(port = 0): Promise<this> {
    await new Promise<void>((listening, failed) => this.#server.once("error", failed).listen(port, "127.0.0.1", listening));
    return this;
  }

  get listens(): boolean {
    return this.#server.listening;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  get origin(): string {
    return `${this.#scheme}://127.0.0.1:${this.port}`;
  }

  /** The paths of the requests that have no whole answer yet, while their client holds on to the connection. */
  get underWay(): readonly string[] {
    return [...this.#open].flatMap(({ underWay }) => underWay ?? []);
  }

  get open(): number {
    return this.#open.size;
  }

  /** Ends the connections that nobody needs, as servers do after a while: by a FIN that the client answers with its own. */
  closeIdle(): void {
    for (const { socket, underWay } of this.#open) if (underWay === undefined) socket.end();
  }

  async close(): Promise<void> {
    for (const { socket } of this.#open) socket.destroy();
    if (this.#server.listening) await new Promise((closed) => this.#server.close(closed));
  }
}
