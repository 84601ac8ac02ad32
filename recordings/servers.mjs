/* Servers that answer what a case wants, each on a port of its own that the system picks. */
import { createServer } from "node:http";
import { createServer as createTcpServer } from "node:net";

const open = new Set();

/** @param {(request, response, body: string) => void} answer */
export function httpServer(answer) {
  return listening(
    createServer((request, response) => {
      const chunks = [];
      request.on("data", (chunk) => chunks.push(chunk));
      request.on("end", () => answer(request, response, Buffer.concat(chunks).toString()));
    }),
  );
}

/** A server that says the same to everybody. Resolves with its address, "http://127.0.0.1:4711". */
export async function answering(status, body = "", headers = {}) {
  const text = typeof body === "string" ? body : JSON.stringify(body);
  const type = typeof body === "string" ? "text/plain" : "application/json";
  const { url } = await httpServer((_request, response) => {
    response.writeHead(status, { "content-type": type, ...headers });
    response.end(text);
  });
  return url;
}

/** A server that accepts and never answers. */
export const hanging = async () => (await httpServer(() => {})).url;

/** A server that cuts the connection when the request has come. */
export const cutting = async () => (await httpServer((request) => request.socket.destroy())).url;

/** An address where nobody listens. */
export async function refusing() {
  const { server, url } = await httpServer(() => {});
  await new Promise((resolve) => server.close(resolve));
  return url;
}

/** @param {(socket: import("node:net").Socket) => void} talk */
export const tcpServer = (talk) => listening(createTcpServer((socket) => talk(socket.on("error", () => {}))));

async function listening(server) {
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address();
  open.add(server.unref());
  return { server, port, url: `http://127.0.0.1:${port}` };
}

/** The page of a gateway whose service does not answer. */
export const badGateway =
  "<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n<body>\r\n<center><h1>502 Bad Gateway</h1></center>\r\n<hr><center>nginx</center>\r\n</body>\r\n</html>\r\n";
