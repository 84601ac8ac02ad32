/* A server of users that is as busy, slow or odd as the path says, at two origins; it keeps what has come. */
import { once } from "node:events";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { type AddressInfo, createServer as createTcpServer } from "node:net";

export interface Arrival {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingMessage["headers"];
  /** Its `Idempotency-Key`. */
  readonly key: string | undefined;
  readonly body: string;
}

export class UserServer {
  readonly #here = createServer((request, answer) => void this.#take(request, answer));
  readonly #elsewhere = createServer((request, answer) => void this.#take(request, answer));
  readonly seen: Arrival[] = [];
  /** Requests whose client left before they were answered. */
  left = 0;
  url = "";
  otherUrl = "";
  /** Where nobody listens. */
  refusedUrl = "";

  static async started(): Promise<UserServer> {
    const server = new UserServer();
    server.url = await listen(server.#here);
    server.otherUrl = await listen(server.#elsewhere);
    const given = createTcpServer();
    server.refusedUrl = await listen(given);
    given.close();
    await once(given, "close");
    return server;
  }

  forget(): void {
    this.seen.splice(0);
    this.left = 0;
  }

  close(): void {
    for (const server of [this.#here, this.#elsewhere]) {
      server.closeAllConnections();
      server.close();
    }
  }

  async #take(request: IncomingMessage, answer: ServerResponse): Promise<void> {
    const { method = "", url: path = "", headers } = request;
    answer.on("close", () => {
      if (!answer.writableFinished) this.left++;
    });
    let body = "";
    try {
      for await (const chunk of request) body += String(chunk);
    } catch {
      return;
    }
    this.seen.push({ method, path, headers, key: headers["idempotency-key"]?.toString(), body });
    const isEarly = this.seen.filter((arrival) => arrival.path === path).length < 3;
    if (path === "/hang") return;
    if (path === "/no-json") answer.writeHead(200, { "content-type": "application/json" }).end("{");
    else if (path === "/moved") answer.writeHead(307, { location: `${this.otherUrl}/503` }).end();
    else if (path === "/twice" && isEarly) answer.writeHead(503, { "retry-after-ms": "30" }).end("busy");
    else if (path === "/503") answer.writeHead(503).end("busy");
    else if (path === "/404") answer.writeHead(404).end("none");
    else if (path === "/private" && headers.authorization === undefined) answer.writeHead(401).end("who?");
    else if (path === "/half") answer.writeHead(200, { "content-length": "100" }).write("half", () => request.socket.destroy());
    else if (path === "/stalls") answer.writeHead(200, { "content-length": "100" }).write("half");
    else if (path === "/503-stalls") answer.writeHead(503, { "content-length": "100" }).write("half");
    else answer.writeHead(200, { "content-type": "application/json" }).end('{"name":"Ann"}');
  }
}

/** With a server of its own: what another test has left under way comes elsewhere. */
export async function withUserServer(use: (server: UserServer) => PromiseLike<void>): Promise<void> {
  const server = await UserServer.started();
  try {
    await use(server);
  } finally {
    server.close();
  }
}

async function listen(server: Server | ReturnType<typeof createTcpServer>): Promise<string> {
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}
