import type { Observer, StreamLike } from "./shapes.ts";

type StreamClass<Stream> = new (subscribe: (observer: Observer) => () => void) => Stream;

/**
 * An Observable of the application's own rxjs, whose class one of its Observables tells.
 *
 * @param subscribe begins the work, and returns what ends it
 */
export function derivedFrom<Stream extends StreamLike>(given: Stream, subscribe: (observer: Observer) => () => void): Stream {
  return new (given.constructor as StreamClass<Stream>)(subscribe);
}

/** What a stream has given last, which is what Nest answers. Nothing is awaited any more when the signal aborts. */
export const lastValueOf = (stream: StreamLike, signal: AbortSignal): Promise<unknown> =>
  new Promise((resolve, reject) => {
    let last: unknown;
    const subscription = stream.subscribe({
      next: (value) => {
        last = value;
      },
      error: reject,
      complete: () => resolve(last),
    });
    const leave = (): void => {
      subscription.unsubscribe();
      reject(signal.reason);
    };
    if (signal.aborted) leave();
    else signal.addEventListener("abort", leave, { once: true });
  });
