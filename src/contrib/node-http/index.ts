// ---- Node's own servers: scopes for requests, answers for errors, handlers that are repeated

export type { OnError } from "./answer-errors.ts";
export { type HandleRequestsOptions, handleRequests } from "./handle-requests.ts";
export { repeatHandler } from "./repeat-handler.ts";
export type { HttpRequest, HttpResponse } from "./shapes.ts";

// ---- what it shares with the other servers

export type { RepeatedRequest, RepeatedResponse, RepeatOptions } from "../../servers/repeat/index.ts";
export {
  type AnsweredResponse,
  ClientLeftError,
  isClientLeftError,
  type NodeResponse,
  type RequestOptions,
} from "../../servers/request/index.ts";
export type { Priority, ShedOptions } from "../../servers/shed/index.ts";
export {
  isShuttingDownError,
  type ServerLike,
  Shutdown,
  type ShutdownOptions,
  ShuttingDownError,
} from "../../servers/shutdown/index.ts";
