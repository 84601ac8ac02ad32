// ---- Fastify 5: a plugin with scopes for requests and answers for errors, handlers that are repeated

export { answerError } from "./answer-error.ts";
export { redressPlugin } from "./plugin.ts";
export { repeatHandler } from "./repeat-handler.ts";
export type { FastifyLike, FastifyReplyLike, FastifyRequestLike } from "./shapes.ts";

// ---- what it shares with the other servers

export type { RepeatOptions } from "../../servers/repeat/index.ts";
export { ClientLeftError, isClientLeftError, type NodeResponse, type RequestOptions } from "../../servers/request/index.ts";
export type { Priority, ShedOptions } from "../../servers/shed/index.ts";
export {
  isShuttingDownError,
  type ServerLike,
  Shutdown,
  type ShutdownOptions,
  ShuttingDownError,
} from "../../servers/shutdown/index.ts";
