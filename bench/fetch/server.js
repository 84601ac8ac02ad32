/** A process of its own, so that its work is not counted as a client's. Prints its URL. */
import { createServer } from "node:http";

const server = createServer((_request, answer) => answer.writeHead(200, { "content-type": "text/plain" }).end("hello"));
server.keepAliveTimeout = 60_000;
server.listen(0, "127.0.0.1", () => console.log(`http://127.0.0.1:${server.address().port}/`));
