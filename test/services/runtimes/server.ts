/* The server of the scenario: busy twice, then there; answers that never come, and bodies that never end. Pages of any origin may ask. */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { refusedUrl } from "../http-server.ts";

export interface ScenarioServer {
  readonly origin: string;
  /** An origin where nobody listens. */
  readonly dead: string;
  /** Answers a GET of this path with a page or a script. */
  serve(path: string, type: string, content: string): void;
  close(): Promise<void>;
}

export async function scenarioServer(): Promise<ScenarioServer> {
  const hits = new Map<string, number>();
  const files = new Map<string, readonly [type: string, content: string]>();
  const server = createServer((request, answer) => {
    const path = request.url ?? "/";
    const file = files.get(path);
    answer.setHeader("access-control-allow-origin", "*");
    if (file !== undefined) return void answer.writeHead(200, { "content-type": file[0] }).end(file[1]);
    const hit = (hits.get(path) ?? 0) + 1;
    hits.set(path, hit);
    let body = "";
    request.setEncoding("utf8").on("data", (chunk: string) => {
      body += chunk;
    });
    request.on("end", () => {
      if (path.endsWith("/hang")) return;
      if (path.endsWith("/stream")) {
        const timer = setInterval(() => answer.write("x".repeat(1_000)), 5);
        answer.on("close", () => clearInterval(timer));
      } else if (path.endsWith("/missing"))
        answer.writeHead(404, { "content-type": "application/problem+json" }).end('{"title":"Not there"}');
      else if (hit < 3) answer.writeHead(503).end("busy");
      else answer.end(`${request.method} ${body}`);
    });
  });
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    dead: await refusedUrl(),
    serve: (path, type, content) => files.set(path, [type, content]),
    close: () =>
      new Promise((closed) => {
        server.close(() => closed());
        server.closeAllConnections();
      }),
  };
}
