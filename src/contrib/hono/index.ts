// ---- Hono 4: scopes for requests, answers for errors, handlers that are repeated

export { answerErrors, type HonoErrorHandler } from "./answer-errors.ts";
export { repeatHandler } from "./repeat-handler.ts";
export { requestScope } from "./request-scope.ts";
export type { HonoContext, HonoNext } from "./shapes.ts";

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
