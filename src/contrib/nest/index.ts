// ---- NestJS 12, on Express and on Fastify: a module with scopes for requests and answers for errors, handlers that are repeated

export { answerError, answerErrors } from "./answer-errors.ts";
export { RedressModule } from "./redress-module.ts";
export { repeatHandler } from "./repeat-handler.ts";
export type { NestContext, NestFilterLike, NestHost, NestInterceptorLike, NestModuleLike, StreamLike } from "./shapes.ts";
export { tellRetried } from "./tell-retried.ts";

// ---- what it shares with the other servers

export type { RepeatOptions } from "../../servers/repeat/index.ts";
export { ClientLeftError, isClientLeftError, type RequestOptions } from "../../servers/request/index.ts";
export type { Priority, ShedOptions } from "../../servers/shed/index.ts";
export {
  isShuttingDownError,
  type ServerLike,
  Shutdown,
  type ShutdownOptions,
  ShuttingDownError,
} from "../../servers/shutdown/index.ts";
