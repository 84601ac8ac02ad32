import { aFunction, type OptionTable, oneOf, refuse, requireOptions, text, wholeFrom } from "../../clients/options/index.ts";
import type { Failure } from "../../index.ts";
import { type ConsumerOptions, consumerRules } from "../../workers/consuming/index.ts";
import { METHODS } from "./shapes.ts";

/** Why a message has failed for good. */
export interface FailedMessage {
  /** In one line: the stop reason, and what has failed. */
  readonly reason: string;
  readonly error: unknown;
  /** How the call has ended; `null` where it threw instead of ending: a mistake in the policy, or a progress that is none. */
  readonly failure: Failure | null;
}

/** What a consumer of RabbitMQ goes by. */
export interface AmqpConsumerOptions<Message = never> extends ConsumerOptions {
  /** How many messages are under way at a time, >= 1: the prefetch count, which is set on the channel. @default 10 */
  readonly prefetch?: number | undefined;
  /**
   * Delays are rounded up to a multiple of this, in milliseconds, a whole number >= 1; those of more than 32 times as much to a coarser step, by at most a
   * sixteenth. There is a queue for each delay that is waited for. @default 1_000
   */
  readonly resolutionMs?: number | undefined;
  /**
   * What becomes of a message that has failed for good. `"park"` moves it to `failedQueue`, with the reason in a header. `"nack"` rejects it, for the dead-letter
   * exchange that its queue has: **without one, RabbitMQ drops it**, and nothing can be told from here. The reason is then for `onFailed` alone.
   * @default "park"
   */
  readonly failed?: "park" | "nack" | undefined;
  /** The queue that failed messages are moved to. It is made where it is missing. @default the queue's name and ".failed" */
  readonly failedQueue?: string | undefined;
  /**
   * The type of the queues that are made. Between quorum queues, no message is lost on its way back where a node of a cluster fails.
   * @default "classic"
   */
  readonly queueType?: "classic" | "quorum" | undefined;
  /**
   * Puts messages off through this exchange, of the plugin `rabbitmq_delayed_message_exchange`, instead of through queues: delays are then exact. It is made, and
   * bound to the queue. Its messages are on one node only, which the plugin says of itself.
   */
  readonly delayedExchange?: string | undefined;
  /** Hears of each message that has failed for good. What it throws, or rejects with, changes nothing. */
  readonly onFailed?: ((message: Message, failed: FailedMessage) => unknown) | undefined;
}

const table: OptionTable = {
  rules: {
    ...consumerRules,
    prefetch: wholeFrom(1),
    resolutionMs: wholeFrom(1),
    failed: oneOf(["park", "nack"]),
    failedQueue: text,
    queueType: oneOf(["classic", "quorum"]),
    delayedExchange: text,
    onFailed: aFunction,
  },
};

const OWNER = "consumeWithPolicy";
/** RabbitMQ takes names of 255 bytes. */
const LONGEST_NAME = 200;

interface Parts {
  readonly channel: unknown;
  readonly queue: unknown;
  readonly policy: unknown;
  readonly handler: unknown;
}

/** Checks all that a consumer is made of. */
export function requireConsumer<Options extends AmqpConsumerOptions>(
  { channel, queue, policy, handler }: Parts,
  given: Options,
): Options {
  const has = (value: unknown, name: string): boolean =>
    typeof (value as Record<string, unknown> | null | undefined)?.[name] === "function";
  if (!METHODS.every((name) => has(channel, name))) refuse(`${OWNER}.channel`, "a channel of amqplib", channel, TypeError);
  if (!has(channel, "waitForConfirms"))
    refuse(
      `${OWNER}.channel`,
      "a channel with confirms, so that no message is lost: await connection.createConfirmChannel()",
      channel,
      TypeError,
    );
  if (typeof queue !== "string" || queue === "") refuse(`${OWNER}.queue`, "the name of a queue", queue, TypeError);
  if (queue.length > LONGEST_NAME)
    refuse(`${OWNER}.queue`, `a name of at most ${LONGEST_NAME} characters, as others are made of it`, queue, RangeError);
  if (!has(policy, "execute")) refuse(`${OWNER}.policy`, "a Policy", policy, TypeError);
  if (typeof handler !== "function") refuse(`${OWNER}.handler`, "a function", handler, TypeError);
  const options = requireOptions(OWNER, given, table);
  const { prefetch, resolutionMs, failed, failedQueue, queueType, delayedExchange } = options;
  if (prefetch !== undefined && prefetch > 65_535)
    refuse(`${OWNER}.prefetch`, "an integer from 1 to 65535", prefetch, RangeError);
  if (resolutionMs === Infinity) refuse(`${OWNER}.resolutionMs`, "a finite integer >= 1", resolutionMs, RangeError);
  if (failed === "nack" && failedQueue !== undefined)
    refuse(`${OWNER}.failedQueue`, 'left out with failed: "nack", which moves nothing there', failedQueue, TypeError);
  if (failedQueue === queue) refuse(`${OWNER}.failedQueue`, "another queue", failedQueue, TypeError);
  if (delayedExchange !== undefined && resolutionMs !== undefined)
    refuse(`${OWNER}.resolutionMs`, "left out with delayedExchange, whose delays are exact", resolutionMs, TypeError);
  if (delayedExchange !== undefined && failed === "nack" && queueType !== undefined)
    refuse(`${OWNER}.queueType`, 'left out with delayedExchange and failed: "nack", which make no queue', queueType, TypeError);
  return options;
}
