/*
 * RabbitMQ delivers nothing late. A message that is put off waits in a queue that nobody consumes, until its time to live is over: then the broker moves it to the
 * queue where it came from. Only the message at the head of a queue expires. So there is a queue for each delay, in which all messages wait equally long: none waits
 * behind one that waits longer. Delays are rounded up, so that there are few of them, and each queue goes by itself when it is not used any more.
 */
import type { AmqpChannel } from "./shapes.ts";

/** The longest time to live that RabbitMQ takes, but for the time that a queue outlives its messages. */
export const LONGEST_DELAY_MS = 2 ** 32 - 1 - 3_600_000;
/** A queue outlives the last message that waits in it by so much. */
const UNUSED_MS = 60_000;
/** Rounding adds at the most one part in so many, once that is more than the resolution. */
const STEPS = 16;

/** A delay as a queue waits: never shorter. Steps double with the delay, so that a worker that spreads its delays up to a day has some 200 queues. */
export function roundedUp(delayMs: number, resolutionMs: number): number {
  let stepMs = resolutionMs;
  while (delayMs > stepMs * STEPS * 2) stepMs *= 2;
  return Math.min(Math.max(1, Math.ceil(delayMs / stepMs)) * stepMs, LONGEST_DELAY_MS);
}

export interface WaitQueue {
  /** The queue that messages come back to. */
  readonly queue: string;
  readonly delayMs: number;
  readonly queueType: "classic" | "quorum";
}

/** Makes the queue for a delay, or finds it, and sees to it that it stays for as long as a message that is published now. @returns its name */
export async function waitQueueFor(
  channel: Pick<AmqpChannel<never>, "assertQueue">,
  { queue, delayMs, queueType }: WaitQueue,
): Promise<string> {
  const name = `${queue}.redress.${queueType === "quorum" ? "quorum." : ""}${delayMs}ms`;
  await channel.assertQueue(name, {
    durable: true,
    arguments: {
      "x-queue-type": queueType,
      "x-dead-letter-exchange": "",
      "x-dead-letter-routing-key": queue,
      "x-message-ttl": delayMs,
      "x-expires": delayMs + UNUSED_MS,
      // A quorum queue lets go of a message when the other queue has it.
      ...(queueType === "quorum" && { "x-dead-letter-strategy": "at-least-once", "x-overflow": "reject-publish" }),
    },
  });
  return name;
}
