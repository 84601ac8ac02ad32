/* What of Express 5 is met, by shape. */
import type { RepeatedRequest, RepeatedResponse } from "../../servers/repeat/index.ts";
import type { AnsweredResponse, NodeResponse } from "../../servers/request/index.ts";

export interface ExpressRequest extends RepeatedRequest {
  readonly method: string;
  readonly path: string;
  /** The path, with a query where it has one, wherever a router is mounted. */
  readonly originalUrl: string;
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  /** The route that has matched, once one has. */
  readonly route?: { readonly path?: unknown } | undefined;
}

export interface ExpressResponse extends NodeResponse, AnsweredResponse, RepeatedResponse {
  setHeader(name: string, value: never): unknown;
}

export type Next = (error?: unknown) => void;
