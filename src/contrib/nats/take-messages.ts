import { firstKnown } from "../../index.ts";
import { natsClassifier } from "../../extras/index.ts";
import type { Consuming } from "../../workers/consuming/index.ts";
import type { NatsConsumer } from "./shapes.ts";

/** So long a place that is free waits for a message before it asks again; and so long, at the most, a worker that shuts down waits for what it has asked for. */
const PULL_MS = 2_000;
const PAUSE_MS = 500;

/** Takes one message after the other, for as long as the consumer is open. A message is asked for when there is room for it: none waits here, where a kill would cost it an attempt. */
export async function takeMessages<Message>(
  consumer: NatsConsumer<Message>,
  consuming: Consuming,
  take: (message: Message) => Promise<void>,
): Promise<void> {
  while (consuming.isOpen) {
    const message = await next(consumer, consuming);
    if (message !== null) await consuming.run(() => take(message));
  }
}

async function next<Message>(consumer: NatsConsumer<Message>, consuming: Consuming): Promise<Message | null> {
  try {
    return await consumer.next({ expires: PULL_MS });
  } catch (error) {
    if (isOver(error)) consuming.endedBy(error as Error);
    else if (consuming.isOpen) {
      consuming.tell(error);
      await consuming.pause(PAUSE_MS);
    }
    return null;
  }
}
