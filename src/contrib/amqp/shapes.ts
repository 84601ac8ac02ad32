/* What of amqplib's channels and messages is met, by shape. */

export interface AmqpMessage {
  readonly content: Uint8Array;
  readonly fields: { readonly redelivered: boolean; readonly exchange: string; readonly routingKey: string };
  readonly properties: { readonly headers?: Headers | undefined };
}

/** The headers of a message. */
export type Headers = Readonly<Record<string, unknown>>;

/** A channel with confirms: `await connection.createConfirmChannel()`. */
export interface AmqpChannel<Message> {
  consume(queue: string, onMessage: (message: Message | null) => void): Promise<{ readonly consumerTag: string }>;
  cancel(consumerTag: string): Promise<unknown>;
  prefetch(count: number): Promise<unknown>;
  checkQueue(queue: string): Promise<unknown>;
  assertQueue(queue: string, options: { readonly durable: boolean; readonly arguments: object }): Promise<unknown>;
  assertExchange(
    exchange: string,
    type: string,
    options: { readonly durable: boolean; readonly arguments: object },
  ): Promise<unknown>;
  bindQueue(queue: string, exchange: string, routingKey: string): Promise<unknown>;
  publish(exchange: string, routingKey: string, content: never, options: object, confirmed: (error: unknown) => void): boolean;
  waitForConfirms(): Promise<unknown>;
  ack(message: never): void;
  nack(message: never, allUpTo: boolean, requeue: boolean): void;
  on(event: string, listener: () => void): unknown;
  removeListener(event: string, listener: () => void): unknown;
}

export const METHODS = ["consume", "cancel", "prefetch", "checkQueue", "assertQueue", "publish", "ack", "nack", "on"] as const;
