/*
 * A server that can do so much, and no more: each request needs one of 16 connections of a pool for 60 to 100 ms. Whoever finds none waits, first come, first served,
 * and nobody looks whether the client is still there when the turn has come: as pools of databases do it. A process of its own. Prints its URL.
 */
import { createServer } from "node:http";

const [door, dist] = process.argv.slice(2);
const { AdaptiveConcurrency, Bulkhead } = await import(`${dist}index.js`);
const { handleRequests } = await import(`${dist}contrib/node-http/index.js`);

const CONNECTIONS = 16;
const waiting = [];
let free = CONNECTIONS;

async function query() {
  if (free > 0) free--;
  else await new Promise((resolve) => waiting.push(resolve));
  await new Promise((resolve) => setTimeout(resolve, 60 + 40 * Math.random()));
  const next = waiting.shift();
  if (next === undefined) free++;
  else next();
}

const priority = ({ headers }) => headers["x-priority"] ?? "normal";
const doors = {
  none: {},
  bulkhead: { limiter: new Bulkhead({ maxConcurrent: CONNECTIONS, maxQueue: CONNECTIONS }) },
  adaptive: { limiter: new AdaptiveConcurrency() },
  priorities: { limiter: new AdaptiveConcurrency(), priority },
};

const handler = async (_request, response) => {
  await query();
  response.end("done");
};
const server = createServer(handleRequests(handler, doors[door]));
server.keepAliveTimeout = 60_000;
server.listen(0, "127.0.0.1", () => console.log(`http://127.0.0.1:${server.address().port}/`));
