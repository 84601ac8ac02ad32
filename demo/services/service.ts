/* One of the three processes: an HTTP server on a free port of 127.0.0.1, which the demo gives its orders. It ends when the demo does, however that ends. */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { type Listener, listenerOf } from "./layers.ts";
import type { Order, Report, Visit } from "./messages.ts";

let visits: Visit[] = [];
let listener: Listener = (_request, response) => void response.writeHead(503).end();

const server = createServer((request, response) => listener(request, response));

process.on("message", (order: Order) => {
  if (order.type === "begin") {
    visits = [];
    listener = listenerOf(order.next, order.behaviour, visits);
  }
  report();
});
process.on("disconnect", () => process.exit());
// The demo may be gone already.
if (!process.connected) process.exit();
server.listen(0, "127.0.0.1", report);

function report(): void {
  const { port } = server.address() as AddressInfo;
  process.send?.({ port, visits } satisfies Report);
}
