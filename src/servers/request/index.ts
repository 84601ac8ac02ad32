// ---- requests of servers: their scopes, and what is answered where a policy has ended a call

export { type AnsweredResponse, answerNode, writeAnswer } from "./answer-node.ts";
export { BODY_HEADERS } from "./body-headers.ts";
export { ClientLeftError, isClientLeftError } from "./client-left-error.ts";
export { refuseRequest } from "./installing.ts";
export {
  type RequestOptions,
  type RequestSettings,
  readRequestOptions,
  requestRules,
  toRequestSettings,
} from "./request-options.ts";
export { inRequestScope, type NodeResponse, nodeHeaderOf, signalOfClient, untilClosed } from "./request-scope.ts";
