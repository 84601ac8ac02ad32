import { natsClassifier } from "../../extras/index.ts";
import type { Consuming } from "../../workers/consuming/index.ts";
import type { NatsConsumer } from "./shapes.ts";

/** So long a place that is free waits for a message before it asks again; and so long, at the most, a worker that shuts down waits for what it has asked for. */
const PULL_MS = 2_000;
const PAUSE_MS = 500;
/** A consumer that was deleted looks like one without messages: so often it is asked for. */
const CHECK_MS = 30_000;

/**
 * Takes messages for as long as the consumer is open, so many at a time. A message is asked for when there is room for it: none waits here, where a kill would cost
 * it an attempt.
 */
export function takeMessages<Message>(
  consumer: NatsConsumer<Message>,
  { consuming, concurrency, take }: { consuming: Consuming; concurrency: number; take: (message: Message) => Promise<void> },
): void {
  let checkedAtMs = Date.now();

  async function next(): Promise<Message | null> {
    const askedAtMs = Date.now();
    try {
      const message = await consumer.next({ expires: PULL_MS });
      if (message !== null) return message;
      if (Date.now() - checkedAtMs >= CHECK_MS) await check();
    } catch (error) {
      await failed(error);
    }
    // A server that does not wait is not asked again at once.
    if (consuming.isOpen && Date.now() - askedAtMs < PULL_MS / 2) await consuming.pause(PAUSE_MS);
    return null;
  }

  async function failed(error: unknown): Promise<void> {
    if (isFinal(error)) return consuming.endedBy(error as Error);
    if (!consuming.isOpen) return;
    consuming.tell(error);
    await check();
  }

  async function check(): Promise<void> {
    checkedAtMs = Date.now();
    try {
      await consumer.info();
    } catch (error) {
      if (isFinal(error)) consuming.endedBy(error as Error);
    }
  }

  async function fill(): Promise<void> {
    while (consuming.isOpen) {
      const message = await next();
      if (message !== null) await consuming.run(() => take(message));
    }
  }

  for (let place = 0; place < concurrency; place++) void consuming.run(fill);
}

/** Whether there will be no messages any more: the consumer is gone, or the connection is closed for good. */
function isFinal(error: unknown): boolean {
  const answer = natsClassifier(error);
  const errorClass = typeof answer === "string" ? answer : answer.errorClass;
  return errorClass === "PERMANENT" || errorClass === "AUTH" || errorClass === "PERMISSION";
}
