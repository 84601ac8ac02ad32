/* What of @connectrpc/connect 2 an interceptor meets, by shape. Source: its interceptor.ts, and @bufbuild/protobuf's descriptors. */

interface ConnectMethod {
  readonly name: string;
  readonly methodKind: "unary" | "server_streaming" | "client_streaming" | "bidi_streaming";
  /** What the service declares: 1 is NO_SIDE_EFFECTS, 2 is IDEMPOTENT. */
  readonly idempotency: number;
  readonly parent: { readonly typeName: string };
}

export interface ConnectRequest {
  readonly stream: boolean;
  readonly method: ConnectMethod;
  readonly url: string;
  readonly signal: AbortSignal;
  readonly header: Headers;
  readonly message: unknown;
}

export interface ConnectResponse {
  readonly stream: boolean;
  readonly message: unknown;
}
