import { COPY } from "./message-copy.ts";
import type { AmqpChannel, AmqpMessage, Headers } from "./shapes.ts";

/** The exchange and the routing key. */
export type Target = readonly [exchange: string, routingKey: string];

interface Publication {
  readonly target: Target;
  readonly copy: string;
  readonly mandatory?: boolean | undefined;
}

/** Publishes copies of messages, and knows for each whether the broker has it: only then may the message be acknowledged. */
export class Publisher<Message extends AmqpMessage> {
  readonly #channel: AmqpChannel<Message>;
  readonly #waiting = new Set<string>();
  readonly #prefix = Math.random().toString(36).slice(2);
  #count = 0;
  // The broker confirms what no queue takes, too, and has returned it before.
  readonly #onReturn = ({ properties }: AmqpMessage): void => {
    this.#waiting.delete(String(properties.headers?.[COPY]));
  };

  constructor(channel: AmqpChannel<Message>) {
    this.#channel = channel;
    channel.on("return", this.#onReturn as () => void);
  }

  /** What a copy is known by, in its header. */
  newCopy(): string {
    return `${this.#prefix}-${++this.#count}`;
  }

  end(): void {
    this.#channel.removeListener("return", this.#onReturn as () => void);
  }

  /**
   * Resolves when the broker has the message in a queue.
   *
   * @param mandatory whether it must be in a queue at once, which the delayed exchange cannot tell
   */
  publish(
    { target, copy, mandatory = true }: Publication,
    content: Uint8Array,
    properties: { readonly headers: Headers },
  ): Promise<void> {
    const [exchange, routingKey] = target;
    const headers = { ...properties.headers, [COPY]: copy };
    this.#waiting.add(copy);
    return new Promise<void>((resolve, reject) => {
      this.#channel.publish(exchange, routingKey, content as never, { ...properties, headers, mandatory }, (error) => {
        if (error !== null && error !== undefined) reject(error);
        else if (this.#waiting.has(copy)) resolve();
        else reject(new Error(`RabbitMQ has no queue "${routingKey}" for a message.`));
      });
    }).finally(() => this.#waiting.delete(copy));
  }
}
