/*
 * What becomes of a message. What there is to remember is in the bucket before JetStream is told:
 *
 *   it comes before its time   -> put off by what is left, which is no attempt
 *   it has ended before        -> that is said once more
 *   done                       -> acknowledged, and the server has to say that it knows
 *   later                      -> its progress is kept, and the message put off (nak with a delay)
 *   failed                     -> why is kept, and the message terminated
 *   the bucket does not answer -> nothing is attempted; the message is delivered again
 */
import type { AttemptInfo } from "../../index.ts";
import { Consuming, type Consumption } from "../../workers/consuming/index.ts";
import { type DeliveryEnd, deliver, type WorkerPolicy } from "../../workers/delivery/index.ts";
import {
  type FailedMessage,
  HEARTBEATS_PER_WAIT,
  heartbeatMs,
  type NatsConsumerOptions,
  requireConfig,
  requireConsumer,
} from "./consumer-settings.ts";
import { keepRecord, keyOf, type MessageRecord, type Past, readPast, recordOf } from "./record.ts";
import type { NatsBucket, NatsConsumer, NatsMessage } from "./shapes.ts";
import { takeMessages } from "./take-messages.ts";

/**
 * Consumes messages of NATS JetStream under a policy: one whose attempt has failed is put off by the delay that the policy decides on, and comes back with what it has
 * used up of its attempts and its time, which hold over all deliveries. One that has failed for good is terminated.
 *
 * The deadline of a policy is that of a message, over all of its deliveries: 60 seconds, unless `deadlineMs` says more.
 *
 * @param consumer one that is pulled from, with `ack_policy: "explicit"` and without `max_deliver`; messages that wait count by its `max_ack_pending`
 * @param bucket where the progress of messages is kept, and why they have failed. What it keeps must live longer than a message may take
 * @returns a promise of the consumer, once it has begun
 * @throws TypeError or RangeError for a consumer that is configured otherwise, and for a wrong or unknown option
 * @example
 * import { consumeWithPolicy } from "redress/nats";
 *
 * const policy = new Policy({ retry: { maxAttempts: 8, deadlineMs: 3_600_000 } });
 * const consumption = await consumeWithPolicy(consumer, bucket, policy, async (message, { signal }) => {
 *   await sendMail(message.json(), { signal });
 * });
 */
export async function consumeWithPolicy<Message extends NatsMessage>(
  consumer: NatsConsumer<Message>,
  bucket: NatsBucket,
  policy: WorkerPolicy,
  handler: (message: Message, attempt: AttemptInfo) => unknown,
  options: NatsConsumerOptions<NoInfer<Message>> = {},
): Promise<Consumption> {
  const parts = { consumer, bucket, policy, handler };
  const settings = requireConsumer(parts, options as NatsConsumerOptions) as NatsConsumerOptions<Message>;
  const { config } = await consumer.info();
  requireConfig(config);
  const consuming = new Consuming("redress/nats", settings);
  const worker = new Worker({ bucket, policy, handler, settings, consuming, heartbeatMs: heartbeatMs(config) });
  takeMessages(consumer, { consuming, concurrency: settings.concurrency ?? 10, take: (message) => worker.take(message) });
  consuming.began(() => {});
  return { stop: () => consuming.stop(), closed: consuming.closed };
}

interface WorkerParts<Message> {
  readonly bucket: NatsBucket;
  readonly policy: WorkerPolicy;
  readonly handler: (message: Message, attempt: AttemptInfo) => unknown;
  readonly settings: NatsConsumerOptions<Message>;
  readonly consuming: Consuming;
  readonly heartbeatMs: number;
}

class Worker<Message extends NatsMessage> {
  readonly #parts: WorkerParts<Message>;

  constructor(parts: WorkerParts<Message>) {
    this.#parts = parts;
  }

  async take(message: Message): Promise<void> {
    const heartbeat = setInterval(() => message.working(), this.#parts.heartbeatMs);
    try {
      await this.#take(message);
    } finally {
      clearInterval(heartbeat);
    }
  }

  async #take(message: Message): Promise<void> {
    const { bucket, consuming, policy, handler, settings } = this.#parts;
    let past: Past | undefined;
    const arrivedMs = Date.now();
    const isRead = await consuming.persist(async () => {
      past = await readPast(bucket, message.info);
    });
    if (!isRead || past === undefined) return message.nak();
    // The server was away, or has heard no heartbeat: by now it delivers the message again, which is then the delivery to handle. This one counts as lost.
    if (Date.now() - arrivedMs >= HEARTBEATS_PER_WAIT * this.#parts.heartbeatMs) return;
    const { record, progress } = past;
    if (record?.ended !== undefined) return this.#sayAgain(message, record.ended);
    const earlyMs = (record?.dueMs ?? 0) - Date.now();
    if (record !== undefined && earlyMs > 0)
      return this.#putOff(message, earlyMs, recordOf(message.info, { dueMs: record.dueMs, progress }));
    let { deliveries } = past;
    if (Number.isNaN(progress) && settings.otherwise === "restart") {
      // From here on there is a record again, by which deliveries are counted.
      deliveries = 1;
      const { deliveryCount } = message.info;
      await this.#write(message, { ...recordOf(message.info, { dueMs: 0 }), delivery: deliveryCount - 1 });
    }
    const { signal } = consuming;
    const end = await deliver(policy, (attempt) => handler(message, attempt), { progress, deliveries, signal }, settings);
    await this.#settle(message, end, record !== undefined);
  }

  async #settle(message: Message, end: DeliveryEnd<unknown>, hasRecord: boolean): Promise<void> {
    if (end.kind === "done") return this.#acknowledge(message, hasRecord);
    if (end.kind === "later") {
      const { delayMs, progress } = end;
      return this.#putOff(message, delayMs, recordOf(message.info, { dueMs: Date.now() + delayMs, progress }));
    }
    const { reason, error, failure } = end;
    const failed = { reason, stopReason: failure?.stopReason ?? null };
    await this.#write(message, recordOf(message.info, { dueMs: 0, ended: failed }));
    return this.#giveUp(message, { ...failed, error });
  }

  #sayAgain(message: Message, ended: Exclude<MessageRecord["ended"], undefined>): Promise<void> {
    return ended === "done" ? this.#acknowledge(message, true) : this.#giveUp(message, ended);
  }

  async #acknowledge(message: Message, hasRecord: boolean): Promise<void> {
    const { bucket, consuming } = this.#parts;
    try {
      await message.ackAck();
    } catch (error) {
      // Nobody knows whether it was heard: the message may come back, and is not to be handled again.
      consuming.tell(error);
      await this.#write(message, recordOf(message.info, { dueMs: 0, ended: "done" }));
      return;
    }
    if (hasRecord) await bucket.delete(keyOf(message.info));
  }

  async #putOff(message: Message, delayMs: number, record: MessageRecord): Promise<void> {
    await this.#write(message, record);
    message.nak(Math.ceil(delayMs));
  }

  async #giveUp(message: Message, failed: FailedMessage): Promise<void> {
    const { settings, consuming } = this.#parts;
    const { deadLetter, rejectedDelayMs = 30_000, termReason = false } = settings;
    try {
      await deadLetter?.(message, failed);
    } catch (error) {
      consuming.tell(error);
      return message.nak(Math.ceil(rejectedDelayMs));
    }
    if (termReason) message.term(failed.reason);
    else message.term();
  }

  async #write({ info }: Message, record: MessageRecord): Promise<void> {
    const { bucket, consuming } = this.#parts;
    await consuming.persist(() => keepRecord(bucket, info, record));
  }
}
