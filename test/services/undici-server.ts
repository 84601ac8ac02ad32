/* A server for undici's scenarios: it fails as often as the path says, and counts what has come. */
import { once } from "node:events";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo, Socket } from "node:net";

/** More than the buffers of a connection take. */
export const LONG = 256 * 65_536;

const CHUNK = 65_536;

export interface Arrival {
  readonly method: string;
  readonly headers: IncomingMessage["headers"];
  readonly body: string;
}

export class UndiciServer {
  readonly #server: Server = createServer((request, answer) => void this.#answer(request, answer));
  readonly arrivals = new Map<string, Arrival[]>();
  /** Requests whose connection was closed before they were answered in full. */
  readonly closed = new Map<string, number>();
  readonly sockets = new Set<Socket>();
  connections = 0;
  sentBytes = 0;
  url = "";

  static async started(): Promise<UndiciServer> {
    const server = new UndiciServer();
    await server.#listen();
    return server;
  }

  async #listen(): Promise<void> {
    this.#server.on("connection", (socket: Socket) => {
      this.connections++;
      this.sockets.add(socket);
      socket.on("close", () => this.sockets.delete(socket)).on("error", () => {});
    });
    this.#server.on("upgrade", (_request, socket) => {
      socket.write("HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: echo\r\n\r\n");
      socket.pipe(socket).on("error", () => {});
    });
    this.#server.on("connect", (_request, socket) => {
      socket.write("HTTP/1.1 200 Connection established\r\n\r\n");
      socket.pipe(socket).on("error", () => {});
    });
    this.#server.listen(0, "127.0.0.1");
    await once(this.#server, "listening");
    this.url = `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async close(): Promise<void> {
    this.#server.close();
    this.#server.closeAllConnections();
    for (const socket of this.sockets) socket.destroy();
    await once(this.#server, "close");
  }

  /** How many requests have come for a path. */
  count(path: string): number {
    return this.arrivals.get(path)?.length ?? 0;
  }

  /**
   * `/status/503/2/...` answers 503 twice, and then 200; what follows is only a name. Others: `big-503`, `hang`, `hang-once`, `endless`, `broken`, `early`, `trailers`, `redirect`,
   * `retry-after`, `many`.
   */
  async #answer(request: IncomingMessage, answer: ServerResponse): Promise<void> {
    const path = request.url ?? "/";
    const chunks: Buffer[] = [];
    let isFinished = false;
    answer.on("finish", () => (isFinished = true));
    answer.on("close", () => {
      if (!isFinished) this.closed.set(path, (this.closed.get(path) ?? 0) + 1);
    });
    try {
      for await (const chunk of request) chunks.push(chunk as Buffer);
    } catch {
      return;
    }
    const before = this.arrivals.get(path) ?? [];
    this.arrivals.set(path, before);
    if (path === "/many" && before.length > 2) before.length = 0;
    before.push({ method: request.method ?? "", headers: request.headers, body: Buffer.concat(chunks).toString() });
    const [, kind = "", status = "", times = ""] = path.split("/");
    const text = `${before.length} of ${path}`;
    if (kind === "status") answer.writeHead(before.length <= Number(times) ? Number(status) : 200).end(text);
    else if (kind === "retry-after") answer.writeHead(before.length === 1 ? 503 : 200, { "retry-after-ms": "30" }).end(text);
    else if (kind === "big-503") this.#pour(answer.writeHead(503), LONG);
    else if (kind === "hang-once" && before.length > 1) answer.end(text);
    else if (kind === "endless") this.#pour(answer);
    else if (kind === "broken") {
      answer.writeHead(200, { "content-length": 100 }).write("half");
      setTimeout(() => answer.destroy(), 20);
    } else if (kind === "early") {
      answer.writeEarlyHints({ link: "</style.css>; rel=preload" });
      answer.writeHead(before.length === 1 ? 503 : 200).end(text);
    } else if (kind === "trailers") {
      answer.writeHead(before.length === 1 ? 503 : 200, { trailer: "x-sum" });
      answer.addTrailers({ "x-sum": "42" });
      answer.end(text);
    } else if (kind === "redirect") answer.writeHead(302, { location: `/status/503/1/after${path}` }).end();
    else if (kind === "many") answer.writeHead(before.length === 3 ? 503 : 200).end(text);
  }

  /** As much as is taken, up to a number of bytes. */
  #pour(answer: ServerResponse, most = Infinity): void {
    const chunk = "y".repeat(CHUNK);
    let poured = 0;
    const pour = (): void => {
      for (let goesOn = true; goesOn && !answer.destroyed; ) {
        if (poured >= most) {
          answer.end();
          return;
        }
        goesOn = answer.write(chunk);
        poured += CHUNK;
        this.sentBytes += CHUNK;
      }
    };
    answer.on("drain", pour);
    pour();
  }
}
