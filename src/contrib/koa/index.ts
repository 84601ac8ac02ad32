// ---- Koa 3: scopes for requests, answers for errors, handlers that are repeated

export { answerErrors } from "./answer-errors.ts";
export { repeatHandler } from "./repeat-handler.ts";
export { type KoaRequestOptions, requestScope } from "./request-scope.ts";
export type { KoaContext, KoaMiddleware, KoaNext } from "./shapes.ts";

// ---- what it shares with the other servers

export type { RepeatedRequest, RepeatedResponse, RepeatOptions } from "../../servers/repeat/index.ts";
export { ClientLeftError, isClientLeftError, type NodeResponse, type RequestOptions } from "../../servers/request/index.ts";
export type { Priority, ShedOptions } from "../../servers/shed/index.ts";
export {
  isShuttingDownError,
  type ServerLike,
  Shutdown,
  type ShutdownOptions,
  ShuttingDownError,
} from "../../servers/shutdown/index.ts";
