/* The messages of streams, before and after an attempt. */
import type { ConnectResponse } from "./shapes.ts";

/** What makes the messages of a request for each attempt: those of a call with one request are read once, and given to all of them. */
export async function repeatable(message: unknown, isOneInStream: boolean): Promise<() => unknown> {
  if (!isOneInStream) return () => message;
  const kept: unknown[] = [];
  for await (const each of message as AsyncIterable<unknown>) kept.push(each);
  return () => streamOf(kept);
}

export async function* streamOf(messages: readonly unknown[]): AsyncGenerator {
  yield* messages;
}

/** A response whose stream has brought its first message, or its end. */
export interface Opened<Response> {
  readonly first: unknown;
  /** The response, whose stream begins with that message. */
  readonly response: Response;
  /** Nobody will read it. */
  close(): void;
}

/**
 * Waits for what a stream of answers begins with.
 *
 * @param errorFor what the caller gets for an error by which the stream breaks off later
 */
export async function opened<Response extends ConnectResponse>(
  response: Response,
  errorFor: (error: unknown) => unknown,
): Promise<Opened<Response>> {
  const rest = (response.message as AsyncIterable<unknown>)[Symbol.asyncIterator]();
  const first = await rest.next();
  let isGiven = false;
  const iterator: AsyncIterator<unknown> = {
    next() {
      if (isGiven)
        return rest.next().catch((error: unknown) => {
          throw errorFor(error);
        });
      isGiven = true;
      return Promise.resolve(first);
    },
    return: async (value?: unknown) => (await rest.return?.(value)) ?? { done: true, value },
    throw: async (error?: unknown) => {
      if (rest.throw === undefined) throw error;
      return rest.throw(error);
    },
  };
  return {
    first: first.done === true ? undefined : first.value,
    response: { ...response, message: { [Symbol.asyncIterator]: () => iterator } },
    close: () => void rest.return?.().catch(() => {}),
  };
}
