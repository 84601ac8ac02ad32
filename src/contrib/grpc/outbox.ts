import type { GrpcCall } from "./shapes.ts";

interface Sent {
  readonly to: (call: GrpcCall) => void;
  readonly callback: (() => void) | undefined;
}

/** What the caller sends. A single request is kept, and sent by every attempt; a stream goes to the only one, as it comes. */
export class Outbox {
  readonly #isStream: boolean;
  #kept: Sent[] = [];
  #call: GrpcCall | null = null;
  #isOver = false;

  constructor(isStream: boolean) {
    this.#isStream = isStream;
  }

  /** @param callback what the caller wants called when it may send more */
  add(to: (call: GrpcCall) => void, callback?: () => void): void {
    if (this.#call !== null) to(this.#call);
    else if (this.#isOver) callback?.();
    else this.#kept.push({ to, callback });
  }

  /** An attempt begins. */
  sendTo(call: GrpcCall): void {
    for (const { to } of this.#kept) to(call);
    if (!this.#isStream) return;
    this.#kept = [];
    this.#call = call;
  }

  /** No attempt will begin any more: whoever waits to send more waits no longer. */
  close(): void {
    const kept = this.#kept;
    this.#kept = [];
    this.#isOver = true;
    for (const { callback } of kept) callback?.();
  }
}
