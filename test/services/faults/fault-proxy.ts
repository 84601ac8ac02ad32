/*
 * A server on real sockets of loopback that fails on demand. The path names the fault and the request: `/half-a-body-then-fin/42`; with `?fails=2` the first
 * two requests of that path meet it, and those after them get a 200. It keeps what it was sent.
 */
import { createServer } from "node:net";
import { createServer as createTlsServer, type TLSSocket } from "node:tls";
import { FAULTS } from "./all-faults.ts";
import { selfSigned } from "./certificate.ts";
import { answer, type Exchange } from "./exchange.ts";
import type { Fault } from "./fault.ts";
import { type Connection, Listening } from "./listening.ts";
import { type RequestHead, readRequests } from "./request-reader.ts";
import { type SilentPort, silentPort } from "./silent-port.ts";

/** A request, as it came. */
export interface Arrival {
  readonly method: string;
  readonly target: string;
  readonly headers: ReadonlyMap<string, string>;
  /** `undefined` while it is not whole. */
  body: string | undefined;
  readonly connection: number;
}

const byName: ReadonlyMap<string, Fault> = new Map(FAULTS.map((fault) => [fault.name, fault]));

export class FaultProxy {
  readonly #here = new Listening(createServer(), "http", (connection) => this.#serve(connection));
  readonly #elsewhere = new Listening(createServer(), "http", (connection) => this.#serve(connection));
  readonly #late = new Listening(createServer(), "http", (connection) => this.#serve(connection));
  #silent: SilentPort | undefined;
  #refusedPort = 0;
  #latePort = 0;
  #arrivals = new Map<string, Arrival[]>();

  /** Ports that fail before any HTTP. */
  readonly tls = {
    selfSigned: new Listening(createTlsServer(selfSigned(), answerWhoeverTrusts), "https", () => {}),
    cut: new Listening(createServer(), "https", ({ socket }) => void socket.once("data", () => socket.end())),
    reset: new Listening(createServer(), "https", ({ socket }) => void socket.once("data", () => socket.resetAndDestroy())),
    silent: new Listening(createServer(), "https", ({ socket }) => void socket.resume()),
    plain: new Listening(createServer(), "https", ({ socket }) => {
      socket.once("data", () => socket.end("HTTP/1.1 400 Bad Request\r\nconnection: close\r\n\r\n"));
    }),
  };

  static async started(): Promise<FaultProxy> {
    const proxy = new FaultProxy();
    for (const listening of proxy.#listening) if (listening !== proxy.#late) await listening.listen();
    proxy.#silent = await silentPort();
    proxy.#refusedPort = await freePort();
    proxy.#latePort = await freePort();
    return proxy;
  }

  get origin(): string {
    return this.#here.origin;
  }

  get otherOrigin(): string {
    return this.#elsewhere.origin;
  }

  /** Where nobody listens. */
  get refusedOrigin(): string {
    return `http://127.0.0.1:${this.#refusedPort}`;
  }

  /** Where nobody listens before `listenLate`. */
  get lateOrigin(): string {
    return `http://127.0.0.1:${this.#latePort}`;
  }

  /** Where connecting hangs. */
  get silentOrigin(): string {
    return this.#silent?.origin ?? "";
  }

  async listenLate(): Promise<void> {
    await this.#late.listen(this.#latePort);
  }

  async hushLate(): Promise<void> {
    await this.#late.close();
  }

  /** The address of a fault, for one request; `fails` bounds how often it is met. */
  urlOf(fault: Fault, id: string, fails = Number.POSITIVE_INFINITY): string {
    return `${fault.url?.(this) ?? this.origin}/${fault.name}/${id}${Number.isFinite(fails) ? `?fails=${fails}` : ""}`;
  }

  /** What came for a path, without what a redirect sent back to it. */
  arrivals(path: string): readonly Arrival[] {
    return (this.#arrivals.get(path) ?? []).filter(({ target }) => !target.includes("hop="));
  }

  /** Connections that were made to where a fault is met. */
  connectionsTo(fault: Fault): number {
    const origin = fault.url?.(this) ?? this.origin;
    return this.#listening.find((listening) => listening.listens && listening.origin === origin)?.connections ?? 0;
  }

  forget(): void {
    this.#arrivals = new Map();
  }

  /** The paths of the requests that have no whole answer yet, while their client holds on to the connection. */
  get underWay(): readonly string[] {
    return this.#listening.flatMap(({ underWay }) => underWay);
  }

  /** Connections that are open, to whichever port. */
  get open(): number {
    return this.#listening.reduce((sum, { open }) => sum + open, 0);
  }

  closeIdle(): void {
    for (const listening of this.#listening) listening.closeIdle();
  }

  async close(): Promise<void> {
    await Promise.all(this.#listening.map((listening) => listening.close()));
    await this.#silent?.close();
  }

  get #listening(): readonly Listening[] {
    return [this.#here, this.#elsewhere, this.#late, ...Object.values(this.tls)];
  }

  #serve(connection: Connection): void {
    const { socket } = connection;
    let exchange: Exchange;
    let arrival: Arrival;
    readRequests(socket, {
      head: (request) => {
        connection.underWay = request.target;
        [arrival, exchange] = this.#arrived(connection, request);
        if (byName.get(faultOf(request))?.atHead) act(exchange);
      },
      whole: (request, body) => {
        arrival.body = body;
        if (!byName.get(faultOf(request))?.atHead) act(exchange);
      },
    });
  }

  #arrived(connection: Connection, request: RequestHead): [Arrival, Exchange] {
    const { method, target, headers, path } = request;
    const arrival = { method, target, headers, body: undefined, connection: connection.number };
    const arrivals = this.#arrivals.get(path) ?? [];
    this.#arrivals.set(path, arrivals);
    const exchange: Exchange = {
      request,
      socket: connection.socket,
      nthOfPath: arrivals.push(arrival),
      nthOfConnection: ++connection.served,
      otherOrigin: this.otherOrigin,
      refusedOrigin: this.refusedOrigin,
      done: () => {
        connection.underWay = undefined;
      },
    };
    return [arrival, exchange];
  }
}

/** Whoever takes the certificate gets an answer, and is found out by it. */
const answerWhoeverTrusts = (socket: TLSSocket): void => {
  socket.on("error", () => {}).once("data", () => socket.end("HTTP/1.1 200 OK\r\ncontent-length: 7\r\n\r\ntrusted"));
};

const faultOf = ({ path }: RequestHead): string => path.split("/")[1] ?? "";

function act(exchange: Exchange): void {
  const { request, nthOfPath } = exchange;
  const fails = Number(request.query.get("fails") ?? Number.POSITIVE_INFINITY);
  const fault = nthOfPath > fails ? undefined : byName.get(faultOf(request));
  if (fault?.act === undefined) answer(exchange);
  else fault.act(exchange);
}

/** A port that somebody just gave back. */
async function freePort(): Promise<number> {
  const listening = await new Listening(createServer(), "http", () => {}).listen();
  const { port } = listening;
  await listening.close();
  return port;
}
