/* A server that fails in every way that a path can ask for. */
import { createServer, type Server } from "node:http";
import { type AddressInfo, createServer as createTcpServer, type Socket } from "node:net";

export interface FailingServer {
  readonly url: string;
  /** How often a path was asked for. */
  readonly hits: Map<string, number>;
  close(): Promise<void>;
}

const WAYS: Readonly<Record<string, (socket: Socket) => void>> = {
  "/reset": (socket) => socket.resetAndDestroy(),
  "/hangup": (socket) => socket.end(),
  "/nonsense": (socket) => socket.end("SSH-2.0-nope\r\n\r\n"),
  "/short": (socket) => {
    socket.write("HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 100\r\n\r\n{");
    setTimeout(() => socket.destroy(), 20);
  },
  "/silent": () => {},
};

/**
 * `/503`, `/429`, ...: that status with `Retry-After: 7`, but for `/403`; `/limited`: a 403 with it; `/flaky/X`: 503 twice, then 200; and the ways above.
 *
 * @param always answers every request as if it asked for this path
 */
export async function failingServer(always?: string): Promise<FailingServer> {
  const hits = new Map<string, number>();
  const server = createServer((request, answer) => {
    const path = always ?? request.url ?? "/";
    const count = (hits.get(path) ?? 0) + 1;
    hits.set(path, count);
    const way = WAYS[path];
    if (way) return way(request.socket);
    const status = path.startsWith("/flaky/")
      ? count > 2
        ? 200
        : 503
      : path === "/loop"
        ? 302
        : path === "/limited"
          ? 403
          : Number(path.slice(1)) || 200;
    answer.writeHead(status, {
      "content-type": "application/json",
      ...(path !== "/403" && { "retry-after": "7" }),
      ...(status === 302 && { location: "/loop" }),
    });
    answer.end(path === "/200" ? "<html>" : '{"ok":true}');
  });
  const port = await listen(server);
  return {
    url: `http://127.0.0.1:${port}`,
    hits,
    close: () =>
      new Promise((closed) => {
        server.close(() => closed());
        server.closeAllConnections();
      }),
  };
}

function listen(server: Server): Promise<number> {
  return new Promise((listening) => server.listen(0, "127.0.0.1", () => listening((server.address() as AddressInfo).port)));
}

/** An address on which nobody listens: one that somebody just gave back. */
export async function refusedUrl(): Promise<string> {
  const server = createTcpServer();
  const port = await new Promise<number>((listening) =>
    server.listen(0, "127.0.0.1", () => listening((server.address() as AddressInfo).port)),
  );
  await new Promise((closed) => server.close(closed));
  return `http://127.0.0.1:${port}`;
}
