/*
 * The events of one viewer. The law:
 *   it begins       -> the snapshot of now
 *   something has changed, at most once in intervalMs -> event "snapshot"
 *   heartbeatMs are over                              -> event "beat", by which the page knows that it would hear of changes
 *   the viewer reads slowly -> only the latest snapshot waits for it: nothing piles up
 *   the viewer leaves       -> subscription and timer end with it
 * Each viewer has its own: in Workers, what belongs to one request may not serve another.
 */
import type { Registry, RegistrySnapshot } from "../../registry/index.ts";

const encoder = new TextEncoder();
const encode = (event: string, data: string): Uint8Array => encoder.encode(`event: ${event}\ndata: ${data}\n\n`);

export function eventStream(
  registry: Pick<Registry, "snapshot" | "subscribe">,
  { intervalMs, heartbeatMs }: { readonly intervalMs: number; readonly heartbeatMs: number },
  request: Pick<Request, "signal">,
): ReadableStream<Uint8Array> {
  const mailbox = new Mailbox();
  const send = (snapshot: RegistrySnapshot): void => mailbox.put(encode("snapshot", JSON.stringify(snapshot)));
  let end = (): void => {};
  return new ReadableStream<Uint8Array>(
    {
      start(controller) {
        const unsubscribe = registry.subscribe(send, { intervalMs });
        const beating = setInterval(() => mailbox.putIfEmpty(encode("beat", "")), heartbeatMs);
        end = (): void => {
          unsubscribe();
          clearInterval(beating);
          // It is the request that is kept, as long as the viewer is there: the signal of one that was collected as garbage never aborts.
          request.signal.removeEventListener("abort", abort);
          mailbox.close();
        };
        const abort = (): void => {
          end();
          controller.error(request.signal.reason);
        };
        request.signal.addEventListener("abort", abort);
        send(registry.snapshot());
        if (request.signal.aborted) abort();
      },
      // It is called again when what it returned has settled, and there is room.
      pull: async (controller) => {
        const message = await mailbox.take();
        if (message !== null) controller.enqueue(message);
      },
      cancel: () => end(),
    },
    { highWaterMark: 1 },
  );
}

/** Holds one message: the latest. */
class Mailbox {
  #message: Uint8Array | null = null;
  #wake: ((message: Uint8Array | null) => void) | null = null;

  put(message: Uint8Array): void {
    const wake = this.#wake;
    this.#wake = null;
    if (wake === null) this.#message = message;
    else wake(message);
  }

  putIfEmpty(message: Uint8Array): void {
    if (this.#message === null) this.put(message);
  }

  /** The message, or the next one; `null` where there is none any more. */
  take(): Promise<Uint8Array | null> {
    const message = this.#message;
    this.#message = null;
    if (message !== null) return Promise.resolve(message);
    return new Promise((resolve) => {
      this.#wake = resolve;
    });
  }

  close(): void {
    this.#wake?.(null);
    this.#wake = null;
  }
}
