/*
 * What becomes of a message, whatever happens on the way. Its copy is always in a queue before it is acknowledged: it may come to be there twice, but never not at all.
 *
 *   it is delivered again     -> a copy that counts this goes to the end of the queue: a message that kills its worker is not first in line again, and no cap is undone
 *   done                      -> acknowledged
 *   later                     -> a copy with the progress waits, or, where the worker is shutting down, goes to the end of the queue
 *   failed                    -> a copy with the reason is parked, or the message is rejected
 */
import type { AttemptInfo } from "../../index.ts";
import { Consuming, type Consumption } from "../../workers/consuming/index.ts";
import { type DeliveryEnd, deliver, type Failed, type Later, type WorkerPolicy } from "../../workers/delivery/index.ts";
import { type AmqpConsumerOptions, type FailedMessage, requireConsumer } from "./consumer-settings.ts";
import { asPublished, COPY, copyOf, lostJustNow, pastOf, withLost, withProgress, withReason } from "./message-copy.ts";
import { Publisher, type Target } from "./publisher.ts";
import type { AmqpChannel, AmqpMessage, Headers } from "./shapes.ts";
import { LONGEST_DELAY_MS, roundedUp, waitQueueFor } from "./wait-queues.ts";

export type { AmqpConsumerOptions, FailedMessage };

/**
 * Consumes a queue of RabbitMQ under a policy: a message whose attempt has failed is put off by the delay that the policy decides on, and comes back with what it has
 * used up of its attempts and its time, which hold over all deliveries. One that has failed for good goes to a queue of its own, with the reason in a header.
 *
 * The deadline of a policy is that of a message, over all of its deliveries: 60 seconds, unless `deadlineMs` says more.
 *
 * @param channel with confirms, of amqplib: `await connection.createConfirmChannel()`
 * @returns a promise of the consumer, once it has begun
 * @throws TypeError or RangeError for a channel without confirms, and for a wrong or unknown option; what amqplib rejects with where the queue is missing
 * @example
 * import { consumeWithPolicy } from "redress/amqp";
 *
 * const policy = new Policy({ retry: { maxAttempts: 8, deadlineMs: 3_600_000 } });
 * const consumer = await consumeWithPolicy(channel, "mail", policy, async (message, { signal }) => {
 *   await sendMail(JSON.parse(message.content.toString()), { signal });
 * });
 */
export async function consumeWithPolicy<Message extends AmqpMessage>(
  channel: AmqpChannel<Message>,
  queue: string,
  policy: WorkerPolicy,
  handler: (message: Message, attempt: AttemptInfo) => unknown,
  options: AmqpConsumerOptions<NoInfer<Message>> = {},
): Promise<Consumption> {
  const settings = requireConsumer(
    { channel, queue, policy, handler },
    options as AmqpConsumerOptions,
  ) as AmqpConsumerOptions<Message>;
  const { prefetch = 10, failed = "park", failedQueue = `${queue}.failed`, queueType = "classic", delayedExchange } = settings;
  await channel.checkQueue(queue);
  if (failed === "park") await channel.assertQueue(failedQueue, { durable: true, arguments: { "x-queue-type": queueType } });
  if (delayedExchange !== undefined) {
    await assertDelayed(channel, delayedExchange);
    await channel.bindQueue(queue, delayedExchange, queue);
  }
  await channel.prefetch(prefetch);

  const consuming = new Consuming("redress/amqp", settings);
  const publisher = new Publisher(channel);
  const onClose = (): void => consuming.lost(new Error("The channel was closed."));
  const onError = (error: Error): void => consuming.lost(error);
  channel.on("error", onError as () => void);
  channel.on("close", onClose);
  void consuming.closed.then(() => {
    publisher.end();
    channel.removeListener("close", onClose);
    channel.removeListener("error", onError as () => void);
  });

  const worker = new Worker({ channel, queue, policy, handler, settings, consuming, publisher });
  const { consumerTag } = await channel.consume(queue, (message) => {
    if (message === null)
      consuming.endedBy(
        new Error(`RabbitMQ has cancelled the consumer of queue "${queue}": it was deleted, or its node has failed.`),
      );
    else void consuming.run(() => worker.take(message));
  });
  consuming.began(() => channel.cancel(consumerTag));
  return { stop: () => consuming.stop(), closed: consuming.closed };
}

async function assertDelayed(channel: Pick<AmqpChannel<never>, "assertExchange">, exchange: string): Promise<void> {
  try {
    await channel.assertExchange(exchange, "x-delayed-message", { durable: true, arguments: { "x-delayed-type": "direct" } });
  } catch (cause) {
    // A type that RabbitMQ does not know ends the connection, and amqplib tells why there alone.
    const message = `The exchange "${exchange}" of the type "x-delayed-message" could not be made: is the plugin rabbitmq_delayed_message_exchange enabled?`;
    throw new Error(message, { cause });
  }
}

