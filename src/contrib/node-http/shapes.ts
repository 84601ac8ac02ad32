/* What of Node's `http` and `http2` is met, by shape. */
import type { RepeatedRequest, RepeatedResponse } from "../../servers/repeat/index.ts";
import type { AnsweredResponse, NodeResponse } from "../../servers/request/index.ts";

export interface HttpRequest extends RepeatedRequest {
  readonly url?: string | undefined;
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
}

export interface HttpResponse extends NodeResponse, AnsweredResponse, RepeatedResponse {
  setHeader(name: string, value: never): unknown;
  destroy(error?: Error): unknown;
}
