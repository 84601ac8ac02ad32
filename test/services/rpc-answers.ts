/* An HTTP server that answers as it is told, for SDKs of clouds that can be pointed at it. */
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";

export interface Answer {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** What is no string is written as JSON. */
  readonly body?: unknown;
  /** Instead of an answer: the connection ends, or nothing happens. */
  readonly instead?: "hangup" | "silence";
}

export interface AnsweringServer {
  readonly url: string;
  requests: number;
  /** What the next requests get, in order; after that `fine`. */
  answer(...answers: readonly Answer[]): void;
  close(): Promise<void>;
}

export async function answeringServer(fine: Answer): Promise<AnsweringServer> {
  let next: Answer[] = [];
  const server = createServer(async (request: IncomingMessage, response) => {
    for await (const _chunk of request);
    self.requests++;
    const { status = 200, headers = {}, body = "", instead } = next.shift() ?? fine;
    if (instead === "hangup") request.socket.destroy();
    if (instead) return;
    const text = typeof body === "string" ? body : JSON.stringify(body);
    response.writeHead(status, { "content-type": "application/json", ...headers }).end(text);
  });
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", () => listening()));
  const self: AnsweringServer = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests: 0,
    answer: (...answers) => {
      self.requests = 0;
      next = [...answers];
    },
    close: () =>
      new Promise((closed) => {
        server.close(() => closed());
        server.closeAllConnections();
      }),
  };
  return self;
}
