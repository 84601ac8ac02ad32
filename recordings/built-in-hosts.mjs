/*
 * For packages that have the address of their service built in: a connection to any host but loopback ends at a server here (over TLS, or
 * plain for port 80), which answers what the running case has ordered. In the recordings, the addresses of such a host are those of service.example.
 */
import dns from "node:dns";
import http from "node:http";
import http2 from "node:http2";
import { syncBuiltinESMExports } from "node:module";
import net from "node:net";
import { cert, key } from "./certificate.mjs";
import { isLoopback } from "./loopback.mjs";
import { refusing } from "./servers.mjs";
import { hide } from "./this-machine.mjs";

process.env.NODE_TLS_REJECT_UNAUTHORIZED = "0";
process.removeAllListeners("warning"); // which says that this is dangerous

let answer = () => {};
let refused = false;

function handle(request, response) {
  const chunks = [];
  request.on("data", (chunk) => chunks.push(chunk));
  request.on("end", () => answer(request, response, Buffer.concat(chunks).toString()));
}

const listen = (server) => new Promise((resolve) => server.listen(0, "127.0.0.1", () => resolve(server.unref().address().port)));
const securePort = await listen(http2.createSecureServer({ key, cert, allowHTTP1: true }, handle));
const plainPort = await listen(http.createServer(handle));

/** The same servers, for packages that take an address. */
export const plainUrl = `http://127.0.0.1:${plainPort}`;
export const goneUrl = await refusing();
export const gonePort = Number(new URL(goneUrl).port);

const { lookup } = dns;
dns.lookup = (host, ...rest) => {
  if (isLoopback(host)) return lookup(host, ...rest);
  if (rest[0]?.all) rest.at(-1)(null, [{ address: "127.0.0.1", family: 4 }]);
  else rest.at(-1)(null, "127.0.0.1", 4);
};
syncBuiltinESMExports();

const { connect } = net.Socket.prototype;
net.Socket.prototype.connect = function (...args) {
  const given = Array.isArray(args[0]) ? args[0] : args;
  const options = typeof given[0] === "number" ? { port: given[0], host: given[1] } : given[0];
  if (typeof options !== "object" || options === null || options.path || isLoopback(options.host))
    return connect.apply(this, args);
  for (const host of [options.servername, options.host]) if (host) hide(`//${host}`, "//service.example");
  const port = refused ? gonePort : Number(options.port) === 80 ? plainPort : securePort;
  const redirected = { ...options, host: "127.0.0.1", port, hostname: undefined, lookup: undefined };
  const listener = given.find((one) => typeof one === "function");
  return listener ? connect.call(this, redirected, listener) : connect.call(this, redirected);
};

/** Answers the next requests, to whatever host. A body that is a text is sent as it is. */
export const say = (status, body = "", headers = {}) => reply((_request, response) => send(response, status, body, headers));

export function send(response, status, body = "", headers = {}) {
  const text = typeof body === "string" ? body : JSON.stringify(body);
  const type = typeof body === "string" ? "text/html" : "application/json";
  // HTTP/2 has no such header.
  response.writeHead(status, { "content-type": type, ...(!response.stream && { connection: "close" }), ...headers });
  response.end(text);
}

/** @param {(request, response, body: string) => void} how the next requests are answered */
export function reply(how) {
  refused = false;
  answer = how;
}

/** The next requests are never answered. */
export const hang = () => reply(() => {});

/** The next requests have their connection cut. */
export const cut = () => reply((request) => (request.stream?.session ?? request.socket).destroy());

/** The next connections are refused. */
export function refuse() {
  hang();
  refused = true;
}
