import { RPC_STATUS } from "../../clients/rpc/index.ts";
import type { GrpcCall, GrpcListener, GrpcMetadata, GrpcStatus } from "./shapes.ts";
import { GrpcStatusError } from "./status-error.ts";

type Event = (to: Partial<GrpcListener>) => void;

/** What an attempt tells the call that it belongs to, each at most once. */
export interface AttemptEnd {
  /** It has an answer: the message, or the first one of a stream. */
  opened(value: unknown): void;
  failed(error: GrpcStatusError): void;
  /** It has ended on the wire, well or not. */
  over(): void;
}

/**
 * One call on the wire. It keeps what the server sends until its answer is the one that the caller gets, and hands on all that follows. What a failed
 * attempt has brought is not seen by anybody but for the metadata of the last one.
 */
export class GrpcAttempt implements GrpcListener {
  readonly call: GrpcCall;
  readonly #opensWith: "status" | "message" | "metadata";
  readonly #end: AttemptEnd;
  #kept: Event[] = [];
  #listener: Partial<GrpcListener> | null = null;
  #state: "opening" | "opened" | "over" = "opening";
  #metadata: GrpcMetadata | undefined;
  #message: unknown;

  /** @param opensWith what of the server makes it an answer: nothing is repeated after that */
  constructor(call: GrpcCall, opensWith: "status" | "message" | "metadata", end: AttemptEnd) {
    this.call = call;
    this.#opensWith = opensWith;
    this.#end = end;
  }

  onReceiveMetadata(metadata: GrpcMetadata): void {
    this.#metadata = metadata;
    this.#tell((to) => to.onReceiveMetadata?.(metadata));
    if (this.#opensWith === "metadata") this.#open();
  }

  onReceiveMessage(message: unknown): void {
    // A unary call has one; that it has none is told by null, before the status.
    this.#message = message;
    this.#tell((to) => to.onReceiveMessage?.(message));
    if (this.#opensWith !== "status") this.#open();
  }

  onReceiveStatus(status: GrpcStatus): void {
    const before = this.#state;
    if (before === "over") return;
    if (before === "opened" || status.code === RPC_STATUS.OK) this.#tell((to) => to.onReceiveStatus?.(status));
    if (before === "opening" && status.code === RPC_STATUS.OK) this.#open();
    this.#state = "over";
    this.#end.over();
    if (before === "opening" && status.code !== RPC_STATUS.OK) this.#end.failed(new GrpcStatusError(status));
  }

  /** Its answer is the one: tells what has come, and from now on what comes. */
  deliverTo(listener: Partial<GrpcListener>): void {
    const kept = this.#kept;
    this.#kept = [];
    this.#listener = listener;
    for (const event of kept) event(listener);
  }

  /** Of the attempt that the call failed with. */
  deliverMetadataTo(listener: Partial<GrpcListener>): void {
    if (this.#metadata !== undefined) listener.onReceiveMetadata?.(this.#metadata);
  }

  /** Ends it on the wire, too, unless it has ended. */
  cancel(code: number, details: string): void {
    if (this.#state !== "over") this.call.cancelWithStatus(code, details);
  }

  #open(): void {
    if (this.#state !== "opening") return;
    this.#state = "opened";
    this.#end.opened(this.#message);
  }

  #tell(event: Event): void {
    if (this.#listener === null) this.#kept.push(event);
    else event(this.#listener);
  }
}
