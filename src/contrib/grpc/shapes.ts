/* What of @grpc/grpc-js an interceptor meets, by shape. Source: its client-interceptors.ts and call-interface.ts. */

export interface GrpcMetadata {
  clone(): GrpcMetadata;
  set(key: string, value: string): void;
  remove(key: string): void;
  getMap(): object;
}

export interface GrpcStatus {
  readonly code: number;
  readonly details: string;
  readonly metadata: GrpcMetadata;
}

/** Who hears of what a call brings. Each method has one parameter: by that grpc-js tells it from the listeners of interceptors. */
export interface GrpcListener {
  onReceiveMetadata(metadata: GrpcMetadata): void;
  onReceiveMessage(message: unknown): void;
  onReceiveStatus(status: GrpcStatus): void;
}

export interface GrpcMessageContext {
  callback?: (error?: Error | null) => void;
  flags?: number;
}

/** An intercepted call, as interceptors get and give it. */
export interface GrpcCall {
  cancelWithStatus(status: number, details: string): void;
  getPeer(): string;
  start(metadata: GrpcMetadata, listener?: Partial<GrpcListener>): void;
  sendMessageWithContext(context: GrpcMessageContext, message: unknown): void;
  sendMessage(message: unknown): void;
  startRead(): void;
  halfClose(): void;
  getAuthContext?(): unknown;
}

export interface GrpcCallOptions {
  readonly deadline?: Date | number | undefined;
  readonly parent?: GrpcParent | undefined;
  readonly propagate_flags?: number | undefined;
  readonly method_definition: {
    readonly path: string;
    readonly requestStream: boolean;
    readonly responseStream: boolean;
  };
}

/** The call of a server that this one is made for. */
interface GrpcParent {
  readonly cancelled: boolean;
  getDeadline(): Date | number;
}
