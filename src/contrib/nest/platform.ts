/*
 * Express and Fastify under Nest: what is the same of both. Filters and interceptors get a response of Express or a reply of Fastify; filters that answer for
 * a middleware get Node's own response on Fastify, too.
 */
import type { RepeatedRequest } from "../../servers/repeat/index.ts";
import type { FastifyReplyLike, NestHost, NodeResponseLike, RequestLike } from "./shapes.ts";

export const isHttp = (host: NestHost): boolean => host.getType() === "http";

export const requestOf = (host: NestHost): RequestLike => host.switchToHttp().getRequest() as RequestLike;

export function responseOf(host: NestHost): NodeResponseLike {
  const response = host.switchToHttp().getResponse() as NodeResponseLike | FastifyReplyLike;
  return isReply(response) ? nodeLike(response) : response;
}

/** The method and the template of the route, such as `GET /orders/:id`; `undefined` before one has matched. */
export function routeOf({ method, route, routeOptions }: RequestLike): string | undefined {
  const path = route?.path ?? routeOptions?.url;
  return path === undefined ? undefined : `${method} ${String(path)}`;
}

/** Fastify has read the body before any handler is called, also one that is empty. */
export const repeatedRequest = (request: RequestLike): RepeatedRequest =>
  request.routeOptions === undefined ? request : { method: request.method, body: request.body ?? null };

const isReply = (response: NodeResponseLike | FastifyReplyLike): response is FastifyReplyLike =>
  "raw" in response && typeof (response as FastifyReplyLike).send === "function";

/** A reply keeps its headers to itself until it is sent. */
const nodeLike = (reply: FastifyReplyLike): NodeResponseLike => ({
  get headersSent() {
    return reply.sent || reply.raw.headersSent;
  },
  get writableEnded() {
    return reply.sent || reply.raw.writableEnded;
  },
  get statusCode() {
    return reply.statusCode;
  },
  set statusCode(status) {
    reply.statusCode = status;
  },
  statusMessage: "",
  getHeaders: () => reply.getHeaders(),
  setHeader: (name: string, value: unknown) => reply.header(name, value),
  removeHeader: (name) => void reply.removeHeader(name),
  end: (body) => reply.send(body),
  once: (event, listener) => reply.raw.once(event, listener),
  destroy: () => reply.raw.destroy(),
});
