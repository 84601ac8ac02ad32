/* What of nats 2 and of @nats-io/jetstream 3 is met, by shape: they have the same. */

export interface NatsMessage {
  readonly info: {
    readonly stream: string;
    readonly consumer: string;
    readonly streamSequence: number;
    /** How often the message was delivered, this time included. */
    readonly deliveryCount: number;
    readonly timestampNanos: number;
  };
  ackAck(): Promise<boolean>;
  nak(delayMs?: number): void;
  term(reason?: string): void;
  working(): void;
}

/** A consumer that is pulled from: `await js.consumers.get("MAIL", "worker")`. */
export interface NatsConsumer<Message> {
  next(options: { expires: number }): Promise<Message | null>;
  info(): Promise<{ readonly config: ConsumerConfig }>;
}

export interface ConsumerConfig {
  readonly ack_policy?: string | undefined;
  readonly max_deliver?: number | undefined;
  /** In nanoseconds. */
  readonly ack_wait?: number | undefined;
  /** In nanoseconds. */
  readonly backoff?: readonly number[] | undefined;
}

/** A bucket of JetStream's key-value store: `await js.views.kv("redress")`, or `await new Kvm(js).create("redress")`. */
export interface NatsBucket {
  get(key: string): Promise<{ readonly value: Uint8Array; readonly operation: string; readonly revision?: number } | null>;
  /** With `previousSeq`, only where the key's last revision is that one; 0 where there is none. */
  put(key: string, value: string, options?: { readonly previousSeq: number }): Promise<unknown>;
  delete(key: string): Promise<unknown>;
}