interface WorkerParts<Message> {
  readonly channel: AmqpChannel<Message>;
  readonly queue: string;
  readonly policy: WorkerPolicy;
  readonly handler: (message: Message, attempt: AttemptInfo) => unknown;
  readonly settings: AmqpConsumerOptions<Message>;
  readonly consuming: Consuming;
  readonly publisher: Pick<Publisher<never>, "publish" | "newCopy">;
}

class Worker<Message extends AmqpMessage> {
  readonly #parts: WorkerParts<Message>;
  /** Copies that count a lost delivery, until the broker has let go of what they are copies of. */
  readonly #recounting = new Map<unknown, Promise<unknown>>();

  constructor(parts: WorkerParts<Message>) {
    this.#parts = parts;
  }

  async take(message: Message): Promise<void> {
    const { policy, handler, settings, consuming } = this.#parts;
    const { progress, lost, deliveries } = pastOf(message);
    const lostNow = lostJustNow(message);
    if (lostNow > 0) return this.#recount(message, lost + lostNow);
    await this.#recounting.get(message.properties.headers?.[COPY]);
    const published = asPublished(message);
    const { signal } = consuming;
    await this.#settle(
      message,
      await deliver(policy, (attempt) => handler(published, attempt), { progress, deliveries, signal }, settings),
    );
  }

  /**
   * Puts a copy in the place of a message, which counts its lost deliveries. The copy may be here before the broker has let go of the message: a handler that ends its process
   * at once would leave both of them, each time.
   */
  async #recount(message: Message, lost: number): Promise<void> {
    const { channel, queue, publisher } = this.#parts;
    const copy = publisher.newCopy();
    const recounting = this.#replace(message, { target: ["", queue], copy }, withLost(message, lost))
      // The broker hears one thing after the other.
      .then(() => this.#whileThere(() => channel.checkQueue(queue)))
      .finally(() => this.#recounting.delete(copy));
    this.#recounting.set(
      copy,
      recounting.then(undefined, () => {}),
    );
    await recounting;
  }

  async #settle(message: Message, end: DeliveryEnd<unknown>): Promise<void> {
    if (end.kind === "later") return this.#putOff(message, end);
    if (end.kind === "failed") return this.#giveUp(message, end);
    this.#whileThere(() => this.#parts.channel.ack(message as never));
  }

  async #putOff(message: Message, { delayMs, progress }: Later): Promise<void> {
    const { channel, queue, settings } = this.#parts;
    const { resolutionMs = 1_000, queueType = "classic", delayedExchange } = settings;
    const headers = withProgress(progress);
    if (delayMs === 0) return this.#replace(message, { target: ["", queue] }, headers);
    if (delayedExchange !== undefined) {
      const delay = Math.min(Math.ceil(delayMs), LONGEST_DELAY_MS);
      return this.#replace(message, { target: [delayedExchange, queue], mandatory: false }, { ...headers, "x-delay": delay });
    }
    const waiting = { queue, queueType, delayMs: roundedUp(delayMs, resolutionMs) };
    return this.#replace(message, { target: async () => ["", await waitQueueFor(channel, waiting)] }, headers);
  }

  async #giveUp(message: Message, { reason, error, failure }: Failed): Promise<void> {
    const { channel, queue, settings, consuming } = this.#parts;
    const { failed = "park", failedQueue = `${queue}.failed`, onFailed } = settings;
    if (onFailed !== undefined) consuming.observe("onFailed", () => onFailed(asPublished(message), { reason, error, failure }));
    if (failed === "nack") return void this.#whileThere(() => channel.nack(message as never, false, false));
    const headers = withReason(reason, failure?.stopReason ?? null, failure?.attempts ?? null);
    return this.#replace(message, { target: ["", failedQueue] }, headers);
  }

  /** Puts a copy in the place of a message: first the one, then not the other. */
  async #replace(message: Message, { target, copy, mandatory }: Replacement, headers: Headers): Promise<void> {
    const { channel, consuming, publisher } = this.#parts;
    const properties = copyOf(message, headers);
    const known = copy ?? publisher.newCopy();
    const isSafe = await consuming.persist(async () => {
      const publication = { target: typeof target === "function" ? await target() : target, copy: known, mandatory };
      await publisher.publish(publication, message.content, properties);
    });
    this.#whileThere(() => (isSafe ? channel.ack(message as never) : channel.nack(message as never, false, true)));
  }

  /** On a channel that is closed there is nothing to say: the broker delivers the message again. */
  #whileThere(say: () => unknown): unknown {
    return this.#parts.consuming.isLost ? undefined : say();
  }
}

interface Replacement {
  readonly target: Target | (() => Promise<Target>);
  readonly copy?: string;
  readonly mandatory?: boolean;
}
